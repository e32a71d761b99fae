"""A bulk change at work: its next chunk, and what is done when that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from shoal.actions import apply
from shoal.domain import problems
from shoal.domain.actor import Actor
from shoal.domain.bulk import OnConflict, State, Tally
from shoal.domain.problems import Problem
from shoal.store import apply as writes
from shoal.store import faults
from shoal.store import running as store
from shoal.store.db import Database, Transaction
from shoal.store.faults import Fault, Spoiled
from shoal.store.running import Claimed

log = structlog.get_logger()

Step = Callable[[str], Awaitable[None]]
"""Called at each named step of a chunk, so that tests can wait for one, or die in it."""

STEPS = ("claimed", "applied", "counted", "committed")
"""The last is the engine's, once the transaction is done."""


async def no_step(_: str) -> None:
    """What production does at a step."""


async def advance(tx: Transaction, bulk_id: int, *, on_step: Step = no_step) -> bool:
    """Do the next chunk of a bulk change in this transaction, or halve it if one issue spoils it for all; False when
    there is nothing more to do.

    The change is made with the rights that its submitter has at this moment.
    """
    claimed = await store.claim(tx, bulk_id)
    await on_step("claimed")
    if claimed is None or not claimed.state.is_active:
        return False
    if claimed.wanted is not None:
        return await _heed(tx, bulk_id)
    if claimed.n is None or claimed.ids is None:
        await store.move(tx, bulk_id, State.COMPLETE)
        return False
    try:
        async with tx.savepoint():  # what is spoilt is taken back, the lock of the chunk is kept
            tally = await _apply(tx, claimed, claimed.ids, bulk_id)
    except Spoiled:
        await store.split_chunk(tx, bulk_id)
        return True
    await on_step("applied")
    if claimed.state is State.QUEUED:
        await store.move(tx, bulk_id, State.RUNNING)
    follows = await store.finish_chunk(tx, bulk_id, claimed.n, tally)
    if follows is State.RUNNING and tally.conflicted and claimed.on_conflict is OnConflict.STOP:
        if not await _heed(tx, bulk_id):  # who wants it cancelled was told that it ends
            return False
        follows = State.PAUSED
    if follows is not State.RUNNING:
        error = f"{tally.conflicted} issues were edited since they were selected" if follows is State.PAUSED else None
        await store.move(tx, bulk_id, follows, error=error)
    await on_step("counted")
    return follows is State.RUNNING


async def _heed(tx: Transaction, bulk_id: int) -> bool:
    """Do what is wanted of a bulk change; whether it goes on."""
    wanted = await store.wanted(tx, bulk_id)
    if wanted is not None:
        await store.move(tx, bulk_id, wanted.state)
    return wanted is None


async def _apply(tx: Transaction, claimed: Claimed, ids: Sequence[int], bulk_id: int) -> Tally:
    """Apply the change to the chunk's issues; whoever left changes nothing more."""
    if claimed.dismissed:
        return await writes.refuse_all(tx, ids, [Problem(problems.FORBIDDEN)], bulk_id)
    assert tx.org_id is not None
    submitter = Actor(tx.org_id, claimed.author_id, claimed.login, claimed.display, is_admin=claimed.is_admin)
    change = claimed.read_change()
    return await apply.many(tx, submitter, ids, change, bulk_id=bulk_id, expected=claimed.expected)


# --- when it fails -------------------------------------------------------------------------------------------------

ATTEMPTS = 10
"""How often a chunk may fail, one time after the other: with the pauses between, for some five minutes."""
LONGEST_PAUSE = 60.0


async def note_failure(db: Database, org_id: int, bulk_id: int, error: Exception) -> float | None:
    """Write down that the next chunk failed; the seconds until it is to be tried again, or None when it is not.

    What passes is tried again, in half as large a chunk where that helps, until it has failed too often. For what is
    our own fault the bulk change is paused with its reason: it goes on by `resume`, once that is mended.
    """
    fault, reason = faults.of(error), f"{type(error).__name__}: {error}"[:1000]
    about = {"org_id": org_id, "bulk_change": bulk_id}
    async with db.transaction(org_id) as tx:
        if not await _heed(tx, bulk_id):
            return None
        if fault in (Fault.OURS, Fault.ISSUE):  # an issue's fault that was not found to be one is ours
            if await store.move(tx, bulk_id, State.PAUSED, error=reason):
                log.error("bulk change paused", **about, exc_info=error)
            return None
        attempts = await store.count_attempt(tx, bulk_id)
        if attempts is not None and attempts >= ATTEMPTS and fault is Fault.CROWDED and await _give_up(tx, bulk_id):
            return 0.0
        if attempts is not None and attempts >= ATTEMPTS:
            await store.move(tx, bulk_id, State.FAILED, error=reason)
            log.error("bulk change failed", **about, attempts=attempts, exc_info=error)
        if attempts is None or attempts >= ATTEMPTS:
            return None
        if fault is Fault.CROWDED:
            await store.split_chunk(tx, bulk_id)
    pause = min(2.0 ** (attempts - 1), LONGEST_PAUSE)
    log.warning("chunk failed", **about, attempts=attempts, again_in=pause, error=reason)
    return pause


async def _give_up(tx: Transaction, bulk_id: int) -> bool:
    """Let an issue that is alone in its chunk, and is held by others all the time, fail; the rest goes on."""
    claimed = await store.claim(tx, bulk_id)
    if claimed is None or claimed.n is None or claimed.ids is None or len(claimed.ids) > 1:
        return False
    if claimed.state is State.QUEUED:
        await store.move(tx, bulk_id, State.RUNNING)
    tally = await writes.refuse_all(tx, claimed.ids, [Problem(problems.BUSY)], bulk_id)
    follows = await store.finish_chunk(tx, bulk_id, claimed.n, tally)
    if follows is not State.RUNNING:
        await store.move(tx, bulk_id, follows)
    return True
