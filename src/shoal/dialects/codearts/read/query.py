"""The advanced query and the other lists of work items, as queries of the core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read.bodies import Number
from shoal.dialects.codearts.read.issues import custom_name
from shoal.dialects.codearts.tables import AREAS, OTHERS, PRIORITIES, SEVERITIES, STATUSES, TRACKERS, Table
from shoal.dialects.http import Params
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
Numbers = list[Number] | None

VIEWS: Mapping[str, tuple[int, ...]] = {"epic": (5,), "feature": (6,), "backlog": (7, 2, 3)}
"""The trackers that each view shows. The vendor does not say; an unknown view shows all."""


class CustomFilter(Struct, frozen=True):
    custom_field: str | None = None
    value: str | int | float | bool | None = None


class Filter(Struct, frozen=True):
    """An empty array is no filter."""

    limit: Number | None = None
    offset: Number | None = None
    assigned_ids: Numbers = None
    creator_ids: Numbers = None
    developer_ids: Numbers = None
    tracker_ids: Numbers = None
    status_ids: Numbers = None
    priority_ids: Numbers = None
    severity_ids: Numbers = None
    domain_ids: Numbers = None
    module_ids: Numbers = None
    iteration_ids: Numbers = None
    story_point_ids: Numbers = None
    done_ratios: Numbers = None
    query_type: str | None = None
    include_deleted: bool | None = None
    created_time_interval: str | None = None
    updated_time_interval: str | None = None
    closed_time_interval: str | None = None
    custom_fields: list[CustomFilter] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, which page of its result, and whether the trash belongs to it."""

    query: Query
    limit: int
    offset: int
    with_deleted: bool = False


def advanced(raw: bytes, project_id: int) -> Asked:
    body = bodies.decode(raw, Filter)
    terms = [in_project(project_id), *_filters(body), *_view(body.query_type)]
    terms += [_custom(given) for given in body.custom_fields or ()]
    return _asked(terms, body.limit, body.offset, with_deleted=bool(body.include_deleted))


def children(project_id: int, parent_id: int) -> Query:
    below = Condition("parent", (Operand(Id(parent_id)),))
    return Query(And((in_project(project_id), below)), NEWEST_FIRST)


def listed(params: Params, project_id: int) -> Asked:
    """The older list, asked for by parameters."""
    terms = [in_project(project_id)]
    if trackers := _numbers("tracker_id", params.text("tracker_id")):
        terms.append(_among("type", [_numbered(TRACKERS, number) for number in trackers]))
    for name, field in INTERVALS.items():
        terms += _within(field, name, params.text(name))
    return _asked(terms, params.text("limit"), params.text("offset"))


class WorkTable(Struct, frozen=True):
    """What is looked for in all projects; several ids come in one text, with commas between."""

    offset: Number | None = None
    limit: Number | None = None
    subject: str | None = None
    created_on: str | None = None
    updated_on: str | None = None
    closed_on: str | None = None
    start_date: str | None = None
    due_date: str | None = None
    tracker_id: Number | None = None
    status_id: Number | None = None
    author_id: Number | None = None
    developer_id: Number | None = None
    priority_id: Number | None = None


def everywhere(raw: bytes) -> Asked:
    body = bodies.decode(raw, WorkTable)
    terms: list[Term] = []
    for name, (field, read) in WORK_TABLE.items():
        if numbers := _numbers(name, getattr(body, name)):
            terms.append(_among(field, [read(number) for number in numbers]))
    for name, field in DATES.items():
        terms += _within(field, name, getattr(body, name))
    if body.subject:
        terms.append(Condition("summary", (Operand(Literal(body.subject)),)))
    return _asked(terms, body.limit, body.offset)


# --- the page ------------------------------------------------------------------------------------------------------


def _asked(terms: list[Term], limit: Number | None, offset: Number | None, *, with_deleted: bool = False) -> Asked:
    where = And(tuple(terms)) if terms else None
    size, start = page(limit, offset)
    return Asked(Query(where, NEWEST_FIRST), size, start, with_deleted)


