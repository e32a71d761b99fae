"""One chunk, one transaction: its issues, changelog, comments, failures and counters are committed together, so a crash
leaves all of them or none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import psycopg
import structlog

from shoal.actions import apply
from shoal.domain import problems
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Problem, State, Tally
from shoal.domain.errors import ShoalError
from shoal.store import apply as issues
from shoal.store import bulk
from shoal.store.bulk import Claimed
from shoal.store.db import Database, Transaction

log = structlog.get_logger()

Step = Callable[[str], Awaitable[None]]
"""Called at each named step of a chunk, so that tests can wait for one, or die in it."""

STEPS = ("claimed", "applied", "counted", "committed")
POISON = (psycopg.DataError, psycopg.IntegrityError, ShoalError)
"""What one issue's own values can cause. Anything else concerns the whole chunk."""


async def no_step(_: str) -> None:
    """What production does at a step."""


async def run_chunk(db: Database, org_id: int, bulk_id: int, *, on_step: Step = no_step) -> bool:
    """Do the next chunk of a bulk change; False when there is nothing more to do."""
    async with db.transaction(org_id) as tx:
        claimed = await bulk.claim(tx, bulk_id)
        await on_step("claimed")
        if claimed is None or State(claimed.state) not in (State.QUEUED, State.RUNNING):
            return False
        if claimed.cancel or claimed.ids is None:
            await bulk.finish(tx, bulk_id, cancelled=claimed.cancel)
            return False
        await bulk.start(tx, bulk_id)
        tally = await _apply(tx, _submitter(org_id, claimed), claimed, bulk_id)
        await on_step("applied")
        await bulk.finish_chunk(tx, bulk_id, claimed.n, tally)
        if claimed.n + 1 == claimed.chunks:
            await bulk.finish(tx, bulk_id)
        await on_step("counted")
    await on_step("committed")
    return claimed.n + 1 < claimed.chunks


def _submitter(org_id: int, claimed: Claimed) -> Actor | None:
    """On whose behalf the change is made; None when they have left since."""
    if claimed.dismissed:
        return None
    return Actor(org_id, claimed.author_id, claimed.login, claimed.display, is_admin=claimed.is_admin)


async def _apply(tx: Transaction, submitter: Actor | None, claimed: Claimed, bulk_id: int) -> Tally:
    """Apply the change to the chunk's issues; a chunk that cannot be done at all fails with its reason."""
    assert claimed.ids is not None
    if submitter is None:
        return await _refuse(tx, claimed.ids, Problem(problems.FORBIDDEN), bulk_id)
    try:
        change = claimed.read_change()
        return await _bisect(tx, submitter, claimed.ids, change, bulk_id)
    except psycopg.OperationalError:
        raise
    except Exception:
        log.exception("chunk failed", org_id=tx.org_id, bulk_change=bulk_id, chunk=claimed.n)
        return await _refuse(tx, claimed.ids, Problem(problems.INTERNAL), bulk_id)


async def _bisect(tx: Transaction, actor: Actor, ids: Sequence[int], change: Change, bulk_id: int) -> Tally:
    """Apply the change; where one issue spoils it for all, halve until that one is found and named."""
    try:
        async with tx.savepoint():
            return await apply.many(tx, actor, ids, change, bulk_id=bulk_id)
    except POISON as error:
        if len(ids) == 1:
            return await _refuse(tx, ids, _problem(error), bulk_id)
    middle = len(ids) // 2
    first = await _bisect(tx, actor, ids[:middle], change, bulk_id)
    return first + await _bisect(tx, actor, ids[middle:], change, bulk_id)


def _problem(error: Exception) -> Problem:
    if isinstance(error, psycopg.Error):
        return Problem(problems.INVALID, detail=error.diag.message_primary or "the database refused the value")
    return Problem(problems.INVALID, detail=str(error))


async def _refuse(tx: Transaction, ids: Sequence[int], problem: Problem, bulk_id: int) -> Tally:
    return Tally(failed=await issues.refuse_all(tx, ids, [problem], bulk_id))
