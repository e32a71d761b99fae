"""The things that words may mean, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shoal.domain.errors import UnknownValue
from shoal.domain.fields import REFERENCE_KINDS, Kind
from shoal.domain.patch import Operand, Ref
from shoal.store import names
from shoal.store.db import Database
from shoal.store.names import OF_QUERIES, OF_VALUES, Rule
from tests.world import World, make_issues, make_world


@dataclass
class Bench:
    db: Database
    world: World

    async def ids(self, kind: Kind, *operands: Operand) -> list[int]:
        """What each of them is found to be, among what is in TEST."""
        async with self.db.transaction(self.world.org_id) as tx:
            return await names.find_all(tx, "part", kind, operands, readable=[self.world.test])

    async def meant(self, kind: str, operand: Operand, rule: Rule) -> list[int]:
        async with self.db.transaction(self.world.org_id) as tx:
            known = await names.index(tx, kind, [operand], readable=[self.world.test], rule=rule)
        return [thing.id for thing in known.meant(operand)]

    async def run(self, statement: str, **params: object) -> None:
        async with self.db.transaction(self.world.org_id) as tx:
            await tx.run(statement, params)  # type: ignore[arg-type]  # a constant of the test


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


async def test_what_belongs_to_a_queue_is_found_as_everything_else(bench: Bench) -> None:
    core, docs = bench.world.components["Core"], bench.world.components["Docs"]
    assert await bench.ids(Kind.COMPONENT, "docs", "Core", str(docs)) == [docs, core, docs]
    assert await bench.ids(Kind.VERSION, Ref(name="1.1")) == [bench.world.versions["1.1"]]


async def test_the_first_that_is_not_there_is_told(bench: Bench) -> None:
    with pytest.raises(UnknownValue) as refused:
        await bench.ids(Kind.COMPONENT, "core", "Interface", "nowhere")  # Interface is DEMO's
    assert (refused.value.field, refused.value.value) == ("part", "Interface")


async def test_things_of_other_queues_and_organisations_are_not_there(bench: Bench) -> None:
    assert await bench.ids(Kind.QUEUE, "test") == [bench.world.test]
    for hidden in ("DEMO", "FOREIGN", str(bench.world.other_queue)):
        assert await bench.meant(Kind.QUEUE, hidden, OF_VALUES) == []


async def test_an_issue_by_key_by_id_and_by_the_key_it_had(bench: Bench) -> None:
    [issue] = await make_issues(bench.db, bench.world, 1)
    await bench.run(
        "INSERT INTO issue_alias (org_id, queue_id, number, issue_id) VALUES (%(org)s, %(queue)s, 7, %(issue)s)",
        queue=bench.world.demo,
        issue=issue,
    )
    assert await bench.ids(Kind.ISSUE, "TEST-1", "demo-7", str(issue), Ref(id=issue, key="TEST-1")) == [issue] * 4


async def test_people_who_left_and_what_is_archived_are_found_by_queries_alone(bench: Bench) -> None:
    ivan, old = bench.world.ivan, bench.world.versions["1.0"]
    await bench.run("UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s AND id = %(id)s", id=ivan.user_id)
    await bench.run("UPDATE version SET archived = true WHERE org_id = %(org)s AND id = %(id)s", id=old)
    for kind, word, thing in ((Kind.USER, ivan.login, ivan.user_id), (Kind.VERSION, "1.0", old)):
        assert await bench.meant(kind, word, OF_VALUES) == []
        assert await bench.meant(kind, word, OF_QUERIES) == [thing]


async def test_a_name_of_digits_is_a_name_to_a_query_and_an_id_to_a_value(bench: Bench) -> None:
    core, docs = bench.world.components["Core"], bench.world.components["Docs"]
    await bench.run(
        "UPDATE component SET name = %(name)s WHERE org_id = %(org)s AND id = %(id)s", name=str(docs), id=core
    )
    assert await bench.meant(Kind.COMPONENT, str(docs), OF_VALUES) == [docs]
    assert await bench.meant(Kind.COMPONENT, str(docs), OF_QUERIES) == [core]


async def test_strange_words_name_nothing_of_any_kind(bench: Bench) -> None:
    for kind in REFERENCE_KINDS:
        for word in ("", "%", "a\0b", "9" * 40, "TEST-99999999999999999999", "-1", "'"):
            assert await bench.meant(kind, word, OF_VALUES) == await bench.meant(kind, word, OF_QUERIES) == []
