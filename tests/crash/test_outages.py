"""The database goes away for a while, for a worker alone: afterwards its bulk changes are done, once each."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shoal.store.db import Database
from tests.crash.test_worker import ended, submit
from tests.proxy import proxy
from tests.world import make_world

pytestmark = pytest.mark.crash

COMMAND = (sys.executable, "-m", "tests.crash.dying_worker")
STOP_WITHIN = 30.0


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    await db.open()
    yield db
    await db.close()


@asynccontextmanager
async def kept_worker(url: str) -> AsyncIterator[list[int]]:
    """A worker that is started again whenever it ends, as `serve` does; how it ended each time. It must stop when it is
    told to."""
    ends: list[int] = []
    worker: asyncio.subprocess.Process
    is_over = False

    async def keep() -> None:
        nonlocal worker
        while not is_over:
            worker = await asyncio.create_subprocess_exec(*COMMAND, url, "never", "1", "KILL")
            ends.append(await worker.wait())
            await asyncio.sleep(0.2)

    keeping = asyncio.create_task(keep())
    try:
        yield ends
        is_over = True
        worker.terminate()
        await asyncio.wait_for(asyncio.shield(keeping), STOP_WITHIN)
    finally:
        keeping.cancel()
        if worker.returncode is None:
            worker.kill()
            await worker.wait()


@pytest.mark.parametrize("seconds", [5, 20, *(pytest.param(longer, marks=pytest.mark.slow) for longer in (45, 90))])
async def test_after_an_outage_a_bulk_change_completes(db: Database, database_url: str, seconds: int) -> None:
    world = await make_world(db)
    async with proxy(database_url) as way, kept_worker(way.url) as ends:
        first = await submit(db, world)
        await ended(db, world, first.id)
        await way.cut()
        await asyncio.sleep(seconds)
        second = await submit(db, world)
        await way.restore()
        done = await ended(db, world, second.id)
        assert (done.state, done.done) == ("complete", done.total)
        assert 0 not in ends, "a worker that nobody told to stop must not end as if it had been"
    assert ends[-1] == 0


async def registered(db: Database) -> None:
    """Wait until a worker has said that it is there."""
    async with asyncio.timeout(STOP_WITHIN):
        while True:
            async with db.transaction(None) as tx:
                if await tx.value("SELECT count(*) FROM procrastinate_workers"):
                    return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def worker(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that nobody starts again."""
    process = await asyncio.create_subprocess_exec(*COMMAND, url, "never", "1", "KILL")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_told_to_stop_while_the_database_is_away_it_ends_in_its_time(db: Database, database_url: str) -> None:
    async with proxy(database_url) as way, worker(way.url) as stopping:
        await registered(db)
        await way.cut()
        stopping.terminate()
        assert await asyncio.wait_for(stopping.wait(), STOP_WITHIN) == os.EX_TEMPFAIL


async def test_a_worker_that_was_forgotten_ends_and_another_does_the_work(db: Database, database_url: str) -> None:
    world = await make_world(db)
    async with worker(database_url) as forgotten:
        await registered(db)
        async with db.transaction(None) as tx:
            await tx.run("DELETE FROM procrastinate_workers")
        change = await submit(db, world)
        assert await asyncio.wait_for(forgotten.wait(), STOP_WITHIN) == os.EX_TEMPFAIL
    async with kept_worker(database_url):
        done = await ended(db, world, change.id)
    assert (done.state, done.done) == ("complete", done.total)


# --- the watchdog --------------------------------------------------------------------------------------------------

LOOP = """
import asyncio, time
from shoal.engine import watchdog
watchdog.LOOK_EVERY, watchdog.HUNG_AFTER = 0.1, 10
dog = watchdog.Watchdog()
dog.start()
async def main():
    {setup}
    while True:
        dog.beat()
        {body}
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("setup", "body", "reason"),
    [
        ("", "time.sleep(60)", "the event loop does not turn"),
        ("dog.end_within(1)", "await asyncio.sleep(0.05)", "the shutdown takes too long"),
    ],
    ids=["loop", "shutdown"],
)
async def test_the_watchdog_ends_what_hangs(setup: str, body: str, reason: str) -> None:
    program = LOOP.format(setup=setup, body=body)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(process.communicate(), STOP_WITHIN)
    assert process.returncode == os.EX_TEMPFAIL
    assert reason in said.decode()
