"""Conditions on numbers, durations, days and moments."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from shoal.domain.actor import Actor
from shoal.domain.errors import QuerySyntaxError
from shoal.domain.fields import STANDARD, Field, Kind
from shoal.domain.query import Function, Literal, Operator, Range, Value
from shoal.store.search import spans
from shoal.store.search.names import Names
from shoal.store.search.params import Params

MOSCOW = timezone(timedelta(hours=3))
NAMES = Names(Actor(1, 7, "rosa", "Rosa"), datetime(2026, 3, 4, 1, 0, tzinfo=MOSCOW), {})
DEADLINE, POINTS, UPDATED = STANDARD["deadline"], STANDARD["story_points"], STANDARD["updated_at"]
WORK = STANDARD["estimation"]


def condition(field: Field, operand: Value, operator: Operator | None = None) -> tuple[str, list[Any]]:
    """The SQL, with its values apart."""
    params = Params()
    said = spans.in_span(field, operator, operand, NAMES, params).as_string(None)
    for name in params.values:
        said = said.replace(f"%({name})s", "?")
    return said, list(params.values.values())


def test_a_day_is_from_itself_up_to_the_next() -> None:
    said, values = condition(DEADLINE, Literal("2026-03-04"))
    assert said == '("i"."deadline" >= ?::date AND "i"."deadline" < ?::date)'
    assert values == [date(2026, 3, 4), date(2026, 3, 5)]


@pytest.mark.parametrize(
    ("operator", "said", "value"),
    [
        (Operator.AFTER, '"i"."deadline" >= ?::date', date(2026, 3, 5)),
        (Operator.FROM, '"i"."deadline" >= ?::date', date(2026, 3, 4)),
        (Operator.BEFORE, '"i"."deadline" < ?::date', date(2026, 3, 4)),
        (Operator.UNTIL, '"i"."deadline" < ?::date', date(2026, 3, 5)),
    ],
)
def test_beside_a_day_is_beside_the_whole_of_it(operator: Operator, said: str, value: date) -> None:
    assert condition(DEADLINE, Literal("2026-03-04"), operator) == (said, [value])


def test_today_is_the_day_of_who_asks() -> None:
    _, values = condition(UPDATED, Function("today"))
    assert [value.isoformat() for value in values] == ["2026-03-03T21:00:00+00:00", "2026-03-04T21:00:00+00:00"]


def test_a_number_is_itself_and_nothing_beside() -> None:
    said, values = condition(POINTS, Literal(" 2.5 "))
    assert said == '("i"."story_points" >= ?::double precision AND "i"."story_points" <= ?::double precision)'
    assert values == [2.5, 2.5]


def test_a_range_may_be_open_at_an_end() -> None:
    assert condition(POINTS, Range(Literal("2"), None)) == ('("i"."story_points" >= ?::double precision)', [2.0])
    assert condition(POINTS, Range(None, Literal("5"))) == ('("i"."story_points" <= ?::double precision)', [5.0])


def test_the_last_day_of_a_range_is_in_it() -> None:
    _, values = condition(DEADLINE, Range(Literal("2026-03-04"), Literal("2026-03-06")))
    assert values == [date(2026, 3, 4), date(2026, 3, 7)]


@pytest.mark.parametrize(
    ("text", "minutes"), [("1h", 60), ("1d", 480), ("1w", 2400), ("1d 2h 30m", 630), ("PT1H30M", 90), ("1H", 60)]
)
def test_a_duration_is_minutes_of_work(text: str, minutes: int) -> None:
    assert condition(WORK, Literal(text))[1] == [minutes, minutes]


def test_a_custom_field_is_read_as_its_kind() -> None:
    said, _ = condition(Field("custom.4", Kind.INTEGER, id=4), Literal("5"), Operator.AFTER)
    assert said == "(i.custom ->> ?::text)::double precision > ?::double precision"


@pytest.mark.parametrize(
    ("field", "operand"),
    [
        (POINTS, Literal("many")),
        (POINTS, Literal("1e5")),
        (POINTS, Function("today")),
        (DEADLINE, Literal("yesterday or so")),
        (DEADLINE, Function("me")),
        (WORK, Literal("")),
        (WORK, Literal("999999999w")),
    ],
)
def test_what_is_no_value_of_the_field_is_refused(field: Field, operand: Value) -> None:
    with pytest.raises(QuerySyntaxError):
        condition(field, operand)
