"""Work items of all projects, asked for and shown."""

from __future__ import annotations

from shoal.dialects.codearts import ids, work_table
from shoal.dialects.codearts.work_table import WorkTableQuery
from shoal.domain.query import And, Condition, Id, Literal, Operand, Operator
from tests.unit.codearts.things import KINDS, found, written


def test_the_work_table_asks_in_no_project() -> None:
    asked = work_table.asked(WorkTableQuery(subject="buoy", tracker_id="3,2", author_id=21, due_date="2026-01-05,"))
    assert asked.query.where == And(
        (
            Condition("type", (Operand(Literal("bug")), Operand(Literal("task")))),
            Condition("author", (Operand(Id(21)),)),
            Condition("end", (Operand(Literal("2026-01-05 00:00:00.000000+00:00"), Operator.FROM),)),
            Condition("summary", (Operand(Literal("buoy")),)),
        )
    )
    assert work_table.asked(WorkTableQuery()).query.where is None


def test_in_the_list_of_all_projects() -> None:
    answer = written(work_table.shown(found()))
    (row,) = answer["issue_list"]
    assert answer["total"] == 1
    assert "iteration" not in row
    assert {name: row[name] for name in KINDS} == KINDS
    assert row["module"] == {"id": 31, "name": "Core", "path_name": "Core"}
    assert row["parent_issue"] == {"id": 90, "subject": "Harbour"}
    assert row["assigned_to"] == {"id": 22, "identifier": ids.user(22), "name": "ivan"}
    assert row["project"] == {"id": 3, "identifier": ids.project(3), "name": "Test", "type": "scrum"}
