"""What a record becomes, as far as its names are known: the issue, its history, and notes of what was mended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shoal.actions.imports import rows
from shoal.actions.imports.names import Names, collect
from shoal.domain.actor import Actor
from shoal.domain.fields import Kind
from shoal.domain.imports import ChangeRecord, CommentRecord, IssueRecord, Row, Summary
from shoal.store.imports import Queue
from shoal.store.load import LoadedIssue

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MADE = datetime(2020, 1, 1, tzinfo=UTC)
TYPE, PRIORITY, STATUS, IMPORTER = 1, 2, 3, 9
NAMES = Names(Actor(1, IMPORTER, "rosa", "Rosa"), Queue(1, "TEST", TYPE, PRIORITY, STATUS), Summary())


def loaded(**parts: Any) -> tuple[LoadedIssue, list[str]]:
    record = IssueRecord(**{"key": "OLD-1", "summary": "Leaky pump", "created": MADE} | parts)
    return rows.issue(Row(1, record, b"", 0), rows.Context(NAMES, IMPORTER, NOW, {"OLD-9": 90}))


def test_a_record_that_says_little_gets_what_the_queue_starts_with() -> None:
    issue, notes = loaded()
    assert (issue.type_id, issue.priority_id, issue.status_id) == (TYPE, PRIORITY, STATUS)
    assert (issue.author_id, issue.assignee_id, issue.resolution_id) == (IMPORTER, None, None)
    assert notes == []


def test_an_issue_has_no_time_before_its_creation() -> None:
    issue, _ = loaded(updated=MADE - timedelta(days=1))
    assert issue.updated_at == issue.created_at == MADE


@pytest.mark.parametrize(
    "created",
    [None, datetime(1, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)],
)
def test_a_time_that_cannot_be_is_the_imports_and_noted(created: datetime | None) -> None:
    issue, notes = loaded(created=created)
    assert issue.created_at == NOW
    assert notes == ["no time of creation: the import's takes its place"]


@pytest.mark.parametrize(
    ("due", "deadline"), [("2026-02-03", date(2026, 2, 3)), ("2026-02-03T10:00:00Z", date(2026, 2, 3)), ("", None)]
)
def test_a_deadline_is_a_day(due: str, deadline: date | None) -> None:
    issue, notes = loaded(due=due)
    assert (issue.deadline, notes) == (deadline, [])


@pytest.mark.parametrize("due", ["soon", "2026-02-30", "0000-00-00", "99999-01-01"])
def test_a_deadline_that_is_no_day_is_left_out_and_noted(due: str) -> None:
    issue, [note] = loaded(due=due)
    assert issue.deadline is None
    assert due in note


@pytest.mark.parametrize("summary", [None, "", " \n\t", "\0"])
def test_the_key_stands_for_a_summary_that_is_not_there(summary: str | None) -> None:
    assert loaded(summary=summary)[0].summary == "OLD-1"


def test_a_summary_is_one_line_of_what_fits() -> None:
    issue, [note] = loaded(summary="a\nb" + "x" * 2000)
    assert issue.summary.startswith("a bx")
    assert len(issue.summary) == rows.LONGEST_SUMMARY
    assert "2003" in note


def test_the_environment_is_told_at_the_end_of_the_description() -> None:
    assert (
        loaded(description="It\r\nleaks\0", environment="Dock 4")[0].description == "It\nleaks\n\nEnvironment: Dock 4"
    )


def test_a_parent_is_one_that_is_there() -> None:
    assert (loaded(parent=" OLD-9 ")[0].parent_id, loaded(parent="OLD-8")[0].parent_id) == (90, None)


def test_a_comment_that_says_nothing_is_none() -> None:
    issue, _ = loaded(comments=[CommentRecord(body=" \0\n"), CommentRecord(body="Look", id=7)])
    assert [(comment.text, comment.source) for comment in issue.comments] == [("Look", "7")]


def test_a_comment_is_not_altered_before_it_was_written() -> None:
    [comment] = loaded(comments=[CommentRecord(body="Look", at=MADE, updated=MADE - timedelta(days=1))])[0].comments
    assert comment.updated_at == comment.created_at == MADE


@pytest.mark.parametrize("after", ["NaN", "inf", "-Infinity", "1e999", "many"])
def test_a_number_that_cannot_be_stored_is_nothing_in_the_history(after: str) -> None:
    change = ChangeRecord(at=MADE, field="Story Points", before="3", after=after)
    [_, later] = loaded(history=[change])[0].history
    assert later.changes == {"story_points": (3.0, None)}


def test_every_person_is_wanted_once_by_the_best_name() -> None:
    change = ChangeRecord(at=MADE, field="assignee", by="ann", after="bob")
    record = IssueRecord("OLD-1", reporter="ann", comments=[CommentRecord(by="cat")], history=[change])
    assert collect([record]).people == {"ann": "ann", "bob": "bob", "cat": "cat"}


def test_a_status_of_the_history_is_no_status_that_issues_are_in() -> None:
    change = ChangeRecord(at=MADE, field="status", before="Draft", after="Open")
    wanted = collect([IssueRecord("OLD-1", status="Open", status_category="new", history=[change])])
    assert wanted.entries == {(Kind.STATUS, "Open"): "new", (Kind.STATUS, "Draft"): None}
    assert wanted.statuses == {"Open"}
