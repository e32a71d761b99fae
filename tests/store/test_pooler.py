"""Behind PgBouncer, where a transaction has whatever session is free, and a session serves anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from shoal.domain.bulk import State
from shoal.store import migrate
from shoal.store.db import Database
from tests.crash.test_worker import ended, submit
from tests.pooler import pooler
from tests.processes import program
from tests.world import make_issues, make_world

SESSIONS = 2

STATE = """
SELECT current_user, current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
       current_setting('shoal.org_id', true)"""


@pytest.fixture
def pooled_url(database_url: str) -> Iterator[str]:
    with pooler(database_url, sessions=SESSIONS) as url:
        yield url


@pytest.fixture
async def db(pooled_url: str) -> AsyncIterator[Database]:
    opened = Database(pooled_url, max_size=6)
    await opened.open()
    yield opened
    await opened.close()


async def test_many_transactions_of_several_organisations_see_their_own_rows_only(db: Database) -> None:
    world = await make_world(db)
    await make_issues(db, world, 3)

    async def count(org_id: int | None) -> int:
        async with db.transaction(org_id) as tx:
            assert await tx.value("SELECT current_user") == "shoal_app"
            return int(await tx.value("SELECT count(*) FROM issue"))

    # More often than the driver waits before it prepares a statement.
    seen = await asyncio.gather(*(count(org) for _ in range(30) for org in (world.org_id, world.other_org_id, None)))
    assert seen == [3, 0, 0] * 30


async def test_transaction_leaves_nothing_in_a_session_that_others_have_next(db: Database, pooled_url: str) -> None:
    def state() -> tuple[object, ...] | None:
        with psycopg.connect(pooled_url, autocommit=True) as connection:
            return connection.execute(STATE).fetchone()

    before = await asyncio.to_thread(state)
    async with db.transaction(7) as tx:
        assert (await tx.tuples(STATE))[0] == ("shoal_app", "15s", "10s", "7")
    after = await asyncio.to_thread(state)
    assert before is not None
    assert after is not None
    assert after[:3] == before[:3]
    assert not after[3]


def test_database_passes_the_check(pooled_url: str) -> None:
    migrate.check(pooled_url)


@pytest.mark.crash
async def test_worker_takes_jobs_over_the_direct_url(db: Database, pooled_url: str, database_url: str) -> None:
    world = await make_world(db)
    environment = {"SHOAL_DATABASE_URL": pooled_url, "SHOAL_DATABASE_DIRECT_URL": database_url}
    with program("shoal", "worker", environment=environment) as running:
        await asyncio.to_thread(running.hear, "worker ready")
        change = await submit(db, world)
        assert (await ended(db, world, change.id)).state is State.COMPLETE
