"""Looking for issues: page by page, by number, or from a snapshot that edits do not move."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID

from shoal.actions.issues import WHOLE, found
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.errors import NotFound
from shoal.domain.found import Depth, Found, Scrolled
from shoal.domain.issue import IssueRef
from shoal.domain.query import Query
from shoal.store import issues, rights, scrolls
from shoal.store import search as store
from shoal.store.db import Database, Transaction
from shoal.store.scrolls import Window
from shoal.store.search import Search


async def search(
    db: Database,
    actor: Actor,
    query: Query,
    *,
    now: datetime,
    limit: int,
    offset: int = 0,
    refs: Sequence[IssueRef] | None = None,
    depth: Depth = WHOLE,
    with_deleted: bool = False,
) -> Found:
    """A page of the issues that the query finds, or of those of `refs`; what the actor may not read is left out.

    With `with_deleted` what is in the trash too. Raises QuerySyntaxError and UnknownValue.
    """
    async with db.transaction(actor.org_id) as tx, tx.trash_shown() if with_deleted else nullcontext():
        allowed = await rights.load(tx, actor)
        prepared = await _prepare(tx, actor, allowed, query, refs, now)
        ids = await store.find_ids(tx, prepared, limit=limit, offset=offset)
        is_whole = offset == 0 and len(ids) < limit
        total = len(ids) if is_whole else await store.count(tx, prepared)
        return await found(tx, allowed, ids, depth, total=total)


async def count(
    db: Database, actor: Actor, query: Query, *, now: datetime, refs: Sequence[IssueRef] | None = None
) -> int:
    """How many issues the query finds, or of those of `refs`."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        return await store.count(tx, await _prepare(tx, actor, allowed, query, refs, now))


async def open_scroll(
    db: Database, actor: Actor, query: Query, *, now: datetime, limit: int, depth: Depth = WHOLE
) -> Scrolled:
    """Keep the whole result of a query for its author to read on, and give the first page."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        prepared = await _prepare(tx, actor, allowed, query, None, now)
        token = secrets.token_urlsafe(16)
        window = await scrolls.insert(tx, prepared, user_id=actor.user_id, token=token, limit=limit)
        return await _scrolled(tx, allowed, window, depth)


async def read_scroll(
    db: Database, actor: Actor, scroll_id: UUID, *, token: str | None, limit: int, depth: Depth = WHOLE
) -> Scrolled:
    """The next page. NotFound for a scroll that is not the actor's, or was left alone too long."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        window = await scrolls.advance(tx, scroll_id, user_id=actor.user_id, token=token, limit=limit)
        if window is None:
            raise NotFound("no_scroll")
        return await _scrolled(tx, allowed, window, depth)


async def close_scrolls(db: Database, actor: Actor, given: Mapping[UUID, str]) -> None:
    """Free the actor's scrolls, each named with its token."""
    async with db.transaction(actor.org_id) as tx:
        await scrolls.delete(tx, given, user_id=actor.user_id)


async def _scrolled(tx: Transaction, allowed: Rights, window: Window, depth: Depth) -> Scrolled:
    page = await found(tx, allowed, window.ids, depth, total=window.total)
    return Scrolled(page, window.scroll_id.hex, window.token, is_last=window.position >= window.total)


async def _prepare(
    tx: Transaction,
    actor: Actor,
    allowed: Rights,
    query: Query,
    refs: Sequence[IssueRef] | None,
    now: datetime,
) -> Search:
    readable = allowed.queues(Right.READ)
    prepared = await store.prepare(tx, actor, query, readable=readable, now=now)
    if refs is None:
        return prepared
    listed = await issues.resolve(tx, refs, readable=readable)
    return store.within(prepared, sorted(set(listed.values())))
