"""What the wire demands, as it goes with a change."""

from __future__ import annotations

import pytest

from shoal.dialects.codearts import rules
from shoal.dialects.codearts.issue_edits import WorkItemEdit
from shoal.domain.bulk import Transition, Update
from shoal.domain.errors import NotMember, UnknownValue
from shoal.domain.patch import Ref, Set


def test_an_edit_without_a_status_is_an_update_that_demands_all() -> None:
    change = rules.change(WorkItemEdit({"tags": Set("a")}, custom={"custom.7": "1, 2"}))
    assert isinstance(change, Update)
    assert change.patch.edits == {"tags": Set("a"), "custom.7": Set("1, 2", as_text=True)}
    assert change.patch.demands == rules.OF_ONE


def test_a_status_is_a_step_that_brings_a_resolution() -> None:
    change = rules.change(WorkItemEdit({}, status=5), rules.OF_MANY, comment="Done")
    assert isinstance(change, Transition)
    assert (change.to_status, change.resolutions) == (Ref(key="closed"), rules.RESOLUTIONS)
    assert change.patch.comment is not None
    assert change.patch.demands.hierarchy is None


def test_a_status_that_no_table_has_is_unknown() -> None:
    with pytest.raises(UnknownValue):
        rules.change(WorkItemEdit({}, status=99))


def test_for_one_item_a_stranger_is_told_as_such() -> None:
    with pytest.raises(rules.AssigneeNotMember, match="7"), rules.for_one_item():
        raise NotMember(7)
