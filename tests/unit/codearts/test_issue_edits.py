"""Bodies about work items, as edits of the core."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shoal.dialects.codearts import bodies, issue_edits
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_edits import ItemEdit, NewItem, WorkItemEdit
from shoal.domain.errors import ShoalError, UnknownValue, WrongParameter
from shoal.domain.patch import Clear, Ref, Set

NEW = {"name": "Paint the buoy", "tracker_id": 2, "priority_id": "2"}


def edit(**body: Any) -> WorkItemEdit:
    return issue_edits.edit(bodies.decode(msgspec.json.encode(body), ItemEdit))


def new(**body: Any) -> WorkItemEdit:
    return issue_edits.new(bodies.decode(msgspec.json.encode({**NEW, **body}), NewItem))


FORMS: list[tuple[str, object, str, object]] = [
    ("name", "Paint", "summary", Set("Paint")),
    ("description", "", "description", Clear()),
    ("tracker_id", 3, "type", Set(Ref(key="bug"))),
    ("tracker_id", "10005", "type", Set(Ref(id=5))),
    ("priority_id", "3", "priority", Set(Ref(key="critical"))),
    ("severity_id", 13, "severity", Set(Ref(key="hint"))),
    ("domain_id", "14", "area", Set(Ref(key="performance"))),
    ("assigned_id", "21", "assignee", Set(Ref(id=21))),
    ("assigned_id", 0, "assignee", Clear()),
    ("assigned_id", None, "assignee", Clear()),
    ("developer_id", "", "developer", Clear()),
    ("iteration_id", 41, "sprints", Set((Ref(id=41),))),
    ("module_id", "31", "components", Set((Ref(id=31),))),
    ("module_id", 0, "components", Clear()),
    ("parent_issue_id", 90, "parent", Set(Ref(id=90))),
    ("done_ratio", "40", "done_ratio", Set(40)),
    ("done_ratio", 0, "done_ratio", Set(0)),
    ("done_ratio", "", "done_ratio", Clear()),
    ("begin_time", "2026-01-05", "start", Set("2026-01-05")),
    ("end_time", None, "end", Clear()),
    ("expected_work_hours", 4.5, "estimation", Set(270)),
    ("expected_work_hours", "1.9", "estimation", Set(114)),
    ("actual_work_hours", "", "spent", Clear()),
]


@pytest.mark.parametrize(("name", "value", "field", "expected"), FORMS)
def test_a_value_is_the_edit_of_a_field(name: str, value: object, field: str, expected: object) -> None:
    assert edit(**{name: value}).edits == {field: expected}


def test_what_is_not_given_is_not_touched() -> None:
    assert edit() == WorkItemEdit({})


def test_every_field_that_is_read_is_one_of_the_body() -> None:
    assert issue_edits.FIELDS.keys() | {"status_id", "new_custom_fields"} == set(ItemEdit.__struct_fields__)


WRONG = [
    {"tracker_id": 4},
    {"priority_id": "high"},
    {"severity_id": True},
    {"assigned_id": "rosa"},
    {"done_ratio": "half"},
    {"expected_work_hours": "nan"},
    {"expected_work_hours": -1},
    {"expected_work_hours": 1e300},
    {"expected_work_hours": "long"},
    {"new_custom_fields": [{"custom_field": "field12", "value": "x"}]},
    {"new_custom_fields": [{"custom_field": "custom_field²", "value": "x"}]},
]


@pytest.mark.parametrize("body", WRONG)
def test_a_value_that_cannot_be_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ShoalError):
        edit(**body)


def test_a_number_that_no_table_has_is_an_unknown_value_of_the_field() -> None:
    with pytest.raises(UnknownValue):
        edit(tracker_id=4)


def test_a_status_is_no_edit_but_a_step() -> None:
    asked = edit(status_id="4", assigned_id=21)
    assert asked.status == 4
    assert list(asked.edits) == ["assignee"]


def test_custom_values_are_text_by_the_names_of_the_core() -> None:
    values = [{"custom_field": f"custom_field{number}", "value": value} for number, value in enumerate(["x", 5, None])]
    assert edit(new_custom_fields=values).custom == {"custom.0": "x", "custom.1": "5", "custom.2": ""}
    assert edit(new_custom_fields=None).custom == {}


# --- new ones ------------------------------------------------------------------------------------------------------


def test_a_new_item_has_a_severity_and_has_not_begun() -> None:
    edits = new().edits
    assert edits == {
        "type": Set(Ref(key="task")),
        "priority": Set(Ref(key="normal")),
        "severity": Set(Ref(key="normal")),
        "done_ratio": Set(0),
    }


def test_there_is_nothing_to_take_away_from_a_new_item() -> None:
    edits = new(assigned_id=0, description="", severity_id=10, done_ratio=30).edits
    assert edits.keys() == {"type", "priority", "severity", "done_ratio"}
    assert (edits["severity"], edits["done_ratio"]) == (Set(Ref(key="critical")), Set(30))


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("value", [None, ""])
def test_a_new_item_must_say_what_it_is(name: str, value: object) -> None:
    with pytest.raises(MissingParameter, match=name):
        new(**{name: value})


# --- names ---------------------------------------------------------------------------------------------------------


def test_an_item_is_named_within_its_project() -> None:
    ref = issue_edits.ref(" 91 ", 3)
    assert (ref.id, ref.within, str(ref)) == (91, 3, "91")
    assert issue_edits.ref(-1, 3).id == 0  # nothing has it
    with pytest.raises(WrongParameter, match="issue_id"):
        issue_edits.ref("TEST-1", 3)


@pytest.mark.parametrize("name", [None, "", "custom_field", "custom_fieldx", "field1", "custom_field" + "1" * 19])
def test_a_custom_field_is_named_by_its_number(name: str | None) -> None:
    assert issue_edits.custom_name("custom_field012") == "custom.12"
    with pytest.raises(WrongParameter, match="custom_field"):
        issue_edits.custom_name(name)
