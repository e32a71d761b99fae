"""A worker killed with SIGKILL at every named step; afterwards nothing is lost and nothing done twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from shoal.actions import bulk
from shoal.actions.running import STEPS
from shoal.domain.bulk import BulkChange, Listed, NewBulkChange, State, Update
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Adjust, NewComment, Patch
from shoal.store.db import Database
from tests.world import World, make_issues, make_world

pytestmark = pytest.mark.crash

ISSUES, CHUNK = 50, 10
PATIENCE = 60.0
"""Seconds in which a bulk change must end by itself; a dead worker is noticed after some five."""

# The sum of all that a change writes, over all issues: each number is what one change to each issue makes.
INVARIANTS = """
SELECT (SELECT count(*) FROM issue WHERE org_id = %(org)s AND version = 2 AND tags = '{once}') AS changed,
       (SELECT count(*) FROM issue WHERE org_id = %(org)s AND version <> 2) AS otherwise,
       (SELECT count(*) FROM changelog WHERE org_id = %(org)s AND bulk_id = %(bulk)s) AS entries,
       (SELECT count(DISTINCT issue_id) FROM changelog WHERE org_id = %(org)s AND bulk_id = %(bulk)s) AS of_issues,
       (SELECT count(*) FROM comment WHERE org_id = %(org)s) AS comments,
       (SELECT count(*) FROM bulk_chunk WHERE org_id = %(org)s AND bulk_id = %(bulk)s AND done_at IS NULL) AS left"""


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    await db.open()
    yield db
    await db.close()


@contextmanager
def worker(url: str, step: str = "never", count: int = 1, blow: str = "KILL") -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "tests.crash.dying_worker", url, step, str(count), blow])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def submit(db: Database, world: World) -> BulkChange:
    made = await make_issues(db, world, ISSUES)
    selection = Listed(tuple(IssueRef(str(issue), id=issue) for issue in made))
    change = Update(Patch({"tags": Adjust(add=("once",))}, NewComment("Once")))
    return await bulk.submit(db, world.rosa, NewBulkChange(selection, change), chunk_size=CHUNK)


async def ended(db: Database, world: World, bulk_id: int) -> BulkChange:
    """The bulk change at its end; its counters are seen to grow only."""
    seen = 0
    async with asyncio.timeout(PATIENCE):
        while True:
            now = await bulk.get(db, world.rosa, bulk_id)
            assert now.done >= seen
            seen = now.done
            if now.state.is_terminal:
                return now
            await asyncio.sleep(0.05)


async def assert_each_changed_once(db: Database, world: World, change: BulkChange) -> None:
    assert (change.state, change.changed, change.done) == (State.COMPLETE, ISSUES, ISSUES)
    async with db.transaction(world.org_id) as tx:
        (found,) = await tx.tuples(INVARIANTS, {"bulk": change.id})
    assert found == (ISSUES, 0, ISSUES, ISSUES, ISSUES, 0)


@pytest.mark.parametrize(("step", "count"), [*((step, 2) for step in STEPS), ("finished", 1)])
async def test_a_worker_killed_at_a_step_loses_nothing_and_repeats_nothing(
    db: Database, database_url: str, step: str, count: int
) -> None:
    world = await make_world(db)
    submitted = await submit(db, world)
    with worker(database_url, step, count) as dying:
        assert await asyncio.to_thread(dying.wait, PATIENCE) == -signal.SIGKILL
    with worker(database_url):
        await assert_each_changed_once(db, world, await ended(db, world, submitted.id))


async def test_a_worker_frozen_past_its_time_and_woken_again_repeats_nothing(db: Database, database_url: str) -> None:
    world = await make_world(db)
    submitted = await submit(db, world)
    with worker(database_url, "applied", 2, "STOP") as frozen:
        await asyncio.to_thread(os.waitpid, frozen.pid, os.WUNTRACED)
        with worker(database_url):
            change = await ended(db, world, submitted.id)
            frozen.send_signal(signal.SIGCONT)
            await assert_each_changed_once(db, world, change)


async def test_a_worker_told_to_stop_gives_its_job_back_and_another_goes_on(db: Database, database_url: str) -> None:
    world = await make_world(db)
    submitted = await submit(db, world)
    with worker(database_url, "committed", 2, "TERM") as stopping:
        assert await asyncio.to_thread(stopping.wait, PATIENCE) == 0
    left = await bulk.get(db, world.rosa, submitted.id)
    assert 2 * CHUNK <= left.changed < ISSUES
    with worker(database_url):
        await assert_each_changed_once(db, world, await ended(db, world, submitted.id))


async def test_several_workers_share_the_work_of_several_changes(db: Database, database_url: str) -> None:
    world = await make_world(db)
    changes = [await submit(db, world) for _ in range(4)]
    with worker(database_url), worker(database_url):
        for change in changes:
            done = await ended(db, world, change.id)
            assert (done.state, done.changed) == (State.COMPLETE, ISSUES)
