"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from shoal.cli import imports, session
from shoal.cli.options import Refusal
from shoal.domain.imports import BadRow, IssueRecord, Mapped, Row, RowOutcome, RowReport, Summary

NOON = datetime(2026, 3, 4, 12, 30, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Fish:
    id: int
    latin_name: str
    is_shy: bool
    seen_at: datetime | None


FISH = [Fish(7, "Amphiprion ocellaris", True, NOON), Fish(8, "Zebrasoma", False, None)]
COLUMNS = ("id", "latin_name", "is_shy", "seen_at")


def test_a_table_has_heads_in_words_and_is_empty_where_nothing_is(capsys: pytest.CaptureFixture[str]) -> None:
    session.show(COLUMNS, FISH, as_json=False)
    head, first, second = (line.split("  ") for line in capsys.readouterr().out.splitlines())
    assert [word.strip() for word in head if word.strip()] == ["Id", "Latin name", "Is shy", "Seen at"]
    assert [word.strip() for word in first if word.strip()] == ["7", "Amphiprion ocellaris", "yes", "2026-03-04 12:30"]
    assert [word.strip() for word in second if word.strip()] == ["8", "Zebrasoma"]


def test_json_has_the_columns_as_keys_and_the_values_whole(capsys: pytest.CaptureFixture[str]) -> None:
    session.show(("id", "seen_at"), FISH, as_json=True)
    assert json.loads(capsys.readouterr().out) == [
        {"id": 7, "seen_at": "2026-03-04T12:30:15Z"},
        {"id": 8, "seen_at": None},
    ]


def test_nothing_found_is_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    session.show(COLUMNS, [], as_json=True)
    assert json.loads(capsys.readouterr().out) == []


# --- imports -------------------------------------------------------------------------------------------------------


def summary() -> Summary:
    made = Summary()
    made.issues.update({RowOutcome.IMPORTED: 1200, RowOutcome.REFUSED: 1})
    made.not_taken["is no JSON"] += 1
    made.left_out["attachments"] += 3
    made.mapped[("type", "Feature")] = Mapped("type", "Feature", "newFeature", False)
    return made


def test_a_summary_for_programs_names_every_outcome() -> None:
    told = json.loads(msgspec.json.encode(imports._as_json(summary())))
    assert told["issues"] == {"imported": 1200, "unchanged": 0, "changed": 0, "skipped": 0, "refused": 1}
    assert (told["not_taken"], told["left_out"]) == ({"is no JSON": 1}, {"attachments": 3})


def test_a_summary_for_people_tells_what_was_left_out_and_why() -> None:
    written = io.StringIO()
    imports._show(Console(width=100, file=written), summary())
    told = written.getvalue()
    assert "1,200" in told
    assert "3  attachments" in told
    assert "1  is no JSON" in told
    assert "newFeature" in told


def test_only_issues_of_the_project_are_taken_and_bad_lines_are_kept() -> None:
    rows = [
        Row(1, IssueRecord("A-1", project="A"), b"", 1),
        Row(2, IssueRecord("B-1", project="B"), b"", 1),
        BadRow(3, "is no JSON"),
    ]
    assert [row.line for row in imports._of_project(iter(rows), "A")] == [1, 3]
    assert [row.line for row in imports._of_project(iter(rows), None)] == [1, 2, 3]


def test_a_report_has_a_line_for_each_of_the_file(tmp_path: Path) -> None:
    with imports._report_file(tmp_path / "report.jsonl") as listen:
        listen(RowReport(1, RowOutcome.IMPORTED, "A-1", "TEST-1"))
        listen(RowReport(2, RowOutcome.REFUSED, notes=("the key is empty",)))
    first, second = map(json.loads, (tmp_path / "report.jsonl").read_text().splitlines())
    assert (first["outcome"], first["issue"]) == ("imported", "TEST-1")
    assert (second["line"], second["notes"]) == (2, ["the key is empty"])


def test_a_report_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="cannot be written"), imports._report_file(tmp_path / "none" / "report.jsonl"):
        pytest.fail("the file is not there")
