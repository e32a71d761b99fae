from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain import period
from shoal.domain.period import Period

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 22, 1, 30, 45, tzinfo=MOSCOW)  # a Sunday; still the 21st in UTC


@pytest.mark.parametrize("text", ["2017-04-30", "30.04.2017", "30-04-2017", "04/30/2017", " 30.4.2017 "])
def test_day_is_read_in_every_form(text: str) -> None:
    day = period.read(text, MOSCOW)
    assert day == Period(datetime(2017, 4, 29, 21, tzinfo=UTC), datetime(2017, 4, 30, 21, tzinfo=UTC))
    assert (day.first_day, day.last_day) == (date(2017, 4, 30), date(2017, 4, 30))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2017-04-30 17:25", timedelta(minutes=1)),
        ("2017-04-30 17:25:00", timedelta(seconds=1)),
        ("30.04.2017T17:25:00.000", timedelta(microseconds=1)),
        ("2017-04-30T14:25Z", timedelta(minutes=1)),
        ("2017-04-30T16:25:00+0200", timedelta(seconds=1)),
        ("2017-04-30 16:25:00 +02:00", timedelta(seconds=1)),
    ],
)
def test_moment_is_as_long_as_it_is_exact(text: str, length: timedelta) -> None:
    start = datetime(2017, 4, 30, 17, 25, tzinfo=MOSCOW)
    assert period.read(text, MOSCOW) == Period(start, start + length)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2017", "2017-13-01", "31.04.2017", "2017-04-30 25:00", "2017-04-30 x", "٢٠١٧-٠٤-٣٠"],
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert period.read(text, MOSCOW) is None


def test_a_day_that_ends_after_the_calendar_is_told_from_none() -> None:
    with pytest.raises(OverflowError):
        period.read("9999-12-31", MOSCOW)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("now", (11, 22), (11, 22)),
        ("today", (11, 22), (11, 22)),
        ("week", (11, 16), (11, 22)),
        ("month", (11, 1), (11, 30)),
        ("quarter", (10, 1), (12, 31)),
        ("year", (1, 1), (12, 31)),
    ],
)
def test_function_is_the_period_that_now_is_in(name: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    found = period.called(name, NOW)
    assert found is not None
    assert found.start <= NOW < found.end
    assert (found.first_day, found.last_day) == (date(2026, *first), date(2026, *last))


def test_now_is_a_whole_minute() -> None:
    found = period.called("now", NOW)
    assert found == Period(NOW.replace(second=0), NOW.replace(minute=31, second=0))


def test_shift_goes_by_the_clock_of_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = period.read("2026-10-25", berlin)  # 25 hours long
    assert day is not None
    assert day + timedelta(days=1) == period.read("2026-10-26", berlin)


def test_unknown_zone_is_utc() -> None:
    for name in ("", "Nowhere/Town", "../etc/passwd", "\x00", "x" * 5000):
        assert NOW.astimezone(period.zone(name)).utcoffset() == timedelta()
    assert period.zone("Europe/Moscow") is MOSCOW


@given(st.text(max_size=40), st.from_regex(r"[0-9./ -]{0,12}[ Tt]?[0-9:.+Z-]{0,15}"))
def test_any_text_is_a_period_or_none(anything: str, similar: str) -> None:
    for text in (anything, similar):
        found = None
        with suppress(OverflowError):
            found = period.read(text, MOSCOW)
        assert found is None or found.start < found.end
