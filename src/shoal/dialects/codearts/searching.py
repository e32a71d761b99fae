"""Pages of work items, without their descriptions: no list of this wire has them."""

from __future__ import annotations

from datetime import UTC, datetime

from shoal.actions import Database, searches
from shoal.dialects.codearts import query, rules
from shoal.dialects.codearts.query import PageQuery
from shoal.domain.actor import Actor
from shoal.domain.found import Found
from shoal.domain.queue import QueueCard


async def page(db: Database, actor: Actor, asked: PageQuery) -> Found:
    return await searches.search(
        db,
        actor,
        asked.query,
        now=datetime.now(UTC),
        limit=asked.limit,
        offset=asked.offset,
        depth=rules.SHALLOW,
        with_deleted=asked.with_deleted,
    )


async def children(
    db: Database, actor: Actor, project: QueueCard, issue_id: int, *, limit: int = rules.MOST_CHILDREN
) -> Found:
    below = query.children(project.id, issue_id)
    return await searches.search(db, actor, below, now=datetime.now(UTC), limit=limit, depth=rules.SHALLOW)
