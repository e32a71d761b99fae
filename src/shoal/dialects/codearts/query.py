"""The advanced query and the other lists of work items, as queries of the core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from shoal.dialects.codearts import bodies
from shoal.dialects.codearts.bodies import (
    MANY,
    SOME_DIGITS,
    AnyNumber,
    Body,
    Interval,
    ItemPage,
    Number,
    Scalar,
    form,
    whole,
)
from shoal.dialects.codearts.issue_edits import CustomFieldName, custom_name
from shoal.dialects.codearts.tables import AREAS, OTHERS, PRIORITIES, SEVERITIES, STATUSES, TRACKERS, Table
from shoal.domain.errors import WrongParameter
from shoal.domain.query import (
    And,
    Condition,
    CustomField,
    Function,
    Id,
    Literal,
    Operand,
    Operator,
    Or,
    Point,
    Query,
    Sort,
    Term,
)

DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100
NEWEST_FIRST = (Sort("id", descending=True),)

VIEWS: Mapping[str, tuple[int, ...]] = {"epic": (5,), "feature": (6,), "backlog": (7, 2, 3)}
"""The trackers that each view shows. The vendor does not say; an unknown view shows all."""

PageSize = Annotated[Number, whole(r"(\s*(100|[1-9][0-9]?)\s*)?", "1 to 100; 10 without it.", least=1, most=100)]
PageOffset = Annotated[Number, whole(f"({SOME_DIGITS})?", "How many to leave out; 0 without it.")]


NumberList = Annotated[list[AnyNumber], MANY]


class CustomFilter(Body):
    custom_field: CustomFieldName
    value: Scalar | None = None


class AdvancedQuery(Body):
    """An empty array is no filter."""

    limit: PageSize | None = None
    offset: PageOffset | None = None
    assigned_ids: NumberList | None = None
    creator_ids: NumberList | None = None
    developer_ids: NumberList | None = None
    tracker_ids: NumberList | None = None
    status_ids: NumberList | None = None
    priority_ids: NumberList | None = None
    severity_ids: NumberList | None = None
    domain_ids: NumberList | None = None
    module_ids: NumberList | None = None
    iteration_ids: NumberList | None = None
    story_point_ids: NumberList | None = None
    done_ratios: NumberList | None = None
    query_type: str | None = None
    include_deleted: bool | None = None
    created_time_interval: Interval | None = None
    updated_time_interval: Interval | None = None
    closed_time_interval: Interval | None = None
    custom_fields: Annotated[list[CustomFilter], MANY] | None = None


class ItemFilter(ItemPage):
    """The older list, asked for by parameters."""

    tracker_id: Annotated[str, form(pattern="^[0-9]{1,18}(,[0-9]{1,18})*$")] | None = None
    created_time_interval: Interval | None = None
    updated_time_interval: Interval | None = None
    closed_time_interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A query, which page of its result, and whether the trash belongs to it."""

    query: Query
    limit: int
    offset: int
    with_deleted: bool = False


def advanced(body: AdvancedQuery, project_id: int) -> PageQuery:
    terms = [in_project(project_id), *_filters(body), *_view(body.query_type)]
    terms += [_custom(given) for given in body.custom_fields or ()]
    return page(terms, body.limit, body.offset, with_deleted=bool(body.include_deleted))


def children(project_id: int, parent_id: int) -> Query:
    below = Condition("parent", (Operand(Id(parent_id)),))
    return Query(And((in_project(project_id), below)), NEWEST_FIRST)


def listed(asked: ItemFilter, project_id: int) -> PageQuery:
    terms = [in_project(project_id)]
    if trackers := bodies.numbers("tracker_id", asked.tracker_id):
        terms.append(among("type", [_numbered(TRACKERS, number) for number in trackers]))
    for name, field in INTERVALS.items():
        terms += within(field, name, getattr(asked, name))
    return page(terms, asked.limit, asked.offset)


# --- the page ------------------------------------------------------------------------------------------------------


