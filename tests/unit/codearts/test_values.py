"""Values as they stand on the wire."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.dialects.codearts import values
from shoal.domain.fields import STANDARD, Field, Kind
from tests.unit.codearts.things import KNOWN, NOON, NOON_MILLIS

EAST = timezone(timedelta(hours=8))


def test_times_are_told_in_utc() -> None:
    at = datetime(2026, 1, 5, 20, 0, 0, 999_999, tzinfo=EAST)
    assert values.moment(at) == "2026-01-05 12:00:00"
    assert values.millis(at.replace(microsecond=0)) == values.millis(NOON) == NOON_MILLIS
    assert values.millis(date(2026, 1, 5)) == values.millis(datetime(2026, 1, 5, tzinfo=UTC))
    assert values.moment(None) is values.millis(None) is values.day(None) is None


@pytest.mark.parametrize(("minutes", "hours"), [(None, 0), (0, 0), (90, 1.5), (1, 0.02), (100, 1.67)])
def test_hours_have_two_places(minutes: int | None, hours: float) -> None:
    assert values.hours(minutes) == hours


def test_a_thing_has_the_vendors_number_or_one_of_its_own() -> None:
    assert values.named(KNOWN, Kind.STATUS, 2) == values.Named(1, "Open")
    assert values.named(KNOWN, Kind.SEVERITY, 5) == values.Named(10_005, "Odd")
    assert values.named(KNOWN, Kind.COMPONENT, 31) == values.Named(31, "Core")
    assert values.named(KNOWN, Kind.COMPONENT, 4711) is values.named(KNOWN, Kind.COMPONENT, None) is None


@pytest.mark.parametrize(
    ("field", "stored", "text"),
    [
        (STANDARD["assignee"], 21, "rosa"),
        (STANDARD["status"], 2, "Open"),
        (STANDARD["status"], 4711, ""),
        (STANDARD["estimation"], 90, "1.5"),
        (STANDARD["components"], [31, 4711, 32], "Core,API"),
        (STANDARD["summary"], None, ""),
        (None, [], ""),
        (None, True, "true"),
        (None, 2.0, "2"),
        (None, 2.5, "2.5"),
        (None, "x", "x"),
    ],
)
def test_a_value_as_people_read_it(field: Field | None, stored: object, text: str) -> None:
    assert values.text(field, stored, KNOWN) == text


@given(st.integers(-(10**9), 10**9))
def test_a_number_without_a_fraction_shows_none(number: int) -> None:
    assert values.plain(float(number)) == str(number)
