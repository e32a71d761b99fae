"""Bulk changes: what is asked for, and how far it is."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.dialects.yandex import bulk, ids
from shoal.domain.bulk import Listed, Matching
from shoal.domain.errors import Invalid
from shoal.domain.patch import Set
from tests.unit.yandex.shapes import sent


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
