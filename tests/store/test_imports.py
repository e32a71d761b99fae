"""Imports, from a small file of our own into a real database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shoal.actions.imports import Import, run
from shoal.domain.errors import Forbidden, NotFound
from shoal.domain.imports import CommentRecord, IssueRecord, RowOutcome, RowReport, Summary
from shoal.files.jsonl import Reader
from shoal.store import workflows
from shoal.store.db import Database
from tests.world import World, make_world

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Bench:
    db: Database
    world: World
    reports: list[RowReport] = field(default_factory=list)

    async def bring(self, issues: Path = DATA / "tracker.issues.jsonl", *, comments: bool = True) -> Summary:
        self.reports.clear()
        run = Import(self.db, self.world.rosa, "TEST", now=NOW, listen=self.reports.append)
        with Reader(issues, IssueRecord) as rows:
            await run.issues(rows)
        if comments:
            with Reader(DATA / "tracker.comments.jsonl", CommentRecord) as texts:
                await run.comments(texts)
        return await run.finish()

    async def value(self, sql: str, **params: Any) -> Any:
        async with self.db.transaction(self.world.org_id) as tx:
            return await tx.value(sql, params)

    async def issue(self, source: str) -> dict[str, Any]:
        sql = """SELECT issue.*, t.description, type.key AS type, status.key AS status, priority.key AS priority,
                        resolution.key AS resolution, author.display AS author, assignee.login AS assignee
                   FROM import_origin o
                   JOIN issue ON issue.org_id = %(org)s AND issue.id = o.issue_id
                   JOIN issue_text t ON t.org_id = %(org)s AND t.issue_id = issue.id
                   JOIN catalogue type ON type.org_id = %(org)s AND type.id = type_id
                   JOIN catalogue status ON status.org_id = %(org)s AND status.id = status_id
                   JOIN catalogue priority ON priority.org_id = %(org)s AND priority.id = priority_id
                   JOIN users author ON author.org_id = %(org)s AND author.id = author_id
              LEFT JOIN catalogue resolution ON resolution.org_id = %(org)s AND resolution.id = resolution_id
              LEFT JOIN users assignee ON assignee.org_id = %(org)s AND assignee.id = assignee_id
                  WHERE o.org_id = %(org)s AND o.source = %(source)s"""
        async with self.db.transaction(self.world.org_id) as tx:
            (row,) = await tx.dicts(sql, {"source": source})
            return row

    def report(self, key: str) -> RowReport:
        return next(report for report in self.reports if report.key == key)


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


COUNTS = """
SELECT jsonb_object_agg(name, rows) FROM (
    SELECT 'issue' AS name, count(*) AS rows FROM issue WHERE org_id = %(org)s
    UNION ALL SELECT 'text', count(*) FROM issue_text WHERE org_id = %(org)s
    UNION ALL SELECT 'comment', count(*) FROM comment WHERE org_id = %(org)s
    UNION ALL SELECT 'changelog', count(*) FROM changelog WHERE org_id = %(org)s
    UNION ALL SELECT 'user', count(*) FROM users WHERE org_id = %(org)s
    UNION ALL SELECT 'catalogue', count(*) FROM catalogue WHERE org_id = %(org)s
    UNION ALL SELECT 'transition', count(*) FROM transition WHERE org_id = %(org)s
    UNION ALL SELECT 'sprint', count(*) FROM sprint WHERE org_id = %(org)s
    UNION ALL SELECT 'version', count(*) FROM version WHERE org_id = %(org)s
    UNION ALL SELECT 'component', count(*) FROM component WHERE org_id = %(org)s
    UNION ALL SELECT 'last number', max(last_number) FROM queue WHERE org_id = %(org)s) counts"""


async def test_second_import_makes_nothing_double(bench: Bench) -> None:
    first = await bench.bring()
    counts = await bench.value(COUNTS)
    second = await bench.bring()
    assert await bench.value(COUNTS) == counts
    assert (first.issues[RowOutcome.IMPORTED], first.comments[RowOutcome.IMPORTED]) == (6, 4)
    assert (second.issues[RowOutcome.IMPORTED], second.issues[RowOutcome.UNCHANGED]) == (0, 6)
    assert (second.comments[RowOutcome.IMPORTED], second.comments[RowOutcome.UNCHANGED]) == (0, 3)
    assert not +second.created


async def test_values_arrive_by_name(bench: Bench) -> None:
    await bench.bring()
    issue = await bench.issue("OLD-1")
    assert [issue[name] for name in ("type", "status", "priority", "resolution")] == ["bug", "closed", "high", "fixed"]
    assert (issue["author"], issue["assignee"]) == ("Ann Lee", "bob")
    assert issue["summary"] == "Pump leaks at night"
    assert issue["description"] == "First line\nsecond line\n\nEnvironment: basement"
    assert issue["tags"] == ["wet", "urgent"]
    assert [len(issue[name]) for name in ("components", "affected_versions", "fix_versions", "sprints")] == [2, 1, 1, 1]
    assert issue["resolved_at"] == datetime(2020, 1, 20, 10, tzinfo=UTC)


async def test_history_of_the_file_is_kept_in_rows_of_a_save(bench: Bench) -> None:
    await bench.bring()
    sql = """SELECT jsonb_agg(jsonb_build_array(kind, changes) ORDER BY changelog.id)
               FROM changelog JOIN import_origin o ON o.org_id = %(org)s AND o.issue_id = changelog.issue_id
              WHERE changelog.org_id = %(org)s AND o.source = 'OLD-1'"""
    statuses, bob = (
        bench.world.statuses,
        await bench.value("SELECT id FROM users WHERE org_id = %(org)s AND login = 'bob'"),
    )
    assert await bench.value(sql) == [
        ["created", {"status": [None, statuses["open"]]}],
        ["updated", {"assignee": [None, bob]}],
        [
            "transition",
            {"status": [statuses["open"], statuses["closed"]], "resolution": [None, bench.world.resolutions["fixed"]]},
        ],
        ["updated", {"parent": [None, (await bench.issue("OLD-3"))["id"]]}],  # which came later in the file
    ]


async def test_parents_and_epics_of_the_file_are_found_whatever_the_order(bench: Bench) -> None:
    await bench.bring()
    one, two, three = [await bench.issue(f"OLD-{n}") for n in (1, 2, 3)]
    assert (one["parent_id"], two["parent_id"], two["epic_id"]) == (three["id"], one["id"], three["id"])
    assert three["parent_id"] is None


async def test_parent_and_epic_are_found_though_blanks_stand_around_their_keys(bench: Bench, tmp_path: Path) -> None:
    await bench.bring(comments=False)
    file = tmp_path / "below.jsonl"
    file.write_text('{"key":"BELOW-1","summary":"x","parent":" OLD-1 ","epic":"OLD-2\\t"}\n')
    await bench.bring(file, comments=False)
    issue = await bench.issue("BELOW-1")
    assert issue["parent_id"] == (await bench.issue("OLD-1"))["id"]
    assert issue["epic_id"] == (await bench.issue("OLD-2"))["id"]


async def test_ring_of_parents_is_opened_and_told(bench: Bench) -> None:
    summary = await bench.bring()
    assert (await bench.issue("OLD-4"))["parent_id"] is None
    assert (await bench.issue("OLD-5"))["parent_id"] is None
    assert summary.left_out["parents (the issue would stand above itself)"] == 2


async def test_issue_goes_on_from_a_status_that_was_new_here(bench: Bench) -> None:
    await bench.bring()
    issue = await bench.issue("OLD-2")
    async with bench.db.transaction(bench.world.org_id) as tx:
        known = await workflows.load(tx, [bench.world.test, bench.world.demo])
    here, there = (known.find(queue, bench.world.types["bug"]) for queue in (bench.world.test, bench.world.demo))
    workflow = known.find(bench.world.test, issue["type_id"])
    assert workflow is not None
    assert {"stop_progress", "resolve", "close"} <= {way.key for way in workflow.available(issue["status_id"])}
    assert "inReview" in {way.key for way in workflow.available(bench.world.statuses["open"])}
    assert here is not None
    assert here.id == workflow.id
    assert there is not None
    assert not there.has_status(issue["status_id"])


async def test_what_was_left_out_or_mended_is_noted(bench: Bench) -> None:
    await bench.bring()
    assert bench.report("OLD-1").notes == (
        "attachments: 1 left out",
        "links: 1 left out",
        "history of Rank: 1 left out",
    )
    notes = " ".join(bench.report("OLD-2").notes)
    assert "no time of creation" in notes
    assert "resolution: Fixed left out" in notes
    assert "no summary" in notes
    assert bench.report("OLD-3").notes == ("deadline: someday is not a date and left out",)
    assert bench.report("NEW-1").notes == ("summary cut from 1100 to 1024 characters",)


async def test_every_line_is_reported_with_what_came_of_it(bench: Bench) -> None:
    await bench.bring(comments=False)
    outcomes = {report.line: (report.outcome.value, report.issue) for report in bench.reports}
    assert outcomes == {
        1: ("imported", "TEST-1"),
        2: ("imported", "TEST-2"),
        3: ("imported", "TEST-3"),
        4: ("refused", None),
        5: ("imported", "TEST-4"),
        6: ("imported", "TEST-5"),
        7: ("imported", "TEST-6"),
        8: ("refused", None),
    }


async def test_comments_have_their_authors_and_times(bench: Bench) -> None:
    summary = await bench.bring()
    sql = """SELECT jsonb_agg(jsonb_build_array(u.login, c.text) ORDER BY c.created_at, c.id)
               FROM comment c JOIN users u ON u.org_id = %(org)s AND u.id = c.author_id WHERE c.org_id = %(org)s"""
    assert await bench.value(sql) == [
        ["cleo", "Inside"],
        ["ann", "Seen it too"],
        ["dora", "Fixed with tape"],
        ["rosa", "Nobody's, and without an id"],
    ]
    assert (await bench.issue("OLD-1"))["last_comment_at"] == datetime(2020, 1, 5, tzinfo=UTC)
    assert summary.comments[RowOutcome.SKIPPED] == 2


async def test_changed_row_is_told_and_left_alone(bench: Bench, tmp_path: Path) -> None:
    await bench.bring()
    changed = tmp_path / "changed.jsonl"
    changed.write_text('{"key":"OLD-1","summary":"Another summary"}\n')
    summary = await bench.bring(changed)
    assert summary.issues == {RowOutcome.CHANGED: 1}
    assert (await bench.issue("OLD-1"))["summary"] == "Pump leaks at night"


async def test_import_that_was_cut_off_goes_on(bench: Bench, tmp_path: Path) -> None:
    half = tmp_path / "half.jsonl"
    half.write_bytes(b"".join((DATA / "tracker.issues.jsonl").read_bytes().splitlines(keepends=True)[:2]))
    run = Import(bench.db, bench.world.rosa, "TEST", now=NOW)
    with Reader(half, IssueRecord) as rows:
        await run.issues(rows)  # and no finish
    summary = await bench.bring()
    assert (summary.issues[RowOutcome.UNCHANGED], summary.issues[RowOutcome.IMPORTED]) == (2, 4)
    assert (await bench.issue("OLD-1"))["parent_id"] == (await bench.issue("OLD-3"))["id"]


async def test_row_that_the_database_refuses_is_found_and_the_others_go_in(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    lines = [
        f'{{"key":"A-{n}","summary":"Row {n}","story_points":{"1e300" if n == 37 else 1}}}\n' for n in range(1, 61)
    ]
    file.write_text("".join(lines))
    monkeypatch.setattr(run, "BATCH_ROWS", 25)
    summary = await bench.bring(file, comments=False)
    assert (summary.issues[RowOutcome.IMPORTED], summary.issues[RowOutcome.REFUSED]) == (59, 1)
    assert bench.report("A-37").outcome is RowOutcome.REFUSED
    assert "story_points" in bench.report("A-37").notes[0]


async def test_nul_is_dropped_wherever_it_stands(bench: Bench, tmp_path: Path) -> None:
    plain = (DATA / "tracker.issues.jsonl").read_text().replace('":"', '":"\\u0000').replace('": "', '": "\\u0000')
    dated = re.sub(r'("(?:created|updated|resolved|at)": ?")\\u0000', r"\1", plain)
    file = tmp_path / "nul.jsonl"
    file.write_text(dated)
    summary = await bench.bring(file)
    assert summary.issues[RowOutcome.IMPORTED] == 6
    assert (await bench.issue("OLD-1"))["summary"] == "Pump leaks at night"


async def test_huge_texts_fit(bench: Bench, tmp_path: Path) -> None:
    text = "слово word 字 " * 300_000
    record = {"key": "A-1", "summary": "Huge", "description": text, "comments": [{"id": 1, "body": text}]}
    file = tmp_path / "huge.jsonl"
    file.write_bytes(msgspec.json.encode(record))
    summary = await bench.bring(file, comments=False)
    assert summary.issues == {RowOutcome.IMPORTED: 1}
    assert (await bench.issue("A-1"))["description"] == text


async def test_person_with_a_login_of_ours_is_ours(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text('{"key":"A-1","summary":"x","assignee":{"id":"IVAN","name":"Somebody"}}\n')
    await bench.bring(file, comments=False)
    assert (await bench.issue("A-1"))["assignee"] == "ivan"


async def test_import_needs_the_queue_and_the_right_to_create_in_it(bench: Bench) -> None:
    with pytest.raises(NotFound):
        await Import(bench.db, bench.world.rosa, "NONE", now=NOW).issues([])
    with pytest.raises(Forbidden):
        await Import(bench.db, bench.world.rosa, "FOREIGN", now=NOW).issues([])
