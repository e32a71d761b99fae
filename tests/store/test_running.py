"""A bulk change on its way: its states, what people want of it, and what becomes of it when a chunk fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from procrastinate import App
from psycopg import errors
from structlog.testing import capture_logs

from shoal.actions import apply, bulk
from shoal.actions.running import ATTEMPTS, LONGEST_PAUSE, note_failure
from shoal.domain.bulk import MOVES, BulkChange, Listed, NewBulkChange, State, Update, Wanted
from shoal.domain.errors import Conflict, NotFound
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Adjust, Patch
from shoal.engine.chunk import run_chunk
from shoal.engine.sweeper import sweep
from shoal.store import jobs, running
from shoal.store.db import Database
from tests.world import World, make_issues, make_world

CHUNK = 4


@dataclass
class Bench:
    db: Database
    world: World

    async def submit(self, issues: int = 10) -> BulkChange:
        made = await make_issues(self.db, self.world, issues)
        selection = Listed(tuple(IssueRef(str(issue), id=issue) for issue in made))
        change = Update(Patch({"tags": Adjust(add=("once",))}))
        return await bulk.submit(self.db, self.world.rosa, NewBulkChange(selection, change), chunk_size=CHUNK)

    async def chunk(self, change: BulkChange) -> bool:
        return await run_chunk(self.db, self.world.org_id, change.id)

    async def run(self, change: BulkChange) -> BulkChange:
        while await self.chunk(change):
            pass
        return await self.get(change)

    async def get(self, change: BulkChange) -> BulkChange:
        return await bulk.get(self.db, self.world.rosa, change.id)

    async def move(self, change: BulkChange, to: State, **options: Any) -> bool:
        async with self.db.transaction(self.world.org_id) as tx:
            return await running.move(tx, change.id, to, **options)

    async def fail(self, change: BulkChange, error: Exception) -> float | None:
        return await note_failure(self.db, self.world.org_id, change.id, error)

    async def run_sql(self, sql: Any, **params: Any) -> int:
        async with self.db.transaction(self.world.org_id) as tx:
            return await tx.run(sql, params)

    async def lose_job(self) -> None:
        await self.run_sql("DELETE FROM procrastinate_jobs")


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


@pytest.fixture
async def app(database_url: str) -> AsyncIterator[App]:
    opened = jobs.open_app(database_url)
    async with opened.open_async():
        yield opened


# --- the drawing ---------------------------------------------------------------------------------------------------

# As an operation of one chunk is in each state.
PUT = """
UPDATE bulk_change SET state = %(state)s, started_at = now(), error = 'why', chunks_done = %(done)s,
       changed = %(changed)s, skipped = CASE WHEN %(over)s THEN total - %(changed)s ELSE 0 END,
       finished_at = CASE WHEN %(over)s THEN now() END
 WHERE org_id = %(org)s AND id = %(bulk)s"""


async def put(bench: Bench, change: BulkChange, state: State, *, done: bool = False) -> None:
    """Put an operation into a state, past the drawing."""
    over = state.is_terminal
    params = {"bulk": change.id, "state": state, "over": over, "done": int(done), "changed": change.total * done}
    async with bench.db.transaction(bench.world.org_id) as tx:
        await tx.run("RESET ROLE")
        await tx.run("ALTER TABLE bulk_change DISABLE TRIGGER bulk_change_move")
        await tx.run(PUT, params)
        await tx.run("ALTER TABLE bulk_change ENABLE TRIGGER bulk_change_move")


async def test_only_the_moves_that_are_drawn_are_made(bench: Bench) -> None:
    change = await bench.submit(1)
    for source, to in product(State, State):
        await put(bench, change, source, done=to in (State.COMPLETE, State.COMPLETE_WITH_ERRORS))
        moved = await bench.move(change, to, error="why")
        found = await bench.get(change)
        assert (moved, found.state) == ((True, to) if to in MOVES[source] else (False, source)), (source, to)


async def test_the_schema_refuses_what_is_not_drawn(bench: Bench) -> None:
    change = await bench.submit(1)
    straight = "UPDATE bulk_change SET state = %(to)s WHERE org_id = %(org)s AND id = %(bulk)s"
    for source, to in product(State, State):
        await put(bench, change, source)
        refused = None
        try:
            await bench.run_sql(straight, bulk=change.id, to=to)
        except errors.CheckViolation as error:
            refused = error.diag.constraint_name
        assert (refused == "bulk_change_move") == (to is not source and to not in MOVES[source]), (source, to)


async def test_a_state_sets_the_times_and_counts_that_it_demands(bench: Bench) -> None:
    change = await bench.submit()
    await bench.chunk(change)
    begun = await bench.get(change)
    assert (begun.state, begun.finished_at, begun.changed) == (State.RUNNING, None, CHUNK)
    assert begun.started_at is not None
    await bench.move(change, State.FAILED, error="the reason")
    failed = await bench.get(change)
    assert (failed.state, failed.error, failed.started_at) == (State.FAILED, "the reason", begun.started_at)
    assert (failed.changed, failed.skipped, failed.finished_at is None) == (CHUNK, 6, False)
    told = await bulk.outcomes(bench.db, bench.world.rosa, change.id)
    assert [one.problems[0].code for one in told] == ["internal"] * 6


async def test_an_operation_does_not_fail_without_a_reason(bench: Bench) -> None:
    change = await bench.submit()
    with pytest.raises(errors.CheckViolation, match="bulk_change_error_check"):
        await bench.move(change, State.FAILED)


# --- what is wanted ------------------------------------------------------------------------------------------------


async def test_a_pause_is_seen_before_the_next_chunk_and_resuming_goes_on(bench: Bench) -> None:
    change = await bench.submit()
    await bench.chunk(change)
    asked = await bulk.pause(bench.db, bench.world.rosa, change.id)
    assert (asked.state, asked.wanted) == (State.RUNNING, Wanted.PAUSE)
    assert not await bench.chunk(change)
    paused = await bench.get(change)
    assert (paused.state, paused.wanted, paused.changed, paused.error) == (State.PAUSED, None, CHUNK, None)
    assert not await bench.chunk(change)
    await bench.lose_job()
    resumed = await bulk.resume(bench.db, bench.world.rosa, change.id)
    assert resumed.state is State.RUNNING
    assert await bench.run_sql("SELECT FROM procrastinate_jobs WHERE status = 'todo'") == 1
    assert (await bench.run(change)).changed == 10


async def test_a_pause_that_nobody_saw_yet_is_withdrawn_by_resuming(bench: Bench) -> None:
    change = await bench.submit()
    await bulk.pause(bench.db, bench.world.rosa, change.id)
    resumed = await bulk.resume(bench.db, bench.world.rosa, change.id)
    assert (resumed.state, resumed.wanted) == (State.QUEUED, None)
    assert (await bench.run(change)).state is State.COMPLETE


async def test_who_wants_it_cancelled_is_not_overruled_by_who_wants_it_paused(bench: Bench) -> None:
    change = await bench.submit()
    await bulk.pause(bench.db, bench.world.rosa, change.id)
    await bulk.cancel(bench.db, bench.world.rosa, change.id)
    with pytest.raises(Conflict):
        await bulk.pause(bench.db, bench.world.rosa, change.id)
    with pytest.raises(Conflict):
        await bulk.resume(bench.db, bench.world.rosa, change.id)
    assert (await bench.run(change)).state is State.CANCELLED


async def test_without_a_job_cancelling_and_pausing_take_place_at_once(bench: Bench) -> None:
    left, right = await bench.submit(), await bench.submit()
    await bench.lose_job()
    cancelled = await bulk.cancel(bench.db, bench.world.rosa, left.id)
    assert (cancelled.state, cancelled.skipped) == (State.CANCELLED, 10)
    assert (await bulk.pause(bench.db, bench.world.rosa, right.id)).state is State.PAUSED
    assert (await bulk.cancel(bench.db, bench.world.rosa, right.id)).state is State.CANCELLED
    for act in (bulk.cancel, bulk.pause, bulk.resume):
        with pytest.raises(Conflict):
            await act(bench.db, bench.world.rosa, left.id)


async def test_one_that_waits_to_be_tried_again_is_cancelled_at_once(bench: Bench) -> None:
    change = await bench.submit()
    await bench.run_sql("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 minute'")
    assert (await bulk.cancel(bench.db, bench.world.rosa, change.id)).state is State.CANCELLED


async def test_cancelling_does_not_wait_for_the_chunk_that_runs(bench: Bench) -> None:
    change = await bench.submit()
    applied, go_on = asyncio.Event(), asyncio.Event()

    async def hold(step: str) -> None:
        if step == "applied":
            applied.set()
            await go_on.wait()

    await bench.chunk(change)
    chunk = asyncio.create_task(run_chunk(bench.db, bench.world.org_id, change.id, on_step=hold))
    await applied.wait()
    async with asyncio.timeout(5):
        assert (await bulk.cancel(bench.db, bench.world.rosa, change.id)).state is State.RUNNING
    go_on.set()
    assert await chunk
    ended = await bench.run(change)
    assert (ended.state, ended.changed, ended.skipped) == (State.CANCELLED, 2 * CHUNK, 2)


async def test_a_chunk_under_way_when_its_operation_ended_leaves_nothing(bench: Bench) -> None:
    change = await bench.submit()

    async def end_it(step: str) -> None:
        if step == "applied":
            await bench.move(change, State.CANCELLED)

    with pytest.raises(running.Overtaken) as raised:
        await run_chunk(bench.db, bench.world.org_id, change.id, on_step=end_it)
    assert await bench.fail(change, raised.value) is None
    assert (await bench.get(change)).skipped == 10
    assert await bench.run_sql("SELECT FROM issue WHERE version > 1") == 0


async def test_two_runners_of_one_operation_take_turns(bench: Bench) -> None:
    change = await bench.submit(100)
    ended, again = await asyncio.gather(bench.run(change), bench.run(change))
    assert (ended.state, ended.changed, ended.chunks_done) == (State.COMPLETE, 100, 25)
    assert again.changed == 100
    assert await bench.run_sql("SELECT FROM issue WHERE version <> 2") == 0


async def test_only_its_author_and_administrators_hold_it_up(bench: Bench) -> None:
    change = await bench.submit()
    for act in (bulk.cancel, bulk.pause, bulk.resume):
        with pytest.raises(NotFound):
            await act(bench.db, bench.world.ivan, change.id)


async def test_the_release_before_cancels_by_its_own_column(bench: Bench) -> None:
    change = await bench.submit()
    await bench.run_sql("UPDATE bulk_change SET cancel = true")
    assert (await bench.get(change)).wanted is Wanted.CANCEL
    other = await bench.submit()
    await bulk.cancel(bench.db, bench.world.rosa, other.id)
    assert await bench.run_sql("SELECT FROM bulk_change WHERE cancel AND wanted = 'cancel'") == 2


# --- when a chunk fails --------------------------------------------------------------------------------------------


async def test_what_passes_is_tried_again_with_growing_pauses_and_then_fails_with_its_reason(bench: Bench) -> None:
    change = await bench.submit()
    pauses = [await bench.fail(change, errors.AdminShutdown("gone")) for _ in range(ATTEMPTS)]
    assert pauses == [1, 2, 4, 8, 16, 32, *[LONGEST_PAUSE] * 3, None]
    failed = await bench.get(change)
    assert (failed.state, failed.error, failed.skipped) == (State.FAILED, "AdminShutdown: gone", 10)


async def test_a_chunk_that_is_done_forgets_the_attempts_before(bench: Bench) -> None:
    change = await bench.submit()
    for _ in range(ATTEMPTS - 1):
        await bench.fail(change, errors.AdminShutdown("gone"))
    await bench.chunk(change)
    assert await bench.fail(change, errors.AdminShutdown("gone")) == 1


async def test_who_is_in_the_way_of_others_is_tried_in_halves(bench: Bench) -> None:
    change = await bench.submit()
    assert await bench.fail(change, errors.LockNotAvailable("locked")) == 1
    assert await bench.fail(change, errors.QueryCanceled("too slow")) == 2
    sizes = "SELECT cardinality(ids) FROM bulk_chunk WHERE org_id = %(org)s ORDER BY n"
    async with bench.db.transaction(bench.world.org_id) as tx:
        assert await tx.tuples(sizes) == [(1,), (4,), (2,), (2,), (1,)]
    ended = await bench.run(change)
    assert (ended.state, ended.changed, ended.chunks, ended.chunks_done) == (State.COMPLETE, 10, 5, 5)


async def test_one_issue_is_not_split(bench: Bench) -> None:
    change = await bench.submit(1)
    assert await bench.fail(change, errors.LockNotAvailable("locked")) == 1
    assert (await bench.get(change)).chunks == 1


async def test_a_fault_of_ours_pauses_the_operation_and_resuming_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = await bench.submit()
    await bench.chunk(change)

    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(apply, "many", broken)
        with pytest.raises(ZeroDivisionError) as raised:
            await bench.chunk(change)
    with capture_logs() as logs:
        assert await bench.fail(change, raised.value) is None
    assert [(line["log_level"], line["bulk_change"]) for line in logs] == [("error", change.id)]
    paused = await bench.get(change)
    assert (paused.state, paused.error, paused.failed) == (State.PAUSED, "ZeroDivisionError: a bug", 0)
    assert (await bulk.resume(bench.db, bench.world.rosa, change.id)).error is None
    assert (await bench.run(change)).changed == 10


async def test_a_column_that_is_missing_fails_no_issue(bench: Bench) -> None:
    change = await bench.submit()
    async with bench.db.transaction(bench.world.org_id) as tx:
        await tx.run("RESET ROLE")
        await tx.run("ALTER TABLE issue RENAME COLUMN tags TO labels")
    with pytest.raises(errors.UndefinedColumn) as raised:
        await bench.chunk(change)
    assert await bench.fail(change, raised.value) is None
    paused = await bench.get(change)
    assert (paused.state, paused.done) == (State.PAUSED, 0)


async def test_a_locked_issue_makes_the_chunk_wait_and_fails_nothing(bench: Bench) -> None:
    change = await bench.submit()
    async with bench.db.transaction(bench.world.org_id) as tx:
        await tx.run("SELECT FROM issue WHERE org_id = %(org)s FOR UPDATE")
        async with bench.db.transaction(bench.world.org_id) as own:
            await own.run("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(errors.LockNotAvailable) as raised:
                await bulk.running.advance(own, change.id)
    assert await bench.fail(change, raised.value) == 1
    assert (await bench.run(change)).changed == 10


async def test_a_failure_of_one_that_is_to_be_cancelled_cancels_it(bench: Bench) -> None:
    change = await bench.submit()
    await bulk.cancel(bench.db, bench.world.rosa, change.id)
    assert await bench.fail(change, ZeroDivisionError("a bug")) is None
    assert (await bench.get(change)).state is State.CANCELLED


async def test_a_change_of_a_later_release_is_left_to_it(bench: Bench) -> None:
    change = await bench.submit()
    await bench.run_sql("UPDATE bulk_change SET change = change || '{\"version\": 99}'")
    with pytest.raises(Exception, match="version 99") as raised:
        await bench.chunk(change)
    assert await bench.fail(change, raised.value) is None
    assert (await bench.get(change)).state is State.PAUSED


# --- without a job -------------------------------------------------------------------------------------------------


async def test_an_operation_without_a_job_gets_one_back(bench: Bench, app: App) -> None:
    lost, paused, ended, kept = [await bench.submit() for _ in range(4)]
    await bench.run(ended)
    await bench.run_sql("DELETE FROM procrastinate_jobs WHERE args ->> 'bulk_id' <> %(kept)s", kept=str(kept.id))
    await bulk.pause(bench.db, bench.world.rosa, paused.id)
    assert await sweep(bench.db, app) == 1
    assert await sweep(bench.db, app) == 0
    live = "SELECT (args ->> 'bulk_id')::bigint, args ->> 'org_id' FROM procrastinate_jobs ORDER BY 1"
    async with bench.db.transaction(None) as tx:
        found = await tx.tuples(live)
    assert found == sorted((change.id, str(bench.world.org_id)) for change in (lost, kept))


async def test_a_chunk_that_kills_every_worker_ends_its_operation(bench: Bench, app: App) -> None:
    change = await bench.submit()
    lose = """
    WITH dead AS (
        INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 seconds') RETURNING id
    )
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"""
    for left in reversed(range(ATTEMPTS)):
        await bench.run_sql(lose)
        assert await sweep(bench.db, app) == 1
        assert (await bench.get(change)).state is (State.QUEUED if left else State.FAILED)
    failed = await bench.get(change)
    assert (failed.error, failed.skipped) == ("WorkerLost: its worker was lost", 10)


async def test_what_the_sweeper_may_see_nobody_else_sees(bench: Bench) -> None:
    await bench.submit()
    async with bench.db.transaction(None) as tx:
        assert await tx.value("SELECT count(*) FROM bulk_change") == 0
        assert len(await jobs.orphans(tx)) == 0
        assert await tx.value("SELECT count(*) FROM bulk_change") == 1
        assert await tx.run("UPDATE bulk_change SET notify = true") == 0
    async with bench.db.transaction(bench.world.other_org_id) as tx:
        assert await tx.value("SELECT count(*) FROM bulk_change") == 0
