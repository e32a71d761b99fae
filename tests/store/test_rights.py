"""Who may do what, as the database knows it; and what it knows of a token."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shoal.actions import queues, tokens
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.errors import Forbidden, NotFound, UnknownValue
from shoal.store import rights
from shoal.store.db import Database
from tests.world import World, make_world


@dataclass
class Bench:
    db: Database
    world: World

    async def rights_of(self, actor: Actor) -> Rights:
        async with self.db.transaction(actor.org_id) as tx:
            return await rights.load(tx, actor)

    async def join(self, actor: Actor, *given: str) -> None:
        """Put the actor into a group that has these rights in TEST."""
        async with self.db.transaction(actor.org_id) as tx:
            group = await tx.value("INSERT INTO user_group (org_id, name) VALUES (%(org)s, 'crew') RETURNING id")
            params = {"group": group, "user": actor.user_id, "queue": self.world.test, "rights": list(given)}
            await tx.run(
                "INSERT INTO group_member (org_id, group_id, user_id) VALUES (%(org)s, %(group)s, %(user)s)", params
            )
            await tx.run(
                """INSERT INTO queue_right (org_id, queue_id, group_id, rights)
                   VALUES (%(org)s, %(queue)s, %(group)s, %(rights)s)""",
                params,
            )


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url, max_size=2)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


async def test_rights_are_ones_own_and_those_of_the_groups(bench: Bench) -> None:
    world = bench.world
    assert (await bench.rights_of(world.ivan)).by_queue == {}
    await queues.grant(bench.db, world.rosa, "TEST", "ivan", [Right.CREATE])
    await bench.join(world.ivan, "write")
    held = await bench.rights_of(world.ivan)
    assert held.by_queue == {world.test: {Right.CREATE, Right.WRITE, Right.READ}}


async def test_a_grant_replaces_what_was_granted_before(bench: Bench) -> None:
    world = bench.world
    await queues.grant(bench.db, world.rosa, "TEST", "ivan", list(Right))
    await queues.grant(bench.db, world.rosa, "TEST", "ivan", [Right.READ])
    assert (await bench.rights_of(world.ivan)).by_queue == {world.test: {Right.READ}}


async def test_only_who_may_grant_grants(bench: Bench) -> None:
    world = bench.world
    with pytest.raises(NotFound):
        await queues.grant(bench.db, world.ivan, "TEST", "ivan", list(Right))
    await queues.grant(bench.db, world.rosa, "TEST", "ivan", [Right.WRITE])
    with pytest.raises(Forbidden):
        await queues.grant(bench.db, world.ivan, "TEST", "ivan", list(Right))
    with pytest.raises(UnknownValue):
        await queues.grant(bench.db, world.rosa, "TEST", "nina", [Right.READ])


async def test_a_token_is_stored_as_its_hash_only(bench: Bench) -> None:
    token = await tokens.create(bench.db, bench.world.ivan, "script")
    async with bench.db.transaction(bench.world.org_id) as tx:
        stored = await tx.tuples("SELECT * FROM access_token WHERE org_id = %(org)s AND name = 'script'")
    assert len(token) >= 43
    assert hashlib.sha256(token.encode()).digest() in stored[0]
    assert token not in str(stored)


async def test_only_ones_own_token_or_an_administrators_word_revokes(bench: Bench) -> None:
    rosa, ivan = bench.world.rosa, bench.world.ivan
    assert rosa.token_id is not None
    assert ivan.token_id is not None
    with pytest.raises(Forbidden):
        await tokens.revoke(bench.db, ivan, rosa.token_id)
    with pytest.raises(NotFound):
        await tokens.revoke(bench.db, bench.world.nina, rosa.token_id)
    await tokens.revoke(bench.db, rosa, ivan.token_id)
    assert [token.revoked_at is not None for token in await tokens.list_own(bench.db, ivan)] == [True]
