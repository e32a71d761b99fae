"""Iterations: sprints, asked for and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from msgspec import UNSET, to_builtins

from shoal.actions.sprints import Report
from shoal.dialects.codearts import ids, iterations
from shoal.dialects.codearts.iterations import IterationEdit, NewIteration
from shoal.domain.errors import WrongParameter
from shoal.domain.sprint import AtEnd, Day, NewSprint, Progress, Sprint, SprintChange, SprintEdit
from tests.unit.codearts.things import NOON, NOON_MILLIS, ORGANISATION

SPRINT = Sprint(
    id=41,
    board_id=1,
    board="Board",
    queue_id=3,
    name="Week 1",
    description="",
    state="in_progress",
    start_date=date(2026, 1, 5),
    end_date=None,
    created_by=21,
    creator="rosa",
    created_at=NOON,
    updated_at=NOON,
    deleted_at=None,
    version=1,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [(None, None), ("", None), (" ", None), ("2026-01-05", date(2026, 1, 5)), ("2026-01-05 99:99", date(2026, 1, 5))],
)
def test_a_time_of_day_is_cut_off(text: str | None, day: date | None) -> None:
    assert iterations.new_sprint(NewIteration("Week 1", begin_time=text)) == NewSprint(None, "Week 1", day)


def test_null_leaves_an_iteration_as_it_is_and_an_empty_text_takes_its_day_away() -> None:
    assert iterations.sprint_edit(IterationEdit()) == SprintEdit()
    asked = iterations.sprint_edit(IterationEdit(begin_time="", end_time="2026-01-09"))
    assert (asked.start_date, asked.end_date, asked.name) == (None, date(2026, 1, 9), UNSET)


@pytest.mark.parametrize(("status", "state"), [("0", "draft"), (1, "in_progress"), ("2", "released")])
def test_a_status_is_a_state(status: int | str, state: str) -> None:
    assert iterations.sprint_edit(IterationEdit(status=status)).state == state


def test_what_becomes_of_open_items_is_told() -> None:
    assert iterations.sprint_edit(IterationEdit(over_type="empty")).at_end is AtEnd.TAKE_OFF
    assert iterations.sprint_edit(IterationEdit(over_type="")).at_end is None


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (IterationEdit(begin_time="5 January"), "begin_time"),
        (IterationEdit(end_time="2026-02-30"), "end_time"),
        (IterationEdit(status="3"), "status"),
        (IterationEdit(over_type="drop"), "over_type"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(asked: IterationEdit, name: str) -> None:
    with pytest.raises(WrongParameter, match=name):
        iterations.sprint_edit(asked)


# --- shown ---------------------------------------------------------------------------------------------------------


def test_in_the_list_the_status_is_text_and_an_archived_one_has_ended() -> None:
    found = iterations.listed([SPRINT, replace(SPRINT, state="archived", deleted_at=NOON)])
    assert found.total == 2
    assert [(it.status, it.deleted, it.updated_time) for it in found.iterations] == [
        ("1", False, NOON_MILLIS),
        ("2", True, NOON_MILLIS),
    ]


@pytest.mark.parametrize(("closed", "total", "progress"), [(0, 0, "0%"), (1, 3, "33%"), (3, 3, "100%")])
def test_progress_is_whole_percent(closed: int, total: int, progress: str) -> None:
    shown = iterations.shown(Report(SPRINT, Progress(total, closed, True), []))
    assert (shown.progress, shown.opened_total, shown.have_task) == (progress, total - closed, True)


def test_the_chart_has_a_point_a_day() -> None:
    report = Report(SPRINT, Progress(3, 1, False), [Day(date(2026, 1, 5), 1, 3)])
    (point,) = to_builtins(iterations.shown(report))["charts"]
    assert point == {
        "date": "2026-01-05",
        "finished_num": 1,
        "iteration_id": 41,
        "project_num_id": 3,
        "remaining_num": 2,
        "total": 3,
    }


def test_history_speaks_of_fields_and_states_as_the_wire_does() -> None:
    changes = {"state": ("draft", "in_progress"), "start_date": (None, "2026-01-05"), "name": ("draft", "Week 1")}
    change = SprintChange(1, 41, NOON, 21, "rosa", "Rosa Luna", "updated", changes)
    found = iterations.history(SPRINT, [change], 9, ORGANISATION)
    (entry,) = found.histories
    assert (found.total, entry.iteration_id, entry.project_id) == (9, "41", ids.project(3))
    assert (entry.operate, entry.operator.user_name, entry.operator.domain_name) == ("update", "rosa", "Harbour")
    assert [(it.operate_field_name, it.old_value, it.new_value) for it in entry.details] == [
        ("status", "0", "1"),
        ("begin_time", "", "2026-01-05"),
        ("name", "draft", "Week 1"),
    ]
