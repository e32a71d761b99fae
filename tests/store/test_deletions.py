"""A thing that is deleted while somebody puts it on an issue: whoever comes first, nothing refers to what is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shoal.actions import apply, areas, comments, components, queues, sprints, versions
from shoal.domain.bulk import Change, Move, Update
from shoal.domain.errors import Conflict, ShoalError
from shoal.domain.issue import IssueRef
from shoal.domain.patch import NewComment, Patch, Ref, Set
from shoal.store.apply import write as written
from shoal.store.db import Database
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


async def make(db: Database, world: World, kind: str) -> int:
    """A thing of the kind, of the queue TEST."""
    async with db.transaction(world.org_id) as tx:
        if kind == "sprints":
            sql = """WITH b AS (INSERT INTO board (org_id, name, queue_id) VALUES (%(org)s, 'B', %(q)s) RETURNING id)
                     INSERT INTO sprint (org_id, board_id, name, created_by)
                     SELECT %(org)s, id, 'S', %(u)s FROM b RETURNING id"""
            return int(await tx.value(sql, {"q": world.test, "u": world.rosa.user_id}))
    if kind == "area":
        return (await areas.create(db, world.rosa, "TEST", "Area")).id
    return world.components["API"] if kind == "components" else world.versions["1.0"]


async def delete(db: Database, world: World, kind: str, thing: int) -> None:
    match kind:
        case "components":
            await components.delete(db, world.rosa, thing)
        case "fix_versions":
            await versions.delete(db, world.rosa, thing)
        case "sprints":
            await sprints.delete(db, world.rosa, "TEST", [thing])
        case "area":
            await areas.delete(db, world.rosa, "TEST", thing)


KINDS = ["components", "fix_versions", "sprints", "area"]


def setting(kind: str, thing: int) -> Change:
    return Update(Patch({kind: Set(Ref(id=thing) if kind == "area" else (Ref(id=thing),))}))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_thing_in_use_by_an_edit_under_way_is_seen_by_who_deletes_it(
    db: Database, world: World, kind: str
) -> None:
    (issue,) = await make_issues(db, world, 1)
    thing = await make(db, world, kind)
    async with db.transaction(world.org_id) as tx:
        await apply.one(tx, world.rosa, issue, setting(kind, thing))
        deleting = asyncio.create_task(delete(db, world, kind, thing))
        await until_somebody_waits(db, world)
    (outcome,) = await asyncio.gather(deleting, return_exceptions=True)
    assert outcome is None or isinstance(outcome, Conflict)
    assert await dangling(db, world, issue, kind) == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_a_thing_deleted_just_before_is_not_put_on_an_issue(
    db: Database, world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (issue,) = await make_issues(db, world, 1)
    thing = await make(db, world, kind)
    begun, go_on = asyncio.Event(), asyncio.Event()
    commit = Database.transaction

    async def edit() -> None:
        await begun.wait()
        async with commit(db, world.org_id) as tx:
            await apply.one(tx, world.rosa, issue, setting(kind, thing))

    editing = asyncio.create_task(edit())
    hold_open(monkeypatch, begun, go_on)
    deleting = asyncio.create_task(delete(db, world, kind, thing))
    await begun.wait()
    monkeypatch.undo()
    await until_somebody_waits(db, world)
    go_on.set()
    await deleting
    (outcome,) = await asyncio.gather(editing, return_exceptions=True)
    assert isinstance(outcome, ShoalError)
    assert await dangling(db, world, issue, kind) == 0


async def test_issues_do_not_vanish_into_a_queue_that_is_deleted_meanwhile(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 3)
    async with db.transaction(world.org_id) as tx:
        await apply.plan(tx, world.rosa, ids, Move(world.demo), bulk_id=None)
        deleting = asyncio.create_task(queues.delete(db, world.rosa, "DEMO"))
        await until_somebody_waits(db, world)
        assert not deleting.done()
    await deleting
    with pytest.raises(ShoalError):
        async with db.transaction(world.org_id) as tx:
            await apply.one(tx, world.rosa, ids[0], Move(world.demo))


async def test_what_a_move_keeps_by_name_stays_in_the_target_queue(db: Database, world: World) -> None:
    ids = await make_issues(db, world, 2, components=(world.components["Core"],))
    async with db.transaction(world.org_id) as tx:
        planned = await apply.plan(tx, world.rosa, ids, Move(world.demo, keep_fields=True))
        deleting = asyncio.create_task(components.delete(db, world.rosa, world.demo_components["Core"]))
        await until_somebody_waits(db, world)
        ((compiled, _),) = planned.compiled
        assert (await written(tx, compiled)).changed == 2
    (outcome,) = await asyncio.gather(deleting, return_exceptions=True)
    assert isinstance(outcome, Conflict)
    assert [await dangling(db, world, issue, "components") for issue in ids] == [0, 0]


async def test_a_comment_waits_for_a_move_and_is_found_where_the_issue_went(db: Database, world: World) -> None:
    (issue,) = await make_issues(db, world, 1)
    ref = IssueRef(str(issue), id=issue)
    async with db.transaction(world.org_id) as tx:
        await apply.one(tx, world.rosa, issue, Move(world.demo))
        saying = asyncio.create_task(comments.add(db, world.rosa, ref, NewComment("Here")))
        await until_somebody_waits(db, world)
        assert not saying.done()
    assert [comment.text for comment in (await saying).comments] == ["Here"]


def hold_open(monkeypatch: pytest.MonkeyPatch, begun: asyncio.Event, go_on: asyncio.Event) -> None:
    """Let the next transaction wait before it commits."""
    begin = Database.transaction

    @asynccontextmanager
    async def held(self: Database, org_id: int | None) -> AsyncIterator[Any]:
        async with begin(self, org_id) as tx:
            yield tx
            begun.set()
            await go_on.wait()

    monkeypatch.setattr(Database, "transaction", held)


WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"""


async def until_somebody_waits(db: Database, world: World) -> None:
    async with asyncio.timeout(20):
        while True:
            async with db.transaction(world.org_id) as tx:
                if await tx.value(WAITING):
                    return


async def dangling(db: Database, world: World, issue: int, kind: str) -> int:
    """How many references of the issue lead to nothing."""
    table = {"components": "component", "fix_versions": "version", "sprints": "sprint", "area": "area"}[kind]
    column = "ARRAY[area_id]" if kind == "area" else kind
    there = "AND t.deleted_at IS NULL" if kind == "sprints" else ""
    sql: Any = f"""SELECT count(*) FROM issue, unnest({column}) AS ref (id)
                    WHERE issue.org_id = %(org)s AND issue.id = %(id)s AND ref.id IS NOT NULL
                      AND NOT EXISTS (SELECT FROM {table} t WHERE t.org_id = %(org)s AND t.id = ref.id {there})"""
    async with db.transaction(world.org_id) as tx:
        return int(await tx.value(sql, {"id": issue}))
