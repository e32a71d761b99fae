"""What a change demands beyond the rules of the core: people, sprints and parents of the queue, types that fit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shoal.actions import apply, bulk
from shoal.domain.bulk import Listed, NewBulkChange, Transition, Update
from shoal.domain.errors import Invalid, NotMember, UnknownValue
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Clear, Demands, Hierarchy, Patch, Ref, Set
from shoal.store.db import Database, Transaction
from tests.world import World, grant, make_issues, make_world

LOCAL = Demands(is_local=True)
FAMILY = Demands(hierarchy=Hierarchy({"epic": None, "story": "epic", "task": "story"}, leaves=("task",)))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    await db.open()
    yield db
    await db.close()


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


async def edit(db: Database, world: World, issue_id: int, demands: Demands, **edits: Any) -> bool:
    async with db.transaction(world.org_id) as tx:
        change = Update(Patch(edits, demands=demands))
        return (await apply.one(tx, world.rosa, issue_id, change)).changed == 1


async def make_sprint(tx: Transaction, name: str, queue_id: int | None) -> int:
    sql = """WITH b AS (INSERT INTO board (org_id, name, queue_id) VALUES (%(org)s, %(name)s, %(queue)s) RETURNING id)
             INSERT INTO sprint (org_id, board_id, name) SELECT %(org)s, id, %(name)s FROM b RETURNING id"""
    return int(await tx.value(sql, {"name": name, "queue": queue_id}))


async def test_people_are_members_of_the_queue_of_the_issue(db: Database, world: World) -> None:
    (issue,) = await make_issues(db, world, 1)
    assert await edit(db, world, issue, Demands(), assignee=Set("ivan"))
    for stranger in (Set("olga"), Set(Ref(id=world.olga.user_id))):
        with pytest.raises(NotMember):
            await edit(db, world, issue, LOCAL, assignee=stranger)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.olga, ["read"])
    assert await edit(db, world, issue, LOCAL, assignee=Set("olga"))


async def test_sprints_and_parents_are_of_the_queue_of_the_issue(db: Database, world: World) -> None:
    issue, above = await make_issues(db, world, 2)
    (elsewhere,) = await make_issues(db, world, 1, queue="DEMO")
    async with db.transaction(world.org_id) as tx:
        own, shared = await make_sprint(tx, "Own", world.test), await make_sprint(tx, "Shared", None)
    for edits in ({"sprints": Set((shared,))}, {"parent": Set(Ref(id=elsewhere))}):
        with pytest.raises(Invalid) as raised:
            await edit(db, world, issue, LOCAL, **edits)
        assert list(raised.value.fields) == list(edits)
        assert await edit(db, world, issue, Demands(), **edits)
    assert await edit(db, world, issue, LOCAL, sprints=Set((own,)), parent=Set(Ref(id=above)))


@pytest.mark.parametrize(
    ("parent", "child", "fits"),
    [
        ("epic", "story", True),
        ("story", "task", True),
        ("epic", "task", False),
        ("task", "bug", False),
        ("bug", "task", True),
    ],
)
async def test_the_parent_is_of_a_type_that_fits(
    db: Database, world: World, parent: str, child: str, fits: bool
) -> None:
    (above,) = await make_issues(db, world, 1, issue_type=parent)
    (issue,) = await make_issues(db, world, 1, issue_type=child)
    if fits:
        assert await edit(db, world, issue, FAMILY, parent=Set(Ref(id=above)))
        return
    with pytest.raises(Invalid) as raised:
        await edit(db, world, issue, FAMILY, parent=Set(Ref(id=above)))
    assert list(raised.value.fields) == ["parent"]
    assert parent in str(raised.value)


async def test_a_type_fits_the_parent_that_stays_and_the_children(db: Database, world: World) -> None:
    (epic,) = await make_issues(db, world, 1, issue_type="epic")
    (story,) = await make_issues(db, world, 1, issue_type="story")
    (task,) = await make_issues(db, world, 1)
    assert await edit(db, world, story, FAMILY, parent=Set(Ref(id=epic)))
    assert await edit(db, world, task, FAMILY, parent=Set(Ref(id=story)))
    for issue, to, field in ((epic, "story", "type"), (story, "task", "parent"), (task, "story", "parent")):
        with pytest.raises(Invalid) as raised:
            await edit(db, world, issue, FAMILY, type=Set(to))
        assert field in raised.value.fields
    assert await edit(db, world, task, FAMILY, type=Set("story"), parent=Set(Ref(id=epic)))
    assert await edit(db, world, story, FAMILY, type=Set("task"), parent=Clear())


async def test_a_bulk_change_within_a_queue_is_refused_at_once_for_a_stranger(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 2)
    selection = Listed(tuple(IssueRef(str(id_), id=id_) for id_ in ids))
    change = Update(Patch({"assignee": Set("olga")}, demands=LOCAL))
    with pytest.raises(NotMember):
        await bulk.perform(db, world.rosa, NewBulkChange(selection, change, queue_id=world.test))
    done = await bulk.perform(db, world.rosa, NewBulkChange(selection, change))
    assert {found[0].code for found in done.failed.values()} == {"not_member"}


async def test_a_status_is_named_and_brings_a_resolution_to_who_has_none(db: Database, world: World) -> None:
    (issue,) = await make_issues(db, world, 1)
    async with db.transaction(world.org_id) as tx:
        with pytest.raises(UnknownValue):
            await apply.one(tx, world.rosa, issue, Transition(to_status=Ref(key="nowhere")))
        step = Transition(to_status=Ref(key="closed"), resolutions={"done": "fixed", "cancelled": "wontFix"})
        assert (await apply.one(tx, world.rosa, issue, step)).changed == 1
        row = await tx.tuples(
            "SELECT status_id, resolution_id FROM issue WHERE org_id = %(org)s AND id = %(id)s", {"id": issue}
        )
    assert row == [(world.statuses["closed"], world.resolutions["fixed"])]


@pytest.mark.parametrize(
    ("kind", "is_list", "text", "expected"),
    [
        ("integer", False, " 7 ", 7),
        ("float", False, "1.5", 1.5),
        ("boolean", False, "TRUE", True),
        ("string", False, "a, b", "a, b"),
        ("string", True, "a, b,,", ["a", "b"]),
        ("date", False, "2026-01-02", "2026-01-02"),
        ("string", False, "  ", None),
    ],
)
async def test_text_is_read_as_what_the_field_holds(
    db: Database, world: World, kind: str, is_list: bool, text: str, expected: object
) -> None:
    (issue,) = await make_issues(db, world, 1)
    add = """INSERT INTO field (org_id, key, name, kind, is_list)
             VALUES (%(org)s, 'bay', '{"en": "Bay"}', %(kind)s, %(is_list)s) RETURNING id::text"""
    async with db.transaction(world.org_id) as tx:
        field = await tx.value(add, {"kind": kind, "is_list": is_list})
        await apply.one(tx, world.rosa, issue, Update(Patch({"bay": Set(text, as_text=True)})))
        custom = await tx.value("SELECT custom FROM issue WHERE org_id = %(org)s AND id = %(id)s", {"id": issue})
    assert custom.get(field) == expected


async def test_text_that_cannot_be_read_names_its_field(db: Database, world: World) -> None:
    (issue,) = await make_issues(db, world, 1)
    with pytest.raises(Invalid) as raised:
        await edit(db, world, issue, Demands(), story_points=Set("many", as_text=True))
    assert raised.value.fields == {"story_points": "number_expected"}
