"""History, in the two shapes of the wire."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import to_builtins

from shoal.actions.records import Records
from shoal.dialects.codearts import ids, records
from shoal.domain.changelog import ChangeKind, Entry
from tests.unit.codearts.things import KNOWN, NOON, NOON_MILLIS


def entry(kind: str = "updated", comment: str | None = None, **changes: Any) -> Entry:
    comment_id = None if comment is None else 1
    return Entry(501, 91, NOON, 21, ChangeKind(kind), "api", None, comment_id, comment, changes)


def details(one: Entry) -> list[tuple[str, str, str, str, str]]:
    (record,) = records.of_issue(Records([one], 1, KNOWN)).records
    return [(it.property, it.name, it.operation, it.old_value, it.new_value) for it in record.details]


def test_fields_are_called_as_in_bodies_and_values_are_for_people() -> None:
    changes = {"assignee": (None, 22), "estimation": (60, 90), "components": ([31], [31, 32]), "done_ratio": (None, 5)}
    assert details(entry(**changes)) == [
        ("attr", "assigned_to", "update", "", "ivan"),
        ("attr", "module", "update", "Core", "Core,API"),
        ("attr", "done_ratio", "update", "", "5"),
        ("attr", "expected_work_hours", "update", "1", "1.5"),
    ]


def test_custom_fields_have_a_property_of_their_own() -> None:
    changes = {"custom.12": (None, "north"), "custom.13": ("of a field", "that is gone")}
    assert details(entry(**changes)) == [
        ("cf", "custom_field12", "update", "", "north"),
        ("cf", "custom_field13", "update", "of a field", "that is gone"),
    ]


def test_a_comment_stands_beside_what_changed_with_it() -> None:
    found = details(entry("transition", "Done", status=(2, None)))
    assert found == [("attr", "status", "update", "Open", ""), ("notes", "notes", "create", "", "Done")]


@pytest.mark.parametrize(
    ("kind", "comment", "operation"),
    [
        ("comment_added", "Red", "create"),
        ("comment_updated", "Blue", "update"),
        ("comment_removed", None, "delete"),
    ],
)
def test_a_comment_is_a_detail_of_its_own(kind: str, comment: str | None, operation: str) -> None:
    assert details(entry(kind, comment)) == [("notes", "notes", operation, "", comment or "")]


def test_details_have_ids_of_their_own_by_their_place() -> None:
    (record,) = records.of_issue(
        Records([entry("updated", "x", end=(None, None), start=(None, None))], 1, KNOWN)
    ).records
    assert [detail.id for detail in record.details] == [501_001, 501_002, 501_003]


def test_the_history_of_an_item_has_id_and_time_of_the_first() -> None:
    found = records.of_issue(Records([entry()], 9, KNOWN))
    assert (found.id, found.created_time, found.total) == (501, NOON_MILLIS, 9)
    empty = records.of_issue(Records([], 0, KNOWN))
    assert (empty.id, empty.created_time, empty.records) == (None, None, [])


def test_the_history_of_a_project_is_by_field_with_json_texts() -> None:
    (row,) = to_builtins(records.of_project(Records([entry(summary=('a "b"', ""))], 1, KNOWN)))["records"]
    assert row == {
        "id": 501,
        "issue_id": 91,
        "field_key": "name",
        "field_name": "Name",
        "property": "attr",
        "operation": "update",
        "old_value": '"a \\"b\\""',
        "new_value": '""',
        "operated_time": NOON_MILLIS,
        "operator": {
            "id": 21,
            "user_num_id": 21,
            "user_id": ids.user(21),
            "name": "rosa",
            "nick_name": "Rosa Luna",
        },
    }
