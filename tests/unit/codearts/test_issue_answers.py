"""One work item alone, in the lists, and in the older list."""

from __future__ import annotations

from shoal.dialects.codearts import ids
from shoal.dialects.codearts import issue_answers as answers
from tests.unit.codearts.things import ISSUE, KINDS, KNOWN, NOON, NOON_MILLIS, found, written

IVAN = {"id": 22, "user_num_id": 22, "user_id": ids.user(22), "name": "ivan", "nick_name": "Ivan Petrov"}
ROSA = {"id": 21, "user_num_id": 21, "user_id": ids.user(21), "name": "rosa", "nick_name": "Rosa Luna"}
BERTH = {"custom_field": "custom_field12", "field_name": "Berth", "value": "north"}


def test_an_item_of_the_fourth_version() -> None:
    item = written(answers.updated(found()))
    assert item == {
        "id": 91,
        "name": "Paint the buoy",
        "project": {"project_id": ids.project(3), "project_name": "Test", "project_num_id": 3},
        **KINDS,
        "module": {"id": 31, "name": "Core"},
        "iteration": {"id": 42, "name": "Week 2"},
        "parent_issue": {"id": 90, "name": "Harbour"},
        "assigned_user": IVAN,
        "developer": None,
        "creator": ROSA,
        "assigned_cc_user": [ROSA],  # and not the one who is unknown to the caller
        "begin_time": "2026-01-05",
        "end_time": None,
        "created_time": "2026-01-05 12:00:00",
        "updated_time": "2026-01-05 12:00:00",
        "closed_time": None,
        "done_ratio": 0,
        "expected_work_hours": 4.5,
        "actual_work_hours": 1.9,
        "custom_fields": [],
        "new_custom_fields": [BERTH],
        "order": {"id": 0, "name": "0"},
        "release_dev": None,
        "find_release_dev": None,
        "env": None,
    }


def test_alone_it_has_its_text_its_points_and_what_its_fields_are() -> None:
    item, plain = written(answers.shown(found())), written(answers.updated(found()))
    assert item.keys() - plain.keys() == {"description", "story_point", "accessories"}
    assert (item["description"], item["story_point"]) == ("Red", {"id": 2, "name": "2.5"})
    assert item["new_custom_fields"] == [{**BERTH, "field_type": "text", "description": "Where"}]


def test_in_the_list_it_says_whether_it_is_in_the_trash() -> None:
    assert [item["deleted"] for item in written(answers.listed(found()))["issues"]] == [False]
    assert [item["deleted"] for item in written(answers.listed(found(deleted_at=NOON)))["issues"]] == [True]


def test_what_the_caller_may_not_know_of_is_null() -> None:
    item = written(answers.updated(found(parent_id=4711, assignee_id=4711, components=[4711], queue_id=4711)))
    assert [item[name] for name in ("parent_issue", "assigned_user", "module", "project")] == [None] * 4


def test_in_the_older_list_times_are_numbers_and_the_root_is_told() -> None:
    (item,) = written(answers.listed_older(found(), {91: 80}))["issues"]
    assert (item["created_time"], item["begin_time"], item["end_time"]) == (NOON_MILLIS, 1767571200000, None)
    assert (item["parent_issue_id"], item["root_issue_id"]) == (90, 80)
    assert item["custom_feilds"] == [{"key": "custom_field12", "name": "Berth", "value": "north"}]
    assert written(answers.listed_older(found(), {}))["issues"][0]["root_issue_id"] == 91


def test_custom_values_of_fields_that_are_gone_are_not_shown() -> None:
    assert KNOWN.custom("custom.13") is None
    assert "13" in ISSUE.custom
    assert written(answers.updated(found()))["new_custom_fields"] == [BERTH]