def page(limit: Number | None, offset: Number | None, *, most: int = LARGEST_LIMIT) -> tuple[int, int]:
    """Limit and offset, by default and within their bounds."""
    size = DEFAULT_LIMIT if limit is None or limit == "" else bodies.number("limit", limit)
    start = 0 if offset is None or offset == "" else bodies.number("offset", offset)
    if not 1 <= size <= most:
        raise WrongParameter("limit", f"1 to {most} is expected")
    if start < 0:
        raise WrongParameter("offset", "at least 0 is expected")
    return size, start


# --- conditions ----------------------------------------------------------------------------------------------------


def in_project(project_id: int) -> Term:
    return Condition("queue", (Operand(Id(project_id)),))


def _numbered(table: Table, number: int) -> Point:
    """What the wire's number means; what has no such number is nothing, and finds nothing."""
    key = next((key for key, known in table.numbers.items() if known == number), None)
    return Literal(key) if key is not None else Id(number - OTHERS if number > OTHERS else 0)


def _by(table: Table) -> Callable[[int], Point]:
    return lambda number: _numbered(table, number)


BY_NUMBER: Mapping[str, tuple[str, Callable[[int], Point]]] = {
    "assigned_ids": ("assignee", Id),
    "creator_ids": ("author", Id),
    "developer_ids": ("developer", Id),
    "tracker_ids": ("type", _by(TRACKERS)),
    "status_ids": ("status", _by(STATUSES)),
    "priority_ids": ("priority", _by(PRIORITIES)),
    "severity_ids": ("severity", _by(SEVERITIES)),
    "domain_ids": ("area", _by(AREAS)),
    "module_ids": ("components", Id),
    "iteration_ids": ("sprints", Id),
}
"""Filters by what an item refers to: the field, and what a number means in it."""

WORK_TABLE: Mapping[str, tuple[str, Callable[[int], Point]]] = {
    "tracker_id": ("type", _by(TRACKERS)),
    "status_id": ("status", _by(STATUSES)),
    "author_id": ("author", Id),
    "developer_id": ("developer", Id),
    "priority_id": ("priority", _by(PRIORITIES)),
}

INTERVALS: Mapping[str, str] = {
    "created_time_interval": "created_at",
    "updated_time_interval": "updated_at",
    "closed_time_interval": "resolved_at",
}
DATES: Mapping[str, str] = {
    "created_on": "created_at",
    "updated_on": "updated_at",
    "closed_on": "resolved_at",
    "start_date": "start",
    "due_date": "end",
}


def _filters(body: Filter) -> Iterable[Term]:
    for name, (field, read) in BY_NUMBER.items():
        if given := getattr(body, name):
            yield _among(field, [read(bodies.number(name, number)) for number in given])
    if body.done_ratios:
        yield _done([bodies.number("done_ratios", number) for number in body.done_ratios])
    if body.story_point_ids:
        yield _points([bodies.number("story_point_ids", number) for number in body.story_point_ids])
    for name, field in INTERVALS.items():
        yield from _within(field, name, getattr(body, name))


def _among(field: str, points: Iterable[Point]) -> Term:
    return Condition(field, tuple(Operand(point) for point in points))


def _view(query_type: str | None) -> list[Term]:
    trackers = VIEWS.get(query_type or "")
    return [_among("type", [_numbered(TRACKERS, number) for number in trackers])] if trackers else []


def _done(numbers: list[int]) -> Term:
    """An item of which nobody has said how far it is stands at 0."""
    points: list[Point] = [Literal(str(number)) for number in dict.fromkeys(numbers)]
    return _among("done_ratio", [*points, Function("empty")] if 0 in numbers else points)


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


def _within(field: str, name: str, text: str | None) -> Iterable[Term]:
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


def _numbers(name: str, value: Number | None) -> list[int]:
    pieces = [] if value is None else [piece.strip() for piece in str(value).split(",")]
    return [bodies.number(name, piece) for piece in pieces if piece]
