"""A request that works in several transactions is one: with its key and its answer, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context

import pytest

from shoal.actions import idempotency
from shoal.domain.errors import Busy, Conflict, Forbidden, KeyUsed, TooSlow
from shoal.store.db import Database, Purpose
from tests.world import World, make_world

HASH = b"1" * 32
INSERT = "INSERT INTO area (org_id, key, name) VALUES (%(org)s, %(name)s, %(name)s)"
NAMES = "SELECT array_agg(name ORDER BY name) FROM area WHERE name LIKE 'tide %%'"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url, max_size=4)
    await db.open()
    yield db
    await db.close()


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


async def write(db: Database, world: World, name: str) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run(INSERT, {"name": f"tide {name}"})


async def written(db: Database, world: World) -> list[str] | None:
    async with db.transaction(world.org_id) as tx:
        found: list[str] | None = await tx.value(NAMES)
        return found


async def test_all_transactions_inside_are_committed_together(db: Database, database_url: str, world: World) -> None:
    outside = Database(database_url, max_size=1)
    await outside.open()

    async def act() -> bytes:
        await write(db, world, "1")
        with pytest.raises(Conflict):
            await write(db, world, "1")
        await write(db, world, "2")
        assert await asyncio.create_task(written(db, world)) == ["tide 1", "tide 2"]
        assert await written(outside, world) is None
        return b"done"

    assert await idempotency.once(db, world.rosa, "k", HASH, act) == b"done"
    assert await written(outside, world) == ["tide 1", "tide 2"]
    await outside.close()


async def test_what_raises_leaves_nothing_and_the_key_is_free(db: Database, world: World) -> None:
    async def fail() -> bytes:
        await write(db, world, "1")
        raise Forbidden("administrators_only")

    async def succeed() -> bytes:
        await write(db, world, "2")
        return b"done"

    with pytest.raises(Forbidden):
        await idempotency.once(db, world.rosa, "k", HASH, fail)
    assert await idempotency.once(db, world.rosa, "k", b"2" * 32, succeed) == b"done"
    assert await written(db, world) == ["tide 2"]


async def test_what_was_done_is_not_done_again(db: Database, world: World) -> None:
    async def act() -> bytes:
        await write(db, world, str(len(await written(db, world) or ())))
        return b"done"

    assert [await idempotency.once(db, world.rosa, "k", HASH, act) for _ in range(2)] == [b"done"] * 2
    with pytest.raises(KeyUsed):
        await idempotency.once(db, world.rosa, "k", b"2" * 32, act)
    assert await written(db, world) == ["tide 0"]


async def test_who_waits_too_long_for_the_first_is_told(database_url: str, world: World) -> None:
    hasty = Database(database_url, max_size=2, purpose=Purpose(0.1, 8, 10, is_interactive=True))
    await hasty.open()

    async def act() -> bytes:
        with pytest.raises(Busy):
            await asyncio.create_task(once_apart(hasty, world), context=Context())
        return b"first"

    assert await idempotency.once(hasty, world.rosa, "k", HASH, act) == b"first"
    await hasty.close()


async def once_apart(db: Database, world: World) -> bytes:
    async def act() -> bytes:
        return b"second"

    return await idempotency.once(db, world.rosa, "k", HASH, act)


async def test_a_part_too_is_told_what_was_in_its_way(database_url: str, world: World) -> None:
    hasty = Database(database_url, max_size=1, purpose=Purpose(3, 0.1, 10, is_interactive=True))
    await hasty.open()

    async def act() -> bytes:
        async with hasty.transaction(world.org_id) as tx:
            await tx.run("SELECT pg_sleep(5)")
        return b""

    with pytest.raises(TooSlow):
        await idempotency.once(hasty, world.rosa, "k", HASH, act)
    await hasty.close()