def page(terms: list[Term], limit: Number | None, offset: Number | None, *, with_deleted: bool = False) -> PageQuery:
    where = And(tuple(terms)) if terms else None
    size = DEFAULT_LIMIT if limit is None or limit == "" else bodies.number("limit", limit)
    start = 0 if offset is None or offset == "" else bodies.number("offset", offset)
    if not 1 <= size <= LARGEST_LIMIT:
        raise WrongParameter("limit", "between", most=LARGEST_LIMIT)
    if start < 0:
        raise WrongParameter("offset", "at_least", least=0)
    return PageQuery(Query(where, NEWEST_FIRST), size, start, with_deleted)


# --- conditions ----------------------------------------------------------------------------------------------------


def in_project(project_id: int) -> Term:
    return Condition("queue", (Operand(Id(project_id)),))


def _numbered(table: Table, number: int) -> Point:
    """What the wire's number means; what has no such number is nothing, and finds nothing."""
    key = next((key for key, known in table.numbers.items() if known == number), None)
    return Literal(key) if key is not None else Id(number - OTHERS if number > OTHERS else 0)


def by_number(table: Table) -> Callable[[int], Point]:
    return lambda number: _numbered(table, number)


REFERENCES: Mapping[str, tuple[str, Callable[[int], Point]]] = {
    "assigned_ids": ("assignee", Id),
    "creator_ids": ("author", Id),
    "developer_ids": ("developer", Id),
    "tracker_ids": ("type", by_number(TRACKERS)),
    "status_ids": ("status", by_number(STATUSES)),
    "priority_ids": ("priority", by_number(PRIORITIES)),
    "severity_ids": ("severity", by_number(SEVERITIES)),
    "domain_ids": ("area", by_number(AREAS)),
    "module_ids": ("components", Id),
    "iteration_ids": ("sprints", Id),
}
"""Filters by what an item refers to: the field, and what a number means in it."""

INTERVALS: Mapping[str, str] = {
    "created_time_interval": "created_at",
    "updated_time_interval": "updated_at",
    "closed_time_interval": "resolved_at",
}


def _filters(body: AdvancedQuery) -> Iterable[Term]:
    for name, (field, read) in REFERENCES.items():
        if given := getattr(body, name):
            yield among(field, [read(bodies.number(name, number)) for number in given])
    if body.done_ratios:
        yield _done([bodies.number("done_ratios", number) for number in body.done_ratios])
    if body.story_point_ids:
        yield _points([bodies.number("story_point_ids", number) for number in body.story_point_ids])
    for name, field in INTERVALS.items():
        yield from within(field, name, getattr(body, name))


def among(field: str, points: Iterable[Point]) -> Term:
    return Condition(field, tuple(Operand(point) for point in points))


def _view(query_type: str | None) -> list[Term]:
    trackers = VIEWS.get(query_type or "")
    return [among("type", [_numbered(TRACKERS, number) for number in trackers])] if trackers else []


def _done(numbers: list[int]) -> Term:
    """An item of which nobody has said how far it is stands at 0."""
    points: list[Point] = [Literal(str(number)) for number in dict.fromkeys(numbers)]
    return among("done_ratio", [*points, Function("empty")] if 0 in numbers else points)


def _points(numbers: list[int]) -> Term:
    """Story points are known here by their whole part."""
    return Or(
        tuple(
            And(
                (
                    Condition("story_points", (Operand(Literal(str(number)), Operator.FROM),)),
                    Condition("story_points", (Operand(Literal(str(number + 1)), Operator.BEFORE),)),
                )
            )
            for number in dict.fromkeys(numbers)
        )
    )


def within(field: str, name: str, text: str | None) -> Iterable[Term]:
    start, end = bodies.span(name, text)
    for moment, operator in ((start, Operator.FROM), (end, Operator.BEFORE)):
        if moment is not None:
            yield Condition(field, (Operand(_moment(moment), operator),))


def _moment(moment: datetime) -> Literal:
    return Literal(moment.isoformat(sep=" ", timespec="microseconds"))


def _custom(given: CustomFilter) -> Term:
    field = CustomField(custom_name(given.custom_field))
    text = str(given.value).lower() if isinstance(given.value, bool) else str(given.value or "")
    words = [word.strip() for word in text.split(",") if word.strip()]
    return Condition(field, tuple(Operand(Literal(word)) for word in words) or (Operand(Function("empty")),))
