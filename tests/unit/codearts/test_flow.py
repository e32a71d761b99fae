"""A work item after a change of status."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shoal.dialects.codearts import bodies, flow
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.flow import Flow
from tests.unit.codearts.things import NOON, PROJECT, found, written


def test_after_a_change_of_status_hours_are_whole_and_followers_one_text() -> None:
    answer = flow.flowed(found(), PROJECT, category="paused", is_parent=True, org_id=7)
    issue = written(answer)["result"]["issue"]
    assert (issue["expected_work_hours"], issue["actual_work_hours"]) == (4, 1)
    assert (issue["assigned_cc_user"], issue["isParent"], issue["closed_flag"]) == ("21,77", True, 0)
    assert issue["status_attribute"] == {"id": "2", "name": "In progress"}
    assert issue["fixed_version"] == {"id": 42, "name": "Week 2"}
    assert issue["assigned_to"]["assignedNickName"] == "Ivan Petrov"
    assert issue["author"]["authorNickName"] == "Rosa Luna"
    assert (issue["author"]["firstName"], issue["author"]["lastName"]) == ("Rosa", "Luna")
    assert issue["project"]["creator"]["user_name"] == "rosa"


def test_a_project_that_nobody_made_has_no_creator() -> None:
    project = replace(PROJECT, maker_id=None)
    answer = flow.flowed(found(resolved_at=NOON), project, category="x", is_parent=False, org_id=7)
    issue = written(answer)["result"]["issue"]
    assert issue["project"]["creator"] is None
    assert (issue["status_attribute"], issue["closed_flag"]) == (None, 1)


@pytest.mark.parametrize("lack", [b'{"status_id": 1}', b'{"id": 1}', b'{"id": 1, "status_id": ""}'])
def test_item_and_status_must_be_named(lack: bytes) -> None:
    with pytest.raises(MissingParameter):
        bodies.decode(lack, Flow)


def test_the_project_has_two_names() -> None:
    assert Flow(1, 2, project_uuid="5b0a").project == Flow(1, 2, projectUUId="5b0a").project == "5b0a"
    with pytest.raises(MissingParameter, match="projectUUId"):
        _ = Flow(1, 2).project
