"""The state machine of bulk changes, and the counts of one."""

from __future__ import annotations

from itertools import product

import pytest

from shoal.domain.bulk import MOVES, State, Tally, Wanted


def reached(start: State) -> set[State]:
    """The states to which a way leads."""
    found, todo = set[State](), [start]
    while todo:
        new = MOVES[todo.pop()] - found
        found |= new
        todo += new
    return found


def test_every_state_has_its_moves_and_none_leads_to_itself() -> None:
    assert MOVES.keys() == set(State)
    assert not any(state in MOVES[state] for state in State)


def test_every_state_is_reached_from_a_preview_but_the_preview() -> None:
    assert reached(State.PREVIEWED) == set(State) - {State.PREVIEWED}


@pytest.mark.parametrize("state", [state for state in State if not state.is_terminal])
def test_nothing_that_has_not_ended_is_without_an_end(state: State) -> None:
    assert any(after.is_terminal for after in reached(state))
    assert State.CANCELLED in MOVES[state]


def test_an_end_is_final() -> None:
    ends = {State.COMPLETE, State.COMPLETE_WITH_ERRORS, State.CANCELLED, State.FAILED}
    assert {state for state in State if state.is_terminal} == ends


def test_sources_are_the_moves_read_backwards() -> None:
    for source, to in product(State, State):
        assert (source in to.sources) == (to in MOVES[source])


def test_what_has_not_begun_cannot_end_with_errors() -> None:
    assert State.COMPLETE_WITH_ERRORS.sources == {State.RUNNING}


def test_only_at_work_can_it_be_paused_and_only_paused_does_it_go_on() -> None:
    assert State.PAUSED.sources == {state for state in State if state.is_active}
    assert {source for source in State.RUNNING.sources if source is not State.QUEUED} == {State.PAUSED}


@pytest.mark.parametrize(("wanted", "state"), [(Wanted.CANCEL, State.CANCELLED), (Wanted.PAUSE, State.PAUSED)])
def test_what_is_wanted_leads_to_a_state(wanted: Wanted, state: State) -> None:
    assert wanted.state is state


def test_tallies_add_up_count_by_count() -> None:
    assert Tally(1, 2, 3, 4, 5) + Tally(changed=10, skipped=50) == Tally(11, 2, 3, 4, 55)
    assert Tally(1, 2, 3, 4, 5).refused == 12
