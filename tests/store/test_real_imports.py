"""Imports of real trackers, where their data lies beside the project. It is no part of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shoal.actions import bulk
from shoal.actions.imports import Import
from shoal.dialects.yandex.query import parse
from shoal.domain.bulk import Matching, NewBulkChange, State, Update
from shoal.domain.imports import CommentRecord, IssueRecord, RowOutcome, Summary
from shoal.domain.patch import Adjust, Patch
from shoal.engine.chunk import run_chunk
from shoal.files.jsonl import Reader
from shoal.store.db import Database
from tests.world import World, make_world

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data of ../shared/data is not here"),
]


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


async def bring(db: Database, world: World, name: str) -> Summary:
    run = Import(db, world.rosa, "TEST", now=datetime(2026, 6, 1, tzinfo=UTC))
    issues = "duraspace.history" if name == "duraspace" else f"{name}.issues"
    with Reader(DATA / f"{issues}.jsonl.gz", IssueRecord) as rows:
        await run.issues(rows)
    if (DATA / f"{name}.comments.jsonl.gz").exists():
        with Reader(DATA / f"{name}.comments.jsonl.gz", CommentRecord) as texts:
            await run.comments(texts)
    return await run.finish()


async def test_ten_thousand_imported_issues_are_changed_by_a_query(db: Database) -> None:
    world = await make_world(db)
    run = Import(db, world.rosa, "TEST", now=datetime(2026, 6, 1, tzinfo=UTC))
    with Reader(DATA / "tidev.issues.jsonl.gz", IssueRecord) as rows:
        await run.issues(rows)
    await run.finish()
    text = 'Queue: TEST AND Created: <= "2012-09-24 15:55:39"'
    change = Update(Patch({"tags": Adjust(add=("swept",))}))
    submitted = await bulk.submit(db, world.rosa, NewBulkChange(Matching(parse(text), text), change, limit=10_000))
    while await run_chunk(db, world.org_id, submitted.id):
        pass
    ended = await bulk.get(db, world.rosa, submitted.id)
    assert (ended.state, ended.total, ended.changed) == (State.COMPLETE, 10_000, 10_000)


@pytest.mark.parametrize(
    ("name", "issues", "comments"),
    [
        ("tidev", 24_237, 88_820),  # and 1,591 empty ones
        ("fluid", 2088, 2200),
        ("gitbug", 314, 1667),
        ("duraspace", 3036, 0),
    ],
)
async def test_real_tracker_is_imported_whole_and_only_once(
    db: Database, name: str, issues: int, comments: int
) -> None:
    world = await make_world(db)
    first = await bring(db, world, name)
    assert (first.issues[RowOutcome.IMPORTED], first.comments[RowOutcome.IMPORTED]) == (issues, comments)
    assert not first.issues[RowOutcome.REFUSED]
    assert not first.comments[RowOutcome.REFUSED]
    second = await bring(db, world, name)
    assert second.issues == {RowOutcome.UNCHANGED: issues}
    assert second.comments[RowOutcome.IMPORTED] == 0
    async with db.transaction(world.org_id) as tx:
        assert await tx.value("SELECT count(*) FROM issue WHERE org_id = %(org)s") == issues
        assert await tx.value("SELECT count(*) FROM comment WHERE org_id = %(org)s") == comments
