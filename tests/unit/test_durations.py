"""Durations of work: a day has 8 hours, a week 5 days."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain import durations
from shoal.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "minutes", "written"),
    [
        ("PT1H30M", 90, "PT1H30M"),
        ("P1DT2H", 600, "P1DT2H"),
        ("P1W", 2400, "P1W"),
        ("P1W2DT3H4M", 2400 + 960 + 184, "P1W2DT3H4M"),
        ("PT40H", 2400, "P1W"),
        ("P7D", 3360, "P1W2D"),
        ("PT0S", 0, "PT0M"),
        ("pt90m", 90, "PT1H30M"),
    ],
)
def test_a_duration_is_minutes_and_normalised(text: str, minutes: int, written: str) -> None:
    assert durations.parse(text) == minutes
    assert durations.write(minutes) == written


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1h", "P1Y", "P1M", "PT-1H", "-PT1H", "PT1.5H", "P١D", "PT99999999999H"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="duration"):
        durations.parse(text)


@given(st.integers(0, durations.LONGEST))
def test_what_is_written_is_read_again(minutes: int) -> None:
    assert durations.parse(durations.write(minutes)) == minutes
