"""Days, minutes and other stretches of time as people name them: `2017-04-30`, `today()`, `month() - 1w`.

A day named by one asker is not the day of another: the asker's time zone says when it begins. What the clock says comes
in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)

DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d\d?)-(?P<month>\d\d?)-(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})", re.ASCII),
)
TIME = re.compile(
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<offset>Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on, up to and without `end`."""

    start: datetime
    end: datetime

    def __add__(self, shift: timedelta) -> Period:
        """The period moved by this much on the clock of its time zone. Raises OverflowError outside the calendar."""
        return Period(self.start + shift, self.end + shift)

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        return (self.end - INSTANT).date()


def zone(name: str) -> tzinfo:
    """The time zone of this name; UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def read(text: str, tz: tzinfo) -> Period | None:
    """The day or the moment that the text names; None when it names none. Raises OverflowError for the end of the
    calendar.

    A moment is as long as it is exact: `17:25` is a minute, `17:25:00` a second, `17:25:00.5` no time at all.
    """
    day, _, rest = text.strip().replace("T", " ", 1).replace("t", " ", 1).partition(" ")
    start = _read_date(day)
    try:
        if start is None or not rest.strip():
            return _days(start, start + DAY, tz) if start else None
        return _read_time(start, rest.strip(), tz)
    except ValueError:
        return None


def called(name: str, now: datetime) -> Period | None:
    """The period of the function: the one of its kind that `now` is in; None when there is no such function."""
    function = FUNCTIONS.get(name)
    return function(now) if function else None


def _read_date(text: str) -> date | None:
    match = next((match for form in DATES if (match := form.fullmatch(text))), None)
    try:
        return date(**{part: int(number) for part, number in match.groupdict().items()}) if match else None
    except ValueError:
        return None


def _read_time(day: date, text: str, tz: tzinfo) -> Period | None:
    match = TIME.fullmatch(text)
    if match is None:
        return None
    micros = int((match["fraction"] or "0").ljust(6, "0")[:6])
    clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0), micros)
    start = datetime.combine(day, clock, _offset(match["offset"]) or tz)
    length = INSTANT if match["fraction"] else SECOND if match["second"] else MINUTE
    return Period(start, start + length)


def _offset(text: str | None) -> tzinfo | None:
    return datetime.strptime(text.upper(), "%z").tzinfo if text else None


def _days(first: date, end: date, tz: tzinfo) -> Period:
    return Period(datetime.combine(first, time(), tz), datetime.combine(end, time(), tz))


def _now(now: datetime) -> Period:
    start = now.replace(second=0, microsecond=0)
    return Period(start, start + MINUTE)


def _today(now: datetime) -> Period:
    return _days(now.date(), now.date() + DAY, _zone(now))


def _week(now: datetime) -> Period:
    monday = now.date() - now.weekday() * DAY
    return _days(monday, monday + 7 * DAY, _zone(now))


def _month(now: datetime) -> Period:
    return _months(now, now.month, 1)


def _quarter(now: datetime) -> Period:
    return _months(now, now.month - (now.month - 1) % 3, 3)


def _year(now: datetime) -> Period:
    return _months(now, 1, 12)


def _months(now: datetime, first: int, count: int) -> Period:
    years, month = divmod(first - 1 + count, 12)
    return _days(date(now.year, first, 1), date(now.year + years, month + 1, 1), _zone(now))


def _zone(now: datetime) -> tzinfo:
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return now.tzinfo


FUNCTIONS: Mapping[str, Callable[[datetime], Period]] = {
    "now": _now,
    "today": _today,
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}
