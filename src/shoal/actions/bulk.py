"""Bulk changes: submit one, look at it, see what failed, cancel, pause and resume it."""

from __future__ import annotations

from datetime import UTC, datetime

from shoal.actions import apply, running, values
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import (
    CHUNK_SIZE,
    BulkChange,
    Listed,
    Matching,
    Move,
    NewBulkChange,
    Outcome,
    Performed,
    State,
    Wanted,
)
from shoal.domain.errors import Conflict, Invalid, NotFound, TooManyIssues, UnknownIssues
from shoal.domain.issue import IssueRef
from shoal.store import bulk as store
from shoal.store import jobs, queues, rights, search
from shoal.store import running as store_running
from shoal.store.db import Database, Transaction

DEDUP_WINDOW = 10.0
"""Seconds in which the same request by the same token, made again, starts nothing."""


async def submit(db: Database, actor: Actor, new: NewBulkChange, *, chunk_size: int = CHUNK_SIZE) -> BulkChange:
    """Store a bulk change with its selection frozen, and have a worker run it.

    A repeated request gives the bulk change it made before. Raises Invalid for a patch or a selection that is wrong
    as a whole, TooManyIssues, UnknownIssues, QuerySyntaxError, and Forbidden without the right to the target queue of
    a move.
    """
    async with db.transaction(actor.org_id) as tx:
        if (made := await _find_made(tx, actor, new)) is not None:
            return await _get(tx, actor, made)
        allowed = await rights.load(tx, actor)
        await _check(tx, allowed, new)
        query = new.selection.text if isinstance(new.selection, Matching) else None
        bulk_id = await store.insert(tx, new, author_id=actor.user_id, token_id=actor.token_id, query=query)
        missing = await _freeze(tx, actor, allowed, new, bulk_id, chunk_size)
        if missing:
            raise UnknownIssues(ref.text for ref in missing)
        await jobs.enqueue_bulk(tx, actor.org_id, bulk_id)
        return await _get(tx, actor, bulk_id)


async def perform(db: Database, actor: Actor, new: NewBulkChange, *, chunk_size: int = CHUNK_SIZE) -> Performed:
    """Do a bulk change at once, in one transaction, and say what came of each issue of its list.

    It leaves what any bulk change leaves. Unlike `submit` it passes over names that mean no issue; and it raises the
    same for what is wrong as a whole.
    """
    async with db.transaction(actor.org_id) as tx:
        return await perform_in(tx, actor, new, chunk_size=chunk_size)


async def perform_in(tx: Transaction, actor: Actor, new: NewBulkChange, *, chunk_size: int = CHUNK_SIZE) -> Performed:
    """The same as a part of something larger."""
    allowed = await rights.load(tx, actor)
    await _check(tx, allowed, new)
    bulk_id = await store.insert(tx, new, author_id=actor.user_id, token_id=actor.token_id, query=None)
    missing = await _freeze(tx, actor, allowed, new, bulk_id, chunk_size)
    while await running.advance(tx, bulk_id):
        pass
    return Performed(
        await _get(tx, actor, bulk_id),
        tuple(missing),
        await store.failures(tx, bulk_id),
        await store.entries(tx, bulk_id),
    )


async def get(db: Database, actor: Actor, bulk_id: int) -> BulkChange:
    """A bulk change of the actor's. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        return await _get(tx, actor, bulk_id)


async def list_own(db: Database, actor: Actor, *, page: int, per_page: int) -> tuple[list[BulkChange], int]:
    """A page of the actor's bulk changes, newest first, and how many there are."""
    async with db.transaction(actor.org_id) as tx:
        return await store.list_by(tx, actor.user_id, limit=per_page, offset=(page - 1) * per_page)


async def list_unfinished(db: Database, operator: Actor) -> list[BulkChange]:
    """The bulk changes of the organisation that have not ended, oldest first. For administrators."""
    operator.require_admin()
    async with db.transaction(operator.org_id) as tx:
        return await store.list_unfinished(tx)


