"""The database goes away for a while, for a worker alone: afterwards its bulk changes are done, once each."""

from __future__ import annotations

import asyncio
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
