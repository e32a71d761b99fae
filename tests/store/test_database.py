"""Connections that are lost, and a server that is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from shoal.domain.errors import Unavailable
from shoal.store import db as store
from shoal.store.db import Database, Transaction
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
