"""Which transitions a workflow has from where."""

from __future__ import annotations

import pytest

from shoal.domain.workflow import Transition, Workflow, Workflows

OPEN, BUSY, CLOSED, ELSEWHERE = 1, 2, 3, 9
START = Transition("start", {"en": "Start"}, OPEN, BUSY)
CLOSE = Transition("close", {"en": "Close"}, None, CLOSED)
CLOSE_BUSY = Transition("close", {"en": "Close at once"}, BUSY, CLOSED, required=("assignee",))
REOPEN = Transition("reopen", {"en": "Reopen"}, CLOSED, OPEN)
WORKFLOW = Workflow(5, OPEN, (START, CLOSE, CLOSE_BUSY, REOPEN))


@pytest.mark.parametrize(
    ("status", "keys"), [(OPEN, ["start", "close"]), (BUSY, ["close", "close"]), (CLOSED, ["reopen"])]
)
def test_from_a_status_lead_its_own_transitions_and_those_from_anywhere(status: int, keys: list[str]) -> None:
    assert [transition.key for transition in WORKFLOW.available(status)] == keys


def test_one_from_anywhere_does_not_lead_to_where_the_issue_is() -> None:
    assert not CLOSE.leads_from(CLOSED)


def test_by_key_the_status_s_own_goes_before_one_from_anywhere() -> None:
    assert WORKFLOW.find("close", BUSY) is CLOSE_BUSY
    assert WORKFLOW.find("close", OPEN) is CLOSE


def test_by_target_the_status_s_own_goes_before_one_from_anywhere() -> None:
    assert WORKFLOW.find_to(CLOSED, BUSY) is CLOSE_BUSY
    assert WORKFLOW.find_to(CLOSED, OPEN) is CLOSE


def test_a_transition_of_another_status_is_not_found() -> None:
    assert WORKFLOW.find("start", CLOSED) is None
    assert WORKFLOW.find_to(BUSY, CLOSED) is None


@pytest.mark.parametrize("status", [OPEN, BUSY, CLOSED])
def test_a_workflow_has_the_statuses_that_its_transitions_touch(status: int) -> None:
    assert WORKFLOW.has_status(status)


def test_a_workflow_has_no_others() -> None:
    assert not WORKFLOW.has_status(ELSEWHERE)


def test_a_workflow_without_transitions_has_the_status_that_it_begins_with() -> None:
    assert Workflow(6, OPEN, ()).has_status(OPEN)


def test_a_workflow_is_that_of_a_type_in_a_queue() -> None:
    workflows = Workflows({(7, 70): WORKFLOW}, {})
    assert workflows.find(7, 70) is WORKFLOW
    assert workflows.find(7, 71) is None
    assert workflows.find(8, 70) is None


@pytest.mark.parametrize(
    ("status", "is_final"), [(OPEN, False), (BUSY, False), (CLOSED, True), (4, True), (ELSEWHERE, False)]
)
def test_what_is_done_or_cancelled_has_ended(status: int, is_final: bool) -> None:
    categories = {OPEN: "new", BUSY: "in_progress", CLOSED: "done", 4: "cancelled"}
    assert Workflows({}, categories).is_final(status) is is_final
