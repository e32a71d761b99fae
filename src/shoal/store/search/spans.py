"""Conditions on numbers, durations, days and moments: each operand is a span of values, from a low to a high end."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from psycopg.sql import SQL, Composed, Identifier

from shoal.domain import durations, period
from shoal.domain.errors import Invalid, QuerySyntaxError
from shoal.domain.fields import Field, Kind
from shoal.domain.period import DAY, Period
from shoal.domain.query import Function, Literal, Operator, Point, Range, Shifted, Value
from shoal.store.search.names import Names, label
from shoal.store.search.params import Params
from shoal.store.search.texts import value as custom_text

NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
WORK = re.compile("".join(f"(?:([0-9]{{1,9}}){unit})?" for unit in "wdhms"), re.IGNORECASE)

End = float | date | datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` on up to `high`; without `high` itself where the end is `open`. None: without end."""

    low: End | None
    high: End | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of a kind are read, and their type in SQL."""

    span: Callable[[Point, Field, Names], Span]
    type: SQL


OPERATORS = (Operator.NOT, Operator.AFTER, Operator.BEFORE, Operator.FROM, Operator.UNTIL)


def in_span(field: Field, operator: Operator | None, operand: Value, names: Names, params: Params) -> Composed:
    """The field's value is in the operand's span, or on the side of it that the operator says."""
    expression = value(field, params)
    span = _span(field, operand, names)
    if operator in (None, Operator.NOT):
        return _within(expression, span, field, params)
    return _beside(expression, operator, span, field, params)


def is_scaled(field: Field) -> bool:
    return field.kind in SCALES and not field.is_list


def value(field: Field, params: Params) -> Composed:
    """The field's value as SQL; null without one."""
    if field.is_custom:
        return SQL("{}::{}").format(custom_text(field, params), SCALES[field.kind].type)
    return SQL("{}").format(Identifier("i", field.column or field.name))


def _within(expression: Composed, span: Span, field: Field, params: Params) -> Composed:
    parts = []
    if span.low is not None:
        parts.append(_beside(expression, Operator.FROM, span, field, params))
    if span.high is not None:
        parts.append(_beside(expression, Operator.UNTIL, span, field, params))
    return SQL("({})").format(SQL(" AND ").join(parts))


def _beside(expression: Composed, operator: Operator, span: Span, field: Field, params: Params) -> Composed:
    is_low = operator in (Operator.FROM, Operator.BEFORE)
    sign = SIGNS[operator, span.is_open and not is_low]
    end = params.add(span.low if is_low else span.high, SCALES[field.kind].type)
    return SQL("{} {} {}").format(expression, sign, end)


SIGNS: Mapping[tuple[Operator, bool], SQL] = {
    (Operator.FROM, False): SQL(">="),
    (Operator.BEFORE, False): SQL("<"),
    (Operator.AFTER, False): SQL(">"),
    (Operator.UNTIL, False): SQL("<="),
    (Operator.AFTER, True): SQL(">="),
    (Operator.UNTIL, True): SQL("<"),
}
"""By operator and whether the high end it looks at is open."""


# --- operands ------------------------------------------------------------------------------------------------------


def _span(field: Field, operand: Value, names: Names) -> Span:
    read = SCALES[field.kind].span
    if not isinstance(operand, Range):
        if isinstance(operand, Literal | Function | Shifted):
            return read(operand, field, names)
        raise QuerySyntaxError("query_value", operand.at, about=label(field))
    first = read(operand.first, field, names) if operand.first else None
    last = read(operand.last, field, names) if operand.last else None
    is_open = bool(last and last.is_open)
    return Span(first.low if first else None, last.high if last else None, is_open)


def _number(point: Point, field: Field, names: Names) -> Span:
    if not isinstance(point, Literal) or not NUMBER.fullmatch(point.text.strip()):
        raise QuerySyntaxError("query_number", point.at, about=label(field))
    number = float(point.text)
    if not math.isfinite(number) or abs(number) > 1e300:
        raise QuerySyntaxError("number_too_large", point.at)
    return Span(number, number, is_open=False)


def _duration(point: Point, field: Field, names: Names) -> Span:
    minutes = _minutes(point.text) if isinstance(point, Literal) else None
    if minutes is None or minutes > durations.LONGEST:
        raise QuerySyntaxError("query_duration", point.at, about=label(field))
    return Span(minutes, minutes, is_open=False)


def _minutes(text: str) -> int | None:
    """Minutes of work in `1w 2d 3h 4m 5s`, or in ISO 8601."""
    bare = "".join(text.split())
    match = WORK.fullmatch(bare)
    if match and bare:
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        work = weeks * durations.MINUTES_A_WEEK + days * durations.MINUTES_A_DAY
        return work + hours * durations.MINUTES_AN_HOUR + minutes + seconds // 60
    try:
        return durations.parse(bare)
    except Invalid:
        return None


def _days(point: Point, field: Field, names: Names) -> Span:
    found = _period(point, field, names)
    try:
        return Span(found.first_day, found.last_day + DAY, is_open=True)
    except OverflowError:
        raise QuerySyntaxError("outside_calendar", point.at) from None


def _moments(point: Point, field: Field, names: Names) -> Span:
    found = _period(point, field, names)
    try:
        return Span(found.start.astimezone(UTC), found.end.astimezone(UTC), is_open=True)
    except OverflowError:
        raise QuerySyntaxError("outside_calendar", point.at) from None


def _period(point: Point, field: Field, names: Names) -> Period:
    tz = names.now.tzinfo
    assert tz is not None
    found: Period | None = None
    try:
        match point:
            case Literal(text):
                found = period.read(text, tz)
            case Function(name):
                found = period.called(name, names.now)
            case Shifted(base, by):
                found = _period(base, field, names) + by
            case _:
                pass
    except OverflowError:
        raise QuerySyntaxError("outside_calendar", point.at) from None
    if found is None:
        raise QuerySyntaxError("query_date", point.at, about=label(field))
    return found


SCALES: Mapping[Kind, Scale] = {
    Kind.INTEGER: Scale(_number, SQL("double precision")),
    Kind.FLOAT: Scale(_number, SQL("double precision")),
    Kind.DURATION: Scale(_duration, SQL("bigint")),
    Kind.DATE: Scale(_days, SQL("date")),
    Kind.DATETIME: Scale(_moments, SQL("timestamptz")),
}
