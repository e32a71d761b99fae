"""The rules of sprints."""

from __future__ import annotations

from datetime import date

import pytest

from shoal.domain.errors import Conflict, Invalid
from shoal.domain.sprint import AtEnd, check_dates, check_step

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


@pytest.mark.parametrize(("start", "end"), [(MONDAY, FRIDAY), (MONDAY, MONDAY), (None, MONDAY), (FRIDAY, None)])
def test_a_sprint_may_end_on_the_day_it_begins_or_have_no_dates(start: date | None, end: date | None) -> None:
    check_dates(start, end)


def test_a_sprint_does_not_end_before_it_begins() -> None:
    with pytest.raises(Invalid) as refused:
        check_dates(FRIDAY, MONDAY)
    assert list(refused.value.fields) == ["end_date"]


@pytest.mark.parametrize("step", ["draft in_progress", "in_progress draft", "released in_progress", "draft draft"])
def test_a_step_goes_to_a_neighbour_either_way(step: str) -> None:
    before, after = step.split()
    check_step(before, after, None)


@pytest.mark.parametrize("step", ["draft released", "released draft", "archived draft", "draft archived", "draft lost"])
def test_no_step_leaves_a_state_out_or_the_order(step: str) -> None:
    before, after = step.split()
    with pytest.raises(Conflict, match=f"{before}.*{after}"):
        check_step(before, after, AtEnd.CLOSE)


def test_the_last_step_must_say_what_becomes_of_open_issues() -> None:
    check_step("in_progress", "released", AtEnd.TAKE_OFF)
    with pytest.raises(Invalid) as refused:
        check_step("in_progress", "released", None)
    assert list(refused.value.fields) == ["at_end"]
