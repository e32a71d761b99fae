"""Connections that are lost, a server that is away, and constraints that are broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import psycopg
import pytest

from shoal.domain.errors import Busy, TooSlow, Unavailable
from shoal.store import db as store
from shoal.store.db import Database, Purpose, Transaction
from tests.ports import free_port

END_OTHERS = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, max_size=4)
    await opened.open()
    yield opened
    await opened.close()


async def fill_pool(db: Database) -> None:
    """Until all connections are there at once."""
    gate = asyncio.Barrier(4)

    async def hold() -> None:
        async with db.transaction(1):
            await gate.wait()

    await asyncio.gather(*(hold() for _ in range(4)))


def end_all(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(END_OTHERS).fetchone()
        assert row is not None
        return int(row[0])


async def one(tx: Transaction) -> int:
    return int(await tx.value("SELECT 1"))


async def test_connections_that_died_in_the_pool_are_passed_over(db: Database, database_url: str) -> None:
    await fill_pool(db)
    assert await asyncio.to_thread(end_all, database_url) == 4
    for _ in range(5):
        async with db.transaction(1) as tx:
            assert await one(tx) == 1


async def test_connection_lost_in_the_middle_is_psycopgs_error_inside_and_unavailable_outside(
    db: Database, database_url: str
) -> None:
    inside: list[type[Exception]] = []

    async def lose() -> None:
        async with db.transaction(1) as tx:
            await asyncio.to_thread(end_all, database_url)
            try:
                await one(tx)
            except psycopg.OperationalError as error:
                inside.append(type(error))
                raise

    with pytest.raises(Unavailable):
        await lose()
    assert inside == [psycopg.errors.AdminShutdown]


async def test_connection_lost_before_the_end_is_unavailable(db: Database, database_url: str) -> None:
    with pytest.raises(Unavailable):
        async with db.transaction(1):
            await asyncio.to_thread(end_all, database_url)


async def test_what_is_wrong_with_a_statement_stays_the_databases_error(db: Database) -> None:
    async def tarry() -> None:
        async with db.transaction(1) as tx:
            await tx.run("SET LOCAL statement_timeout = 1")
            await tx.run("SELECT pg_sleep(9)")

    with pytest.raises(psycopg.errors.QueryCanceled):
        await tarry()


# --- where a caller waits ------------------------------------------------------------------------------------------


@pytest.fixture
async def interactive(database_url: str) -> AsyncIterator[Database]:
    purpose = Purpose(lock=0.1, statement=0.3, transaction=0.6, is_interactive=True)
    opened = Database(database_url, max_size=4, door_size=1, purpose=purpose)
    await opened.open()
    yield opened
    await opened.close()


LOCK = "SELECT pg_advisory_xact_lock(%(key)s)"


async def test_lock_that_is_not_given_up_is_busy(interactive: Database) -> None:
    async with interactive.transaction(1) as holder:
        await holder.value(LOCK, {"key": 1})
        with pytest.raises(Busy):
            async with interactive.transaction(1) as tx:
                await tx.value(LOCK, {"key": 1})


async def test_deadlock_is_busy(interactive: Database) -> None:
    gate = asyncio.Barrier(2)

    async def cross(*keys: int) -> None:
        async with interactive.transaction(1) as tx:
            await tx.run("SET LOCAL lock_timeout = 0")
            await tx.run("SET LOCAL statement_timeout = 0")
            await tx.run("SET LOCAL transaction_timeout = 0")
            await tx.value(LOCK, {"key": keys[0]})
            await gate.wait()
            await tx.value(LOCK, {"key": keys[1]})

    ends = await asyncio.gather(cross(1, 2), cross(2, 1), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["Busy", "NoneType"]


async def test_statement_that_runs_too_long_is_too_slow(interactive: Database) -> None:
    with pytest.raises(TooSlow):
        async with interactive.transaction(1) as tx:
            await tx.run("SELECT pg_sleep(9)")


async def test_transaction_that_goes_on_too_long_is_too_slow(interactive: Database) -> None:
    async def tarry() -> None:
        async with interactive.transaction(1) as tx:
            for _ in range(9):
                await tx.run("SELECT pg_sleep(0.2)")

    with pytest.raises(TooSlow):
        await tarry()


async def test_the_door_is_open_while_all_connections_are_taken(
    interactive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(interactive.transaction(1))
        with pytest.raises(Busy):
            await stack.enter_async_context(interactive.transaction(1))
        async with interactive.door.transaction(1) as tx:
            assert await one(tx) == 1
        assert interactive.is_full
        monkeypatch.setattr(store, "STUCK_AFTER", 0)
        assert interactive.is_stuck
    assert not interactive.is_full


async def test_server_that_stays_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.3)
    away = Database(f"postgresql://127.0.0.1:{free_port()}/none")
    await away.pool.open()
    with pytest.raises(Unavailable):
        async with away.transaction(1):
            pass
    await away.close()
    with pytest.raises(Unavailable):
        async with away.transaction(1):
            pass


NAMED = """
SELECT conname FROM pg_constraint WHERE connamespace = 'shoal'::regnamespace
 UNION SELECT indexrelid::regclass::text FROM pg_index
  WHERE indisunique AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'shoal'::regnamespace)"""


async def test_every_constraint_that_is_explained_is_one_of_the_schema(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        rows = await (await connection.execute(NAMED)).fetchall()
    named = {name.removeprefix("shoal.") for (name,) in rows}
    assert set(store.CONSTRAINTS) - named == set()
