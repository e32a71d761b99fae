"""Bulk changes from submit to their end, run chunk by chunk against a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from shoal.actions import apply, bulk
from shoal.actions import running as work
from shoal.domain.bulk import (
    BulkChange,
    Delete,
    Listed,
    Matching,
    Move,
    NewBulkChange,
    OnConflict,
    State,
    Tally,
    Transition,
    Update,
    Wanted,
)
from shoal.domain.errors import Conflict, Invalid, NotFound, TooManyIssues, UnknownIssues
from shoal.domain.issue import IssueRef, key_ref
from shoal.domain.patch import Adjust, NewComment, Patch, Set
from shoal.domain.query import Query
from shoal.engine.chunk import run_chunk
from shoal.store import running
from shoal.store.db import Database
from shoal.store.faults import Overtaken
from tests.world import World, grant, make_issues, make_world


@dataclass
class Bench:
    db: Database
    world: World

    async def submit(self, new: NewBulkChange, *, chunk_size: int = 4) -> BulkChange:
        return await bulk.submit(self.db, self.world.rosa, new, chunk_size=chunk_size)

    async def run(self, change: BulkChange) -> BulkChange:
        while await run_chunk(self.db, self.world.org_id, change.id):
            pass
        return await bulk.get(self.db, self.world.rosa, change.id)

    async def value(self, sql: Any, **params: Any) -> Any:
        async with self.db.transaction(self.world.org_id) as tx:
            return await tx.value(sql, params)


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


def keys(*names: str) -> Listed:
    refs = [key_ref(name) for name in names]
    return Listed(tuple(ref for ref in refs if ref))


def ids(*numbers: int) -> Listed:
    return Listed(tuple(IssueRef(str(number), id=number) for number in numbers))


TO_BLOCKER = Update(Patch({"priority": Set("blocker"), "tags": Adjust(add=("bulk",))}))


async def test_every_issue_of_a_list_is_changed_once_with_one_history_row(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 10)
    submitted = await bench.submit(NewBulkChange(keys(*(f"TEST-{n}" for n in range(1, 11)), "test-1"), TO_BLOCKER))
    assert (submitted.state, submitted.total, submitted.chunks) == (State.QUEUED, 10, 3)
    ended = await bench.run(submitted)
    assert (ended.state, ended.changed, ended.chunks_done) == (State.COMPLETE, 10, 3)
    rows = "SELECT count(*) FROM changelog WHERE org_id = %(org)s AND bulk_id = %(bulk)s AND issue_id = ANY(%(ids)s)"
    assert await bench.value(rows, bulk=ended.id, ids=made) == 10


async def test_a_query_selects_what_matched_at_submit(bench: Bench) -> None:
    await make_issues(bench.db, bench.world, 3)
    await make_issues(bench.db, bench.world, 2, queue="FOREIGN")
    submitted = await bench.submit(NewBulkChange(Matching(Query(None), ""), TO_BLOCKER))
    await make_issues(bench.db, bench.world, 1)
    ended = await bench.run(submitted)
    assert (ended.total, ended.changed) == (3, 3)


async def test_nothing_to_do_counts_as_unchanged_and_no_match_completes(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 5, priority="blocker", tags=("bulk",))
    ended = await bench.run(await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER)))
    assert (ended.changed, ended.unchanged, ended.state) == (0, 5, State.COMPLETE)
    empty = await bench.run(await bench.submit(NewBulkChange(Matching(Query(None), ""), TO_BLOCKER, limit=5)))
    assert empty.unchanged == 5


async def test_a_list_with_unknown_or_invisible_keys_is_refused_and_stores_nothing(bench: Bench) -> None:
    await make_issues(bench.db, bench.world, 2)
    await make_issues(bench.db, bench.world, 1, queue="FOREIGN")
    with pytest.raises(UnknownIssues) as raised:
        await bench.submit(NewBulkChange(keys("TEST-1", "TEST-99", "FOREIGN-1", "NOSUCH-1"), TO_BLOCKER))
    assert raised.value.refs == ("TEST-99", "FOREIGN-1", "NOSUCH-1")
    assert await bench.value("SELECT count(*) FROM bulk_change WHERE org_id = %(org)s") == 0
    assert await bench.value("SELECT count(*) FROM procrastinate.procrastinate_jobs") == 0


@pytest.mark.parametrize("selection", [keys("TEST-1", "TEST-2", "TEST-3"), Matching(Query(None), "")])
async def test_more_than_the_limit_is_refused(bench: Bench, selection: Any) -> None:
    await make_issues(bench.db, bench.world, 3)
    with pytest.raises(TooManyIssues):
        await bench.submit(NewBulkChange(selection, TO_BLOCKER, limit=2))
    assert await bench.value("SELECT count(*) FROM bulk_chunk WHERE org_id = %(org)s") == 0


async def test_one_poisoned_issue_is_found_by_halves_that_are_committed_each(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 9)
    field = await bench.value(
        """INSERT INTO field (org_id, key, name, kind) VALUES (%(org)s, 'load', '{"en": "Load"}', 'float')
           RETURNING id::text"""
    )
    poison = """UPDATE issue SET custom = jsonb_build_object(%(field)s::text, 'no number')
                 WHERE org_id = %(org)s AND id = %(id)s RETURNING id"""
    await bench.value(poison, id=made[4], field=field)
    more = Update(Patch({"load": Adjust(add=(5.0,))}, NewComment("More")))
    submitted = await bench.submit(NewBulkChange(ids(*made), more), chunk_size=9)
    assert await run_chunk(bench.db, bench.world.org_id, submitted.id)
    halved = await bulk.get(bench.db, bench.world.rosa, submitted.id)
    assert (halved.state, halved.changed, halved.chunks) == (State.QUEUED, 0, 2)
    ended = await bench.run(submitted)
    assert (ended.state, ended.changed, ended.failed) == (State.COMPLETE_WITH_ERRORS, 8, 1)
    assert ended.chunks_done == ended.chunks > 2
    (failure,) = await bulk.outcomes(bench.db, bench.world.rosa, ended.id)
    assert (failure.issue_id, failure.problems[0].code) == (made[4], "invalid")
    assert await bench.value("SELECT count(*) FROM comment WHERE org_id = %(org)s") == 8


async def test_who_comes_late_halves_no_chunk_that_another_has_done_or_works_on(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 8)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER), chunk_size=4)
    halving = asyncio.Event()

    async def halve() -> None:
        async with bench.db.transaction(bench.world.org_id) as tx:
            halving.set()
            await running.split_chunk(tx, submitted.id)

    async def late(step: str) -> None:
        if step == "applied" and not halving.is_set():
            await asyncio.wait_for(halve(), 20)  # as by a worker that was frozen, and woke

    assert await run_chunk(bench.db, bench.world.org_id, submitted.id, on_step=late)
    ended = await bench.run(submitted)
    assert (ended.state, ended.changed, ended.chunks) == (State.COMPLETE, 8, 2)
    rows = "SELECT count(*) FROM bulk_chunk, unnest(ids) WHERE org_id = %(org)s AND bulk_id = %(bulk)s"
    assert await bench.value(rows, bulk=submitted.id) == 8


async def test_an_issue_that_others_never_let_go_fails_alone(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 2)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER), chunk_size=1)
    for _ in range(work.ATTEMPTS):
        error = psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
        pause = await work.note_failure(bench.db, bench.world.org_id, submitted.id, error)
    assert pause == 0
    ended = await bench.run(submitted)
    assert (ended.state, ended.changed, ended.failed) == (State.COMPLETE_WITH_ERRORS, 1, 1)
    (failure,) = await bulk.outcomes(bench.db, bench.world.rosa, ended.id)
    assert failure.problems[0].code == "busy"


async def test_sums_that_do_not_fit_cost_no_halving(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 9)
    less = Update(Patch({"estimation": Adjust(remove=("PT1H",))}))
    ended = await bench.run(await bench.submit(NewBulkChange(ids(*made), less), chunk_size=9))
    assert (ended.state, ended.failed, ended.chunks) == (State.COMPLETE_WITH_ERRORS, 9, 1)


async def edit(bench: Bench, issue_id: int, **edits: Any) -> None:
    async with bench.db.transaction(bench.world.org_id) as tx:
        await apply.one(tx, bench.world.rosa, issue_id, Update(Patch(edits)))


@pytest.mark.parametrize(
    ("on_conflict", "state", "counts"),
    [
        (OnConflict.OVERWRITE, State.COMPLETE, (6, 0)),
        (OnConflict.SKIP, State.COMPLETE_WITH_ERRORS, (5, 1)),
        (OnConflict.STOP, State.PAUSED, (2, 1)),
    ],
)
async def test_what_becomes_of_an_edit_made_since_the_selection(
    bench: Bench, on_conflict: OnConflict, state: State, counts: tuple[int, int]
) -> None:
    made = await make_issues(bench.db, bench.world, 6)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER, on_conflict=on_conflict), chunk_size=3)
    await edit(bench, made[1], priority=Set("critical"))
    await edit(bench, made[4], deadline=Set("2031-01-01"))  # no field of the change
    ended = await bench.run(submitted)
    assert (ended.state, ended.changed, ended.conflicted) == (state, *counts)
    if on_conflict is not OnConflict.OVERWRITE:
        (conflict,) = await bulk.outcomes(bench.db, bench.world.rosa, ended.id)
        assert (conflict.issue_id, conflict.outcome, conflict.problems[0].code) == (made[1], "conflicted", "stale")


async def test_a_cancel_goes_before_the_pause_of_a_conflict(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 6)
    new = NewBulkChange(ids(*made), TO_BLOCKER, on_conflict=OnConflict.STOP)
    submitted = await bench.submit(new, chunk_size=3)
    await edit(bench, made[1], priority=Set("critical"))

    async def cancel(step: str) -> None:
        if step == "applied":
            async with bench.db.transaction(bench.world.org_id) as tx:
                await running.ask(tx, submitted.id, Wanted.CANCEL)

    assert not await run_chunk(bench.db, bench.world.org_id, submitted.id, on_step=cancel)
    ended = await bulk.get(bench.db, bench.world.rosa, submitted.id)
    assert (ended.state, ended.changed, ended.conflicted, ended.skipped) == (State.CANCELLED, 2, 1, 3)


async def test_failures_are_listed_though_the_issue_is_gone_or_out_of_sight(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 4)
    hidden = await bench.value(
        "SELECT queue_id FROM queue_right WHERE org_id = %(org)s AND user_id = %(u)s LIMIT 1",
        u=bench.world.olga.user_id,
    )
    async with bench.db.transaction(bench.world.org_id) as tx:
        await grant(tx, hidden, bench.world.rosa, ["read", "write", "create"])
    submitted = await bench.submit(NewBulkChange(ids(*made), Transition("reopen")))
    async with bench.db.transaction(bench.world.org_id) as tx:
        await apply.one(tx, bench.world.rosa, made[0], Delete())
        await apply.one(tx, bench.world.rosa, made[1], Move(hidden))
        await grant(tx, hidden, bench.world.rosa, [])
    ended = await bench.run(submitted)
    outcomes = await bulk.outcomes(bench.db, bench.world.rosa, ended.id)
    assert ended.failed == len(outcomes) == 4
    assert [one.key for one in outcomes] == ["TEST-1", "TEST-2", "TEST-3", "TEST-4"]
    assert [one.problems[0].code for one in outcomes] == ["not_found", "not_found", "no_transition", "no_transition"]
    assert [bool(one.summary) for one in outcomes] == [False, False, True, True]


async def test_a_request_that_waited_long_is_known_again_from_its_end(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 2)
    await bench.value("UPDATE changelog SET at = at - interval '1 hour' WHERE org_id = %(org)s RETURNING 1")
    new = NewBulkChange(ids(*made), TO_BLOCKER, request_hash=b"the same request")
    first = await bench.submit(new)
    waited = "UPDATE bulk_change SET created_at = now() - interval '1 minute' WHERE org_id = %(org)s RETURNING 1"
    await bench.value(waited)
    assert (await bench.submit(new)).id == first.id
    await bench.value(waited.replace("created_at", "submitted_at"))
    assert (await bench.submit(new)).id != first.id


async def test_a_chunk_that_dies_leaves_nothing_and_is_done_again(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 4)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER))

    async def die(step: str) -> None:
        if step == "counted":
            raise psycopg.OperationalError("gone")

    with pytest.raises(psycopg.OperationalError):
        await run_chunk(bench.db, bench.world.org_id, submitted.id, on_step=die)
    assert (await bulk.get(bench.db, bench.world.rosa, submitted.id)).state is State.QUEUED
    assert (await bench.run(submitted)).changed == 4
    assert await bench.value("SELECT max(version) FROM issue WHERE org_id = %(org)s") == 2


async def test_cancelling_stops_before_the_next_chunk_and_keeps_what_is_done(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 10)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER))
    assert await run_chunk(bench.db, bench.world.org_id, submitted.id)
    await bulk.cancel(bench.db, bench.world.rosa, submitted.id)
    ended = await bench.run(submitted)
    assert (ended.state, ended.changed, ended.skipped) == (State.CANCELLED, 4, 6)
    assert len(await bulk.outcomes(bench.db, bench.world.rosa, ended.id)) == 6
    with pytest.raises(Conflict):
        await bulk.cancel(bench.db, bench.world.rosa, ended.id)


async def test_somebody_who_left_changes_nothing_more(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 2)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER))
    leave = "UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s AND id = %(id)s RETURNING id"
    await bench.value(leave, id=bench.world.rosa.user_id)
    assert (await bench.run(submitted)).failed == 2


async def test_a_bulk_change_is_seen_by_its_author_alone(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 1)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER))
    for stranger in (bench.world.ivan, bench.world.nina):
        with pytest.raises(NotFound):
            await bulk.get(bench.db, stranger, submitted.id)


# --- requests made again -------------------------------------------------------------------------------------------


def request(selection: Listed, **options: Any) -> NewBulkChange:
    return NewBulkChange(selection, TO_BLOCKER, **{"request_hash": b"1" * 32, **options})


async def test_the_same_request_again_starts_nothing(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 2)
    first = await bench.submit(request(ids(*made)))
    await bench.run(first)
    assert (await bench.submit(request(ids(*made)))).id == first.id


async def test_the_same_request_after_somebody_elses_change_starts_anew(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 2)
    first = await bench.submit(request(ids(*made)))
    between = await bench.submit(NewBulkChange(ids(made[0]), Update(Patch({"priority": Set("minor")}))))
    await bench.run(between)
    again = await bench.submit(request(ids(*made)))
    assert again.id not in (first.id, between.id)


# --- two at once ---------------------------------------------------------------------------------------------------


async def test_two_changes_of_the_same_issues_at_once_lose_nothing(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 200)
    tagged = [
        await bench.submit(NewBulkChange(ids(*made), Update(Patch({"tags": Adjust(add=(tag,))}))), chunk_size=7)
        for tag in ("left", "right")
    ]
    ended = await asyncio.gather(*(bench.run(change) for change in tagged))
    assert [change.changed for change in ended] == [200, 200]
    both = "SELECT count(*) FROM issue WHERE org_id = %(org)s AND tags @> '{left,right}' AND version = 3"
    assert await bench.value(both) == 200


async def test_an_edit_beside_a_bulk_change_is_kept(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 100)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER), chunk_size=5)

    async def edit(issue_id: int) -> bool:
        async with bench.db.transaction(bench.world.org_id) as tx:
            return await apply.one(tx, bench.world.rosa, issue_id, Update(Patch({"story_points": Set(3)})))

    ended, *edited = await asyncio.gather(bench.run(submitted), *(edit(issue_id) for issue_id in made[::10]))
    assert (ended.changed, all(edited)) == (100, True)
    kept = "SELECT count(*) FROM issue WHERE org_id = %(org)s AND story_points = 3 AND tags = '{bulk}'"
    assert await bench.value(kept) == 10


async def test_moves_into_each_others_queue_at_once_both_end(bench: Bench) -> None:
    here = await make_issues(bench.db, bench.world, 60)
    there = await make_issues(bench.db, bench.world, 60, queue="DEMO")
    moves = [
        await bench.submit(NewBulkChange(ids(*made), Move(target)), chunk_size=6)
        for made, target in ((here, bench.world.demo), (there, bench.world.test))
    ]
    ended = await asyncio.gather(*(bench.run(change) for change in moves))
    assert [change.changed for change in ended] == [60, 60]
    assert await bench.value("SELECT count(DISTINCT (queue_id, number)) FROM issue WHERE org_id = %(org)s") == 120


# --- what must not be ----------------------------------------------------------------------------------------------


async def test_a_chunk_cannot_be_counted_twice(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 4)
    submitted = await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER))
    await bench.run(submitted)
    with pytest.raises(Overtaken, match="done already"):
        async with bench.db.transaction(bench.world.org_id) as tx:
            await running.finish_chunk(tx, submitted.id, 0, Tally(changed=4))


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE bulk_change SET changed = total + 1",
        "UPDATE bulk_change SET state = 'complete', finished_at = now()",
        "UPDATE bulk_change SET state = 'running'",
        "INSERT INTO bulk_change (org_id, author_id, change, state) VALUES (%(org)s, 1, '{}', 'complete')",
    ],
)
async def test_the_schema_refuses_an_impossible_bulk_change(bench: Bench, wrong: Any) -> None:
    made = await make_issues(bench.db, bench.world, 2)
    await bench.submit(NewBulkChange(ids(*made), TO_BLOCKER))
    with pytest.raises(psycopg.errors.CheckViolation):
        await bench.value(wrong)


async def test_a_wrong_patch_is_refused_at_submit(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 1)
    edits: list[tuple[str, Callable[[], Any]]] = [("priority", lambda: Set("nope")), ("nope", lambda: Set("x"))]
    for name, edit in edits:
        with pytest.raises(Invalid) as raised:
            await bench.submit(NewBulkChange(ids(*made), Update(Patch({name: edit()}))))
        assert list(raised.value.fields) == [name]


# --- at once -------------------------------------------------------------------------------------------------------


async def test_a_change_done_at_once_tells_what_came_of_each(bench: Bench) -> None:
    world = bench.world
    made = await make_issues(bench.db, world, 3)
    same = await make_issues(bench.db, world, 1, priority="blocker", tags=("bulk",))
    elsewhere = await make_issues(bench.db, world, 1, queue="DEMO")
    new = NewBulkChange(ids(*made, *same, *elsewhere, 999_999), TO_BLOCKER, queue_id=world.test)
    done = await bulk.perform(bench.db, world.rosa, new, chunk_size=2)
    assert (done.bulk.state, done.bulk.changed, done.bulk.unchanged) == (State.COMPLETE, 3, 1)
    assert [ref.id for ref in done.missing] == [*elsewhere, 999_999]
    assert (set(done.entries), done.failed) == (set(made), {})
    assert await bench.value("SELECT count(*) FROM procrastinate.procrastinate_jobs") == 0


async def test_what_is_deleted_exists_for_nobody(bench: Bench) -> None:
    made = await make_issues(bench.db, bench.world, 3)
    done = await bulk.perform(bench.db, bench.world.rosa, NewBulkChange(ids(*made[:2]), Delete()))
    assert done.bulk.changed == 2
    assert await bench.value("SELECT count(*) FROM issue WHERE org_id = %(org)s") == 1
    again = await bulk.perform(bench.db, bench.world.rosa, NewBulkChange(ids(*made), Delete()))
    assert (again.bulk.total, [ref.id for ref in again.missing]) == (1, made[:2])
    async with bench.db.transaction(bench.world.org_id) as tx:
        async with tx.trash_shown():
            assert await tx.value("SELECT count(deleted_at) FROM issue WHERE org_id = %(org)s") == 3
        kinds = "SELECT kind, changes FROM changelog WHERE org_id = %(org)s AND issue_id = %(id)s ORDER BY id DESC"
        assert (await tx.tuples(kinds, {"id": made[0]}))[0] == ("deleted", {"deleted": [False, True]})
