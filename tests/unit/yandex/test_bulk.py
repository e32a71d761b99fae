"""Bulk changes: what is asked for, and how far it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.dialects.yandex import bulk, ids
from shoal.domain.bulk import BulkChange, Listed, Matching, Outcome, State
from shoal.domain.errors import Invalid
from shoal.domain.patch import Set
from shoal.domain.problems import REQUIRED, problem
from tests.unit.yandex.shapes import V2, V3, sent, written


def test_issues_are_named_by_keys_ids_and_objects() -> None:
    own = ids.write(ids.ISSUE, 77)
    selection = bulk.read_selection(["TEST-1", own, {"key": "TEST-2"}, {"id": own}])
    assert isinstance(selection, Listed)
    assert [(ref.queue, ref.number, ref.id) for ref in selection.refs] == [
        ("TEST", 1, None),
        (None, None, 77),
        ("TEST", 2, None),
        (None, None, 77),
    ]


def test_a_text_is_a_query() -> None:
    selection = bulk.read_selection("Queue: TEST")
    assert isinstance(selection, Matching)
    assert selection.text == "Queue: TEST"


@pytest.mark.parametrize("issues", [None, [], "", " ", 5, {}, [5], [""], [{}], '"Sort by": Key ASC'])
def test_what_names_no_issues_is_refused(issues: Any) -> None:
    with pytest.raises(Invalid) as refused:
        bulk.read_selection(issues)
    assert list(refused.value.fields) == ["issues"]


def test_values_are_a_patch() -> None:
    update = bulk.read_update(sent(bulk.UpdateBody, values={"priority": "minor"}))
    assert update.patch.edits == {"priority": Set("minor")}


@pytest.mark.parametrize("values", [None, {}, []])
def test_an_update_changes_something(values: Any) -> None:
    with pytest.raises(Invalid) as refused:
        bulk.read_update(sent(bulk.UpdateBody, values=values))
    assert list(refused.value.fields) == ["values"]


@pytest.mark.parametrize("named", ["close", " close ", {"id": "close"}, {"key": "close"}])
def test_a_transition_is_named_by_its_id(named: Any) -> None:
    assert bulk.read_transition(sent(bulk.TransitionBody, transition=named)).transition == "close"


@pytest.mark.parametrize("named", [None, "", {}, 5, ["close"]])
def test_a_transition_without_a_name_is_refused(named: Any) -> None:
    with pytest.raises(Invalid) as refused:
        bulk.read_transition(sent(bulk.TransitionBody, transition=named))
    assert list(refused.value.fields) == ["transition"]


def change(state: State, **counts: int) -> BulkChange:
    """A bulk change of 200 issues in 4 chunks, with these counts."""
    none = dict.fromkeys(("changed", "unchanged", "failed", "conflicted", "skipped", "chunks_done"), 0)
    return BulkChange(
        id=4,
        author_id=5,
        author="Rosa Prado",
        state=state,
        kind="update",
        query=None,
        notify=False,
        wanted=None,
        error=None,
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
        started_at=None,
        finished_at=None,
        **{"total": 200, "chunks": 4} | none | counts,
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("view", [V2, V3])
def test_every_state_has_a_status_and_a_whole_sentence(state: State, view: Any) -> None:
    answer = written(bulk.write(view, change(state)))
    assert answer["status"] in {"CREATED", "PROCESSING", "COMPLETE", "FAILED"}
    assert answer["statusText"]
    assert not set("{}") & set(answer["statusText"])


def test_progress_is_never_whole_before_the_end() -> None:
    answer = bulk.write(V2, change(State.RUNNING, changed=200, chunks_done=4))
    assert (answer.execution_issue_percent, answer.execution_chunk_percent) == (99, 99)


@pytest.mark.parametrize("state", [state for state in State if state.is_terminal])
def test_what_has_ended_is_whole_however_it_ended(state: State) -> None:
    answer = bulk.write(V2, change(state, changed=1))
    assert (answer.execution_issue_percent, answer.execution_chunk_percent) == (100, 100)


def test_a_bulk_change_of_no_issues_has_come_nowhere_yet() -> None:
    assert bulk.write(V2, change(State.QUEUED, total=0, chunks=0)).execution_issue_percent == 0


def test_an_issue_that_already_was_as_asked_is_completed_and_a_refused_one_is_not() -> None:
    answer = bulk.write(V2, change(State.COMPLETE_WITH_ERRORS, changed=90, unchanged=60, failed=30, skipped=20))
    assert (answer.total_issues, answer.total_completed_issues) == (200, 150)
    assert answer.status_text == "150 of 200 issues are done; 50 were not changed."


def test_the_first_answer_counts_nothing() -> None:
    assert not written(bulk.write_created(V2, change(State.QUEUED))).keys() & {"totalIssues", "totalCompletedIssues"}


def test_an_issue_that_was_not_changed_says_why_in_the_language_of_the_caller() -> None:
    refused = Outcome(77, "TEST-1", "Leaky pump", "failed", (problem(REQUIRED, "summary"),))
    english, russian = (written(bulk.write_outcome(view, refused, {})) for view in (V2, V3))
    assert english["status"] == russian["status"] == "FAILED"
    assert list(english["error"]["errors"]) == list(russian["error"]["errors"]) == ["summary"]
    assert english["error"]["errors"] != russian["error"]["errors"]


def test_an_issue_that_was_changed_has_no_error() -> None:
    answer = written(bulk.write_outcome(V2, Outcome(77, "TEST-1", "Leaky pump", "changed"), {}))
    assert (answer["status"], answer["statusText"]) == ("COMPLETE", "Changed.")
    assert "error" not in answer


def test_an_issue_that_is_gone_is_named_by_its_id() -> None:
    gone = written(bulk.write_outcome(V2, Outcome(77, None, "", "changed"), {}))["issue"]
    assert gone["key"] == gone["id"] == ids.write(ids.ISSUE, 77)
