"""History by page, newest first: of one issue, and of all issues of a queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shoal.actions import references
from shoal.actions.issues import locate
from shoal.domain.actor import Actor, Right
from shoal.domain.changelog import Entry
from shoal.domain.issue import IssueRef
from shoal.domain.reference import References
from shoal.store import changelog as store
from shoal.store import rights
from shoal.store.db import Database


@dataclass(frozen=True, slots=True)
class Records:
    """A page of entries, and of how many it is a page."""

    entries: Sequence[Entry]
    total: int
    references: References


async def of_issue(db: Database, actor: Actor, ref: IssueRef, *, limit: int, offset: int) -> Records:
    """What happened to an issue. Raises IssueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        entries, total = await store.newest(tx, issue_id, limit=limit, offset=offset)
        return Records(entries, total, await references.load(tx, allowed, entries=entries))


async def of_queue(
    db: Database,
    actor: Actor,
    queue_id: int,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int,
    offset: int,
) -> Records:
    """What happened from `start` on until before `end` to the issues of a queue, those in the trash among them. An
    entry is parted into one for each field that changed. Raises Forbidden."""
    async with db.transaction(actor.org_id) as tx, tx.trash_shown():
        allowed = await rights.load(tx, actor)
        allowed.require(queue_id, Right.READ, queue=str(queue_id))
        entries, total = await store.newest_of_queue(tx, queue_id, start=start, end=end, limit=limit, offset=offset)
        return Records(entries, total, await references.load(tx, allowed, entries=entries))
