"""Loading in masses, against a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from shoal.store import load
from shoal.store.db import Database
from shoal.store.load import LoadedChange, LoadedComment, LoadedIssue
from tests.world import World, make_issues, make_world

THEN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Bench:
    db: Database
    world: World

    def row(self, **values: Any) -> LoadedIssue:
        user = self.world.rosa.user_id
        plain = LoadedIssue(
            type_id=self.world.types["bug"],
            status_id=self.world.statuses["open"],
            priority_id=self.world.priorities["normal"],
            resolution_id=None,
            author_id=user,
            assignee_id=None,
            updated_by=user,
            resolver_id=None,
            created_at=THEN,
            updated_at=THEN,
            resolved_at=None,
            status_since=THEN,
            parent_id=None,
            epic_id=None,
            deadline=None,
            story_points=None,
            summary="Loaded",
            tags=[],
            components=[],
            fix_versions=[],
            affected_versions=[],
            sprints=[],
            description="",
            history=[LoadedChange(THEN, user, "created", {"status": [None, self.world.statuses["open"]]})],
        )
        return replace(plain, **values)

    async def load(self, *rows: LoadedIssue) -> int:
        async with self.db.transaction(self.world.org_id) as tx:
            return await load.issues(tx, self.world.test, rows)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.db.transaction(self.world.org_id) as tx:
            return await tx.tuples(sql)


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


async def test_numbers_go_on_from_the_last_one(bench: Bench) -> None:
    await make_issues(bench.db, bench.world, 3)
    assert await bench.load(bench.row(), bench.row()) == 4
    assert await bench.load(bench.row()) == 6
    numbers = await bench.rows("SELECT number FROM issue WHERE org_id = %(org)s ORDER BY id")
    assert [number for (number,) in numbers] == [1, 2, 3, 4, 5, 6]
    assert await make_issues(bench.db, bench.world, 1)


async def test_everything_of_a_row_arrives(bench: Bench) -> None:
    row = bench.row(
        summary="Tab\tand \\ backslash",
        description="\\N\nздравствуй 世界",
        tags=["a b", '"', "{}", "\\"],
        components=[bench.world.components["Core"]],
        story_points=0.5,
        deadline=THEN.date(),
        assignee_id=bench.world.ivan.user_id,
    )
    await bench.load(row)
    ((*found,),) = await bench.rows(
        """SELECT summary, description, tags, components, story_points, deadline, assignee_id, created_at
             FROM issue JOIN issue_text t ON t.org_id = %(org)s AND t.issue_id = id WHERE issue.org_id = %(org)s"""
    )
    assert found == [
        row.summary, row.description, row.tags, row.components, 0.5, row.deadline, row.assignee_id, row.created_at
    ]  # fmt: skip


async def test_words_of_summary_and_description_can_be_searched(bench: Bench) -> None:
    await bench.load(bench.row(summary="Насосы текут"), bench.row(description="The pumps are leaking"))
    sql = "SELECT count(*) FROM issue_text WHERE org_id = %(org)s AND search @@ plainto_tsquery('russian', '{}')"
    for word in ("насос", "leak"):
        assert await bench.rows(sql.format(word)) == [(1,)]


async def test_history_keeps_its_order_and_is_by_import(bench: Bench) -> None:
    user = bench.world.rosa.user_id
    later = [LoadedChange(THEN + timedelta(days=n), user, "updated", {"tags": [[], [str(n)]]}) for n in range(5)]
    await bench.load(bench.row(history=[*bench.row().history, *later]))
    found = await bench.rows("SELECT at, via, changes FROM changelog WHERE org_id = %(org)s ORDER BY id")
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    assert {row[1] for row in found} == {"import"}
    assert found[1][2] == {"tags": [[], ["0"]]}


async def test_comments_tell_the_issue_when_the_last_was(bench: Bench) -> None:
    author = bench.world.ivan.user_id
    comments = [LoadedComment(author, f"{n}", THEN + timedelta(days=n), THEN, f"c{n}") for n in (3, 1)]
    await bench.load(bench.row(comments=comments))
    assert await bench.rows("SELECT last_comment_at FROM issue WHERE org_id = %(org)s") == [(THEN + timedelta(days=3),)]
    assert await bench.rows("SELECT text FROM comment WHERE org_id = %(org)s ORDER BY id") == [("3",), ("1",)]


async def test_comment_with_a_source_that_is_there_is_passed_over(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    comment = LoadedComment(bench.world.ivan.user_id, "Hello", THEN, THEN, "c1")
    for expected in (1, 0):
        async with bench.db.transaction(bench.world.org_id) as tx:
            assert await load.comments(tx, [(issue, comment), (issue, comment)]) == expected
    assert await bench.rows("SELECT count(*) FROM comment WHERE org_id = %(org)s") == [(1,)]


async def test_refused_row_takes_back_the_whole_batch_and_its_numbers(bench: Bench) -> None:
    with pytest.raises(load.REFUSALS):
        await bench.load(bench.row(), bench.row(resolved_at=THEN))
    assert await bench.rows("SELECT count(*) FROM issue WHERE org_id = %(org)s") == [(0,)]
    assert await bench.load(bench.row()) == 1


async def test_one_transaction_may_load_twice(bench: Bench) -> None:
    async with bench.db.transaction(bench.world.org_id) as tx:
        assert await load.issues(tx, bench.world.test, [bench.row()]) == 1
        assert await load.issues(tx, bench.world.demo, [bench.row()]) == 1
        assert await load.issues(tx, bench.world.demo, []) == 0


async def test_load_cannot_pass_the_wall(bench: Bench) -> None:
    async with bench.db.transaction(bench.world.other_org_id) as tx:
        with pytest.raises((psycopg.Error, TypeError)):
            await load.issues(tx, bench.world.test, [bench.row()])
    assert await bench.rows("SELECT count(*) FROM issue WHERE org_id = %(org)s") == [(0,)]
