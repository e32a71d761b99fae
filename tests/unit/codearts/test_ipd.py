"""The edit in the words of IPD is the edit of a work item."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.dialects.codearts import bodies, ids, ipd
from shoal.dialects.codearts.bodies import LARGEST_ITEM
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.ipd import IpdUpdate
from shoal.dialects.codearts.issue_edits import ItemEdit
from shoal.dialects.http import LONGEST_LIST
from shoal.domain.errors import ShoalError, WrongParameter


def update(*items: int | str, **attribute: Any) -> IpdUpdate:
    return bodies.decode(msgspec.json.encode({"id": items, "attribute": attribute}), IpdUpdate)


@given(st.integers(1, LARGEST_ITEM))
def test_an_item_and_its_ipd_id_are_known_by_each_other(item: int) -> None:
    assert ipd.own_item(ipd.ipd_id(item)) == item
    assert len(ipd.ipd_id(item)) == 19


def test_an_id_that_cannot_be_ours_is_kept_for_the_answer() -> None:
    asked = update(ipd.ipd_id(5), int(ipd.ipd_id(5)), "1135239465657217024", "9" * 18, title="x")
    assert ipd.items_of(asked) == {ipd.ipd_id(5): 5, "1135239465657217024": None, "9" * 18: None}


def test_items_must_be_named_as_ipd_does() -> None:
    with pytest.raises(WrongParameter, match="ipd_id"):
        ipd.items_of(update("5", title="x"))
    with pytest.raises(MissingParameter, match="id"):
        ipd.items_of(update(title="x"))
    with pytest.raises(WrongParameter, match=str(LONGEST_LIST)):
        ipd.items_of(update(*(ipd.ipd_id(item) for item in range(1, LONGEST_LIST + 2)), title="x"))


FORMS: list[tuple[str, Any, str, object]] = [
    ("title", "Paint", "name", "Paint"),
    ("title", 5, "name", "5"),
    ("description", None, "description", None),
    ("status", "4", "status_id", "4"),
    ("priority", 3, "priority_id", "3"),
    ("assignee", {"id": ids.user(21), "name": "rosa"}, "assigned_id", 21),
    ("assignee", "21", "assigned_id", 21),
    ("assignee", {"id": None}, "assigned_id", None),
    ("develop_owner", "", "developer_id", None),
    ("plan_start_date", 1767614400000, "begin_time", "2026-01-05"),
    ("plan_end_date", "", "end_time", ""),
    ("workload", 4.5, "expected_work_hours", "4.5"),
]


@pytest.mark.parametrize(("name", "value", "field", "expected"), FORMS)
def test_a_value_has_its_name_among_work_items(name: str, value: Any, field: str, expected: object) -> None:
    edit = ipd.item_edit(update(ipd.ipd_id(1), **{name: value}).attribute)
    assert edit == ItemEdit(**{field: expected})


@pytest.mark.parametrize(
    "attribute",
    [
        {},
        {"category": "1", "unheard_of": 2},
        {"assignee": "rosa"},
        {"assignee": [21]},
        {"title": True},
        {"title": ["x"]},
        {"plan_start_date": "2026-01-05"},
        {"plan_start_date": "9" * 15},
    ],
)
def test_an_attribute_that_cannot_be_is_refused(attribute: dict[str, Any]) -> None:
    with pytest.raises(ShoalError):
        ipd.item_edit(update(ipd.ipd_id(1), **attribute).attribute)
