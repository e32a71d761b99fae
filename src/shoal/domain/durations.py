"""Durations of work: minutes, written as ISO 8601 with a working day of 8 hours and a week of 5 days.

Source of both figures: the estimates of Yandex Tracker, whose API Shoal speaks.
"""

from __future__ import annotations

import re

from shoal.domain.errors import Invalid

MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 8 * MINUTES_AN_HOUR
MINUTES_A_WEEK = 5 * MINUTES_A_DAY
LONGEST = 2**31 - 1
"""Minutes; what the column holds."""

DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)


def parse(text: str) -> int:
    """Minutes of work in an ISO 8601 duration like `P1W2DT3H4M`; seconds are rounded down to the minute.

    Raises Invalid for anything else.
    """
    match = DURATION.fullmatch(text.strip().upper())
    if match is None:
        raise Invalid("not_a_duration", value=text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = weeks * MINUTES_A_WEEK + days * MINUTES_A_DAY + hours * MINUTES_AN_HOUR + minutes + seconds // 60
    if total > LONGEST:
        raise Invalid("duration_too_long", value=text, most=LONGEST)
    return total


def write(minutes: int) -> str:
    """The normalised ISO 8601 form: `P1W2DT3H4M`, `PT0M` for none."""
    weeks, rest = divmod(minutes, MINUTES_A_WEEK)
    days, rest = divmod(rest, MINUTES_A_DAY)
    hours, rest = divmod(rest, MINUTES_AN_HOUR)
    date = "".join(f"{n}{unit}" for n, unit in ((weeks, "W"), (days, "D")) if n)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (rest, "M")) if n)
    return f"P{date}T{time}" if time else f"P{date}" if date else "PT0M"
