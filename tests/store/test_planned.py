"""A planned change: what its preview says is what writing it does; who is refused, and how each issue ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from psycopg import Rollback
from psycopg.types.json import Jsonb

from shoal.actions import apply
from shoal.domain.bulk import Change, Delete, Move, Tally, Transition, Update
from shoal.domain.fields import STANDARD
from shoal.domain.patch import Adjust, Clear, Edit, Given, NewComment, Patch, Set
from shoal.domain.plan import Author, ChangesOf, Expected, Plan, Table
from shoal.domain.problems import Problem, problem
from shoal.store import apply as store
from shoal.store.compiled import compile_plan
from shoal.store.db import Database, Transaction
from tests.world import World, make_issues, make_world


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    await db.open()
    yield db
    await db.close()


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


async def make_bulk(tx: Transaction, world: World, change: Change) -> int:
    sql = """INSERT INTO bulk_change (org_id, author_id, change, total)
             VALUES (%(org)s, %(author)s, %(change)s, 1000) RETURNING id"""
    return int(await tx.value(sql, {"author": world.rosa.user_id, "change": Jsonb(change)}))


async def failures(tx: Transaction, bulk_id: int) -> dict[int, list[Problem]]:
    sql = "SELECT issue_id, problems FROM bulk_failure WHERE org_id = %(org)s AND bulk_id = %(bulk)s"
    return {id_: msgspec.convert(told, list[Problem]) for id_, told in await tx.tuples(sql, {"bulk": bulk_id})}


async def entries(tx: Transaction, bulk_id: int) -> dict[int, Any]:
    sql = "SELECT issue_id, changes FROM changelog WHERE org_id = %(org)s AND bulk_id = %(bulk)s"
    return dict(await tx.tuples(sql, {"bulk": bulk_id}))


# --- preview -------------------------------------------------------------------------------------------------------


EDITS: dict[str, list[Edit]] = {
    "priority": [Set("blocker"), Set("normal")],
    "assignee": [Set("ivan"), Set("olga", if_empty=True), Clear()],
    "tags": [Set(("a",)), Adjust(add=("c",)), Adjust(remove=("a",), replace=(("b", "z"),)), Clear()],
    "components": [Adjust(add=("Core",)), Set(("API",)), Clear()],
    "description": [Set("Новый текст"), Set("Else", if_empty=True), Clear()],
    "summary": [Set("New summary")],
    "story_points": [Set(3), Adjust(add=(2,)), Adjust(add=(1e15,)), Clear()],
    "estimation": [Set("P1D"), Adjust(add=("PT2H",)), Adjust(remove=("PT1H",))],
    "resolution": [Set("fixed"), Set("wontFix"), Clear()],
    "type": [Set("bug")],
    "parent": [Set("TEST-1"), Clear()],
    "deadline": [Set("2031-05-17"), Clear()],
    "bay": [Set("7"), Clear()],
    "load": [Set(1.5), Adjust(add=(2.25,)), Adjust(remove=(1e15,)), Clear()],
    "marks": [Set(("x", "y")), Adjust(add=("z",)), Adjust(remove=("x",)), Clear()],
}


class Chance:
    """Random issues and changes, the same for the same seed."""

    def __init__(self, seed: int, world: World) -> None:
        self.random = random.Random(seed)
        self.world = world

    async def make_issues(self, db: Database) -> list[int]:
        made: list[int] = []
        for _ in range(self.random.randint(4, 8)):
            closed = self.random.random() < 0.3
            made += await make_issues(
                db,
                self.world,
                self.random.randint(1, 3),
                queue=self.random.choice(["TEST", "TEST", "DEMO", "FOREIGN"]),
                description=self.random.choice(["", "Текст"]),
                status="closed" if closed else self.random.choice(["open", "inProgress"]),
                resolution="fixed" if closed else None,
                assignee=self.random.choice([None, self.world.ivan]),
                tags=tuple(self.random.sample(["a", "b", "c"], self.random.randint(0, 3))),
            )
        return sorted(made)

    def change(self) -> Change:
        patch = self.patch()
        match self.random.randint(0, 9):
            case 0:
                return Delete()
            case 1 | 2:
                keep, initial = self.random.random() < 0.5, self.random.random() < 0.5
                return Move(self.world.demo, keep_fields=keep, initial_status=initial, patch=patch)
            case 3 | 4:
                return Transition(self.random.choice(["close", "reopen", "start_progress"]), patch)
        return Update(patch)

    def patch(self) -> Patch:
        names = self.random.sample(list(EDITS), self.random.randint(0, 4))
        comment = NewComment("So") if self.random.random() < 0.2 else None
        return Patch({name: self.random.choice(EDITS[name]) for name in names}, comment)


async def add_fields(tx: Transaction, world: World) -> None:
    sql = """INSERT INTO field (org_id, queue_id, key, name, kind, is_list)
             SELECT %(org)s, queue_id, key, '{"en": "F"}', kind, is_list
               FROM (VALUES (%(test)s::bigint, 'bay', 'string', false), (NULL, 'load', 'float', false),
                            (NULL, 'marks', 'string', true)) AS t (queue_id, key, kind, is_list)"""
    await tx.run(sql, {"test": world.test})


@pytest.mark.parametrize("seed", range(5))
async def test_what_a_preview_says_of_an_issue_is_what_writing_does(db: Database, world: World, seed: int) -> None:
    chance = Chance(seed, world)
    ids = await chance.make_issues(db)
    async with db.transaction(world.org_id) as tx:
        await add_fields(tx, world)
    verdicts = {"changed": 0, "unchanged": 0, "refused": 0}
    for _ in range(40):
        change = chance.change()
        async with db.transaction(world.org_id) as tx, tx.savepoint():
            bulk_id = await make_bulk(tx, world, change)
            planned = await apply.plan(tx, world.rosa, ids, change, lock=False)
            previewed = {one.issue_id: one for one in await apply.preview(tx, planned)}
            tally = await apply.many(tx, world.rosa, ids, change, bulk_id=bulk_id)
            refused, changed = await failures(tx, bulk_id), await entries(tx, bulk_id)
            if isinstance(change, Delete | Move):
                raise Rollback  # or soon there would be no issue left
        assert list(previewed) == ids
        assert {id_: list(one.problems) for id_, one in previewed.items() if one.problems} == refused, change
        assert {id_: one.changes for id_, one in previewed.items() if one.changes is not None} == changed, change
        assert (tally.changed, tally.failed) == (len(changed), len(refused))
        assert tally == Tally(len(changed), len(ids) - len(changed) - len(refused), len(refused))
        for name in verdicts:
            verdicts[name] += tally.refused if name == "refused" else getattr(tally, name)
    assert all(verdicts.values()), verdicts


async def test_a_preview_writes_and_locks_nothing(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 3)
    locked = (
        "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode ~ 'Exclusive' AND relation IS NOT NULL"
    )
    async with db.transaction(world.org_id) as tx:
        planned = await apply.plan(tx, world.rosa, ids, Move(world.demo), lock=False)
        shown = await apply.preview(tx, planned)
        assert await tx.value(locked) == 0
        assert await tx.value("SELECT count(*) FROM issue WHERE org_id = %(org)s AND version > 1") == 0
    assert [one.changes["key"] for one in shown if one.changes] == [[f"TEST-{n}", f"DEMO-{n}"] for n in (1, 2, 3)]


async def test_a_preview_of_a_parent_waits_for_nobody(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 2)
    change = Update(Patch({"parent": Set("TEST-1")}))
    async with db.transaction(world.org_id) as busy:
        await apply.plan(busy, world.rosa, ids[1:], change)  # holds what those who set parents share
        async with asyncio.timeout(5), db.transaction(world.org_id) as tx:
            planned = await apply.plan(tx, world.rosa, ids[1:], change, lock=False)
            (shown,) = await apply.preview(tx, planned)
    assert shown.changes == {"parent": [None, ids[0]]}


# --- refusals ------------------------------------------------------------------------------------------------------


async def test_an_issue_is_a_conflict_if_a_field_of_the_plan_was_touched_since(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 4)
    change = Update(Patch({"priority": Set("blocker")}))
    async with db.transaction(world.org_id) as tx:
        bulk_id = await make_bulk(tx, world, change)
        await apply.one(tx, world.rosa, ids[0], Update(Patch({"priority": Set("minor")})))  # before the selection
        await apply.one(tx, world.rosa, ids[1], Update(Patch({"priority": Set("critical")})))
        await apply.one(tx, world.rosa, ids[1], Update(Patch({"tags": Set(("then",))})))
        await apply.one(tx, world.rosa, ids[2], Update(Patch({"tags": Set(("another field",))})))
        tally = await apply.many(
            tx,
            world.rosa,
            ids,
            change,
            bulk_id=bulk_id,
            expected=Expected({ids[0]: 2, ids[1]: 1, ids[2]: 1, ids[3]: 1}),
        )
        told = await failures(tx, bulk_id)
        outcome = await tx.value("SELECT outcome FROM bulk_failure WHERE org_id = %(org)s")
    assert (tally, outcome) == (Tally(changed=3, conflicted=1), "conflicted")
    assert told == {ids[1]: [problem("stale", version=3)]}


async def test_a_sum_that_does_not_fit_refuses_its_issue_without_an_error(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 3)
    change = Update(Patch({"estimation": Adjust(remove=("PT1H",))}))
    async with db.transaction(world.org_id) as tx:
        await apply.one(tx, world.rosa, ids[0], Update(Patch({"estimation": Set("PT3H")})))
        bulk_id = await make_bulk(tx, world, change)
        # Outside any savepoint: an error would end the transaction.
        planned = await apply.plan(tx, world.rosa, ids, change, bulk_id=bulk_id)
        ((compiled, _),) = planned.compiled
        assert await store.refuse(tx, compiled) == Tally(failed=2)
        assert (await store.write(tx, compiled)).changed == 1
        assert (await failures(tx, bulk_id)).keys() == set(ids[1:])


@pytest.mark.parametrize(
    ("kind", "before", "more", "after"),
    [
        ("integer", 1, 1234567890123456, 1234567890123457),
        ("integer", 9007199254740990, 1, 9007199254740991),
        ("float", 0.1, 0.2, 0.3),
        ("float", 123456789.12345678, 1.0, 123456790.12345678),
    ],
)
async def test_a_sum_keeps_every_digit(
    db: Database, world: World, kind: str, before: float, more: float, after: float
) -> None:
    ids = await make_issues(db, world, 1)
    add = """INSERT INTO field (org_id, key, name, kind) VALUES (%(org)s, 'big', '{"en": "F"}', %(kind)s)
             RETURNING id::text"""
    async with db.transaction(world.org_id) as tx:
        field = await tx.value(add, {"kind": kind})
        for edit in (Set(before), Adjust(add=(more,))):
            await apply.one(tx, world.rosa, ids[0], Update(Patch({"big": edit})))
        custom = await tx.value("SELECT custom FROM issue WHERE org_id = %(org)s AND id = %(id)s", {"id": ids[0]})
    assert custom == {field: after}


async def test_a_sum_that_a_transition_requires_is_refused_without_an_error(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 2)
    change = Update(Patch({"estimation": Adjust(remove=("PT1H",))}))
    async with db.transaction(world.org_id) as tx:
        planned = await apply.plan(tx, world.rosa, ids, change)
        plan = replace(planned.compiled[0][0].plan, required=(STANDARD["estimation"],))
        found = await store.problems(tx, compile_plan(plan, ids, Author(world.rosa.user_id, "api")))
    assert [problem.field for problem in found] == ["estimation"]


@pytest.mark.parametrize(("before", "edit", "refused"), [("", Set("why"), 0), ("why", Clear(), 1)])
async def test_a_required_description_is_looked_at_after_the_edits(
    db: Database, world: World, before: str, edit: Edit, refused: int
) -> None:
    ids = await make_issues(db, world, 1, description=before)
    change = Update(Patch({"description": edit}))
    async with db.transaction(world.org_id) as tx:
        planned = await apply.plan(tx, world.rosa, ids, change)
        plan = replace(planned.compiled[0][0].plan, required=(STANDARD["description"],))
        found = await store.problems(tx, compile_plan(plan, ids, Author(world.rosa.user_id, "api")))
    assert len(found) == refused


# --- values that differ from issue to issue --------------------------------------------------------------------------


async def given(
    db: Database, world: World, ids: Sequence[int], relation: Table | ChangesOf, paths: dict[str, tuple[str, ...]]
) -> int:
    edits = tuple((STANDARD[name], Given(path)) for name, path in paths.items())
    async with db.transaction(world.org_id) as tx:
        plan = Plan(edits, relation=relation)
        return (await store.write(tx, compile_plan(plan, ids, Author(world.rosa.user_id, "api")))).changed


async def values(db: Database, world: World, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    sql = """SELECT priority_id, tags, deadline::text, description
               FROM issue JOIN issue_text t ON t.org_id = issue.org_id AND t.issue_id = issue.id
              WHERE issue.org_id = %(org)s AND id = ANY(%(ids)s) ORDER BY id"""
    async with db.transaction(world.org_id) as tx:
        return await tx.tuples(sql, {"ids": list(ids)})


async def test_each_issue_takes_its_own_value_from_a_table(db: Database, world: World) -> None:
    first, second, third = await make_issues(db, world, 3, tags=("old",))
    rows = (
        {"priority": world.priorities["blocker"], "tags": ["new", "two"], "description": "Erste"},
        {"deadline": "2030-01-02", "tags": None},
    )
    table = Table((first, second), tuple(msgspec.json.encode(row).decode() for row in rows))
    paths = {name: (name,) for name in ("priority", "tags", "deadline", "description")}
    assert await given(db, world, [first, second, third], table, paths) == 2
    normal = world.priorities["normal"]
    assert await values(db, world, [first, second, third]) == [
        (world.priorities["blocker"], ["new", "two"], None, "Erste"),
        (normal, [], "2030-01-02", ""),
        (normal, ["old"], None, ""),
    ]
    assert await given(db, world, [first, second, third], table, paths) == 0


async def test_what_a_bulk_change_did_is_taken_back_from_its_changelog(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 3, tags=("old",), description="Before")
    at_first = await values(db, world, ids)
    change = Update(Patch({"priority": Set("blocker"), "tags": Adjust(add=("x",)), "description": Clear()}))
    async with db.transaction(world.org_id) as tx:
        bulk_id = await make_bulk(tx, world, change)
        await apply.many(tx, world.rosa, ids, change, bulk_id=bulk_id)
    assert await values(db, world, ids) != at_first
    paths = {name: (name, "0") for name in ("priority", "tags", "description")}
    assert await given(db, world, ids, ChangesOf(bulk_id), paths) == 3
    assert await values(db, world, ids) == at_first


# --- the outbox ----------------------------------------------------------------------------------------------------


async def test_the_outbox_gets_a_row_an_issue_and_one_for_a_chunk(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 3)
    change = Update(Patch({"priority": Set("blocker")}))
    rows = "SELECT kind, bulk_id, issue_id, entry_id IS NULL FROM outbox WHERE org_id = %(org)s ORDER BY id"
    async with db.transaction(world.org_id) as tx:
        await apply.one(tx, world.rosa, ids[0], change)
        await apply.one(tx, world.rosa, ids[0], change)  # changes nothing, tells nothing
        bulk_id = await make_bulk(tx, world, change)
        await apply.many(tx, world.rosa, ids, change, bulk_id=bulk_id)
        assert await tx.tuples(rows) == [("updated", None, ids[0], False), ("updated", bulk_id, None, True)]