async def outcomes(
    db: Database,
    actor: Actor,
    bulk_id: int,
    *,
    include_all: bool = False,
    page: int = 1,
    per_page: int | None = None,
) -> list[Outcome]:
    """What came of the issues that the actor may read: the failures, or all. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        await _get(tx, actor, bulk_id)
        readable = (await rights.load(tx, actor)).queues(Right.READ)
        offset = (page - 1) * per_page if per_page else 0
        return await store.outcomes(
            tx, bulk_id, readable=readable, include_all=include_all, limit=per_page, offset=offset
        )


async def cancel(db: Database, actor: Actor, bulk_id: int) -> BulkChange:
    """Stop a bulk change before its next chunk; what it has done stays. Raises NotFound, and Conflict at its end."""
    return await _ask(db, actor, bulk_id, Wanted.CANCEL)


async def pause(db: Database, actor: Actor, bulk_id: int) -> BulkChange:
    """Hold a bulk change before its next chunk. Raises NotFound, and Conflict when it is not at work."""
    return await _ask(db, actor, bulk_id, Wanted.PAUSE)


async def _ask(db: Database, actor: Actor, bulk_id: int, wanted: Wanted) -> BulkChange:
    """Tell who works on it; when nobody does, do it here."""
    async with db.transaction(actor.org_id) as tx:
        await _get(tx, actor, bulk_id)
        state = await store_running.ask(tx, bulk_id, wanted)
        if state is None:
            raise Conflict("bulk_change_ended" if wanted is Wanted.CANCEL else "not_at_work")
        if not (state.is_active and await jobs.is_at_work(tx, bulk_id)):
            await store_running.move(tx, bulk_id, wanted.state)
        return await _get(tx, actor, bulk_id)


async def resume(db: Database, actor: Actor, bulk_id: int) -> BulkChange:
    """Let a bulk change that is paused, or about to be, go on. Raises NotFound, and Conflict when it is not."""
    async with db.transaction(actor.org_id) as tx:
        await _get(tx, actor, bulk_id)
        goes_on = await store_running.withdraw_pause(tx, bulk_id) or await store_running.move(
            tx, bulk_id, State.RUNNING, only_from=State.PAUSED
        )
        if not goes_on:
            raise Conflict("not_paused")
        await jobs.enqueue_bulk(tx, actor.org_id, bulk_id)
        return await _get(tx, actor, bulk_id)


async def _get(tx: Transaction, actor: Actor, bulk_id: int) -> BulkChange:
    found = await store.find(tx, bulk_id)
    if found is None or not actor.answers_for(found.author_id):
        raise NotFound("no_bulk_change", bulk_change=bulk_id)
    return found


# --- requests made again -------------------------------------------------------------------------------------------


async def _find_made(tx: Transaction, actor: Actor, new: NewBulkChange) -> int | None:
    """The bulk change that this very request made seconds ago."""
    if new.request_hash is None or actor.token_id is None:
        return None
    await store.take_turns(tx, actor.user_id)
    return await store.find_repeated(
        tx, author_id=actor.user_id, token_id=actor.token_id, request_hash=new.request_hash, window=DEDUP_WINDOW
    )


# --- the selection -------------------------------------------------------------------------------------------------


async def _check(tx: Transaction, allowed: Rights, new: NewBulkChange) -> None:
    """Refuse at once what would fail for every issue alike."""
    if isinstance(new.change, Move):
        queue = await queues.find(tx, new.change.queue_id, readable=allowed.nameable)
        if queue is None:
            raise Invalid("unknown_queue", "queue")
        allowed.require(queue.id, Right.CREATE, queue=queue.key)
    named = await values.resolve(tx, new.change.patch, rights=allowed)
    if new.queue_id is not None and isinstance(found := named.edits(new.queue_id), list):
        raise apply.refusal(found)


async def _freeze(
    tx: Transaction, actor: Actor, allowed: Rights, new: NewBulkChange, bulk_id: int, chunk_size: int
) -> list[IssueRef]:
    """Select the issues; which names of a list mean none."""
    readable = [id_ for id_ in allowed.queues(Right.READ) if new.queue_id in (id_, None)]
    match new.selection:
        case Listed(refs):
            distinct = _distinct(refs)
            if new.limit is not None and len(distinct) > new.limit:
                raise TooManyIssues(new.limit, len(distinct))
            _, missing = await store.freeze_listed(tx, bulk_id, distinct, readable=readable, chunk_size=chunk_size)
            return missing
        case Matching(query):
            found = await search.prepare(tx, actor, query, readable=readable, now=datetime.now(UTC))
            most = new.limit + 1 if new.limit is not None else None
            total = await store.freeze_matching(
                tx, bulk_id, found.where, found.params, most=most, chunk_size=chunk_size
            )
            if new.limit is not None and total > new.limit:
                raise TooManyIssues(new.limit)
            return []


def _distinct(refs: tuple[IssueRef, ...]) -> list[IssueRef]:
    """Each issue once, by what it is named by; what names none stays, to be told as missing."""
    return list({(ref.queue, ref.number, ref.id) if ref.id or ref.number else ref.text: ref for ref in refs}.values())
