"""Filters of this wire, as queries of the core."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shoal.dialects.codearts import bodies, query
from shoal.dialects.codearts.query import AdvancedQuery, ItemFilter, PageQuery
from shoal.dialects.http import Params
from shoal.domain.errors import ShoalError, WrongParameter
from shoal.domain.query import And, Condition, CustomField, Function, Id, Literal, Operand, Operator, Or, Term

HERE = Condition("queue", (Operand(Id(3)),))


def advanced(**body: Any) -> PageQuery:
    return query.advanced(bodies.decode(msgspec.json.encode(body), AdvancedQuery), 3)


def terms(asked: PageQuery) -> tuple[Term, ...]:
    """What is asked beside the project."""
    where = asked.query.where
    assert isinstance(where, And)
    first, *others = where.terms
    assert first == HERE
    return tuple(others)


def among(field: str, *points: Any) -> Condition:
    return Condition(field, tuple(Operand(point) for point in points))


CASES: list[tuple[dict[str, Any], tuple[Term, ...]]] = [
    ({}, ()),
    ({"assigned_ids": [], "query_type": "", "custom_fields": []}, ()),
    ({"assigned_ids": [21, "22"]}, (among("assignee", Id(21), Id(22)),)),
    ({"creator_ids": [21]}, (among("author", Id(21)),)),
    ({"tracker_ids": [3, 10005, 4]}, (among("type", Literal("bug"), Id(5), Id(0)),)),
    ({"status_ids": ["5"]}, (among("status", Literal("closed")),)),
    ({"priority_ids": [3]}, (among("priority", Literal("critical")),)),
    ({"severity_ids": [13]}, (among("severity", Literal("hint")),)),
    ({"domain_ids": [14]}, (among("area", Literal("performance")),)),
    ({"module_ids": [31], "iteration_ids": [41]}, (among("components", Id(31)), among("sprints", Id(41)))),
    ({"done_ratios": [40, 40]}, (among("done_ratio", Literal("40")),)),
    ({"done_ratios": [0]}, (among("done_ratio", Literal("0"), Function("empty")),)),
    ({"query_type": "backlog"}, (among("type", Literal("story"), Literal("task"), Literal("bug")),)),
    ({"query_type": "unheard of"}, ()),
    (
        {"custom_fields": [{"custom_field": "custom_field12", "value": "a, b,"}]},
        (Condition(CustomField("custom.12"), (Operand(Literal("a")), Operand(Literal("b")))),),
    ),
    (
        {"custom_fields": [{"custom_field": "custom_field12", "value": True}]},
        (Condition(CustomField("custom.12"), (Operand(Literal("true")),)),),
    ),
    (
        {"custom_fields": [{"custom_field": "custom_field12", "value": None}]},
        (Condition(CustomField("custom.12"), (Operand(Function("empty")),)),),
    ),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_a_filter_is_a_condition(body: dict[str, Any], expected: tuple[Term, ...]) -> None:
    assert terms(advanced(**body)) == expected


def test_an_interval_is_two_conditions() -> None:
    start = Condition("created_at", (Operand(Literal("2026-01-05 00:00:00.000000+00:00"), Operator.FROM),))
    end = Condition("created_at", (Operand(Literal("2026-01-07 00:00:00.000000+00:00"), Operator.BEFORE),))
    assert terms(advanced(created_time_interval="2026-01-05,2026-01-06")) == (start, end)
    assert terms(advanced(created_time_interval=",2026-01-06")) == (end,)


def test_story_points_are_known_by_their_whole_part() -> None:
    (found,) = terms(advanced(story_point_ids=[2, "2"]))
    from_ = Condition("story_points", (Operand(Literal("2"), Operator.FROM),))
    before = Condition("story_points", (Operand(Literal("3"), Operator.BEFORE),))
    assert found == Or((And((from_, before)),))


@pytest.mark.parametrize(
    ("body", "page"), [({}, (10, 0)), ({"limit": "", "offset": ""}, (10, 0)), ({"limit": "100", "offset": 7}, (100, 7))]
)
def test_a_page_is_ten_items_unless_told(body: dict[str, Any], page: tuple[int, int]) -> None:
    asked = advanced(**body)
    assert (asked.limit, asked.offset, asked.with_deleted) == (*page, False)


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"limit": "x"},
        {"assigned_ids": ["x"]},
        {"created_time_interval": "2026-01-05"},
        {"custom_fields": [{"custom_field": "berth"}]},
    ],
)
def test_a_filter_that_cannot_be_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ShoalError):
        advanced(**body)


def test_the_trash_belongs_to_it_if_asked() -> None:
    assert advanced(include_deleted=True).with_deleted


# --- the other lists -----------------------------------------------------------------------------------------------


def test_the_older_list_takes_its_filters_from_the_query_string() -> None:
    given = bodies.parameters(Params("tracker_id=7,3&updated_time_interval=2026-01-05,&limit=5"), ItemFilter)
    asked = query.listed(given, 3)
    moved = Condition("updated_at", (Operand(Literal("2026-01-05 00:00:00.000000+00:00"), Operator.FROM),))
    assert terms(asked) == (among("type", Literal("story"), Literal("bug")), moved)
    assert asked.limit == 5


def test_the_older_list_refuses_a_page_that_is_too_large() -> None:
    with pytest.raises(WrongParameter, match="limit"):
        query.listed(ItemFilter(limit=101), 3)


def test_children_are_those_of_the_project_below_the_item() -> None:
    assert query.children(3, 90).where == And((HERE, among("parent", Id(90))))
