"""The answers of the batch operations, with the quirks of their document."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import to_builtins

from shoal.dialects.codearts import batch
from shoal.domain.bulk import Performed
from shoal.domain.issue import IssueRef
from tests.unit.codearts.things import PROJECT, found


def performed(*, missing: tuple[int, ...] = (), failed: tuple[int, ...] = (), entries: Any = None) -> Performed:
    bulk: Any = SimpleNamespace()  # nothing of it is told
    refs = tuple(IssueRef(str(item), id=item) for item in missing)
    return Performed(bulk, refs, dict.fromkeys(failed, ()), entries or {})


def test_edited_items_are_texts_and_failed_ones_numbers() -> None:
    done = performed(missing=(404,), failed=(2,), entries={1: 501})
    answer = to_builtins(batch.edited(PROJECT, [3, 404, 1, 2], done, [41], project_id="as sent"))
    assert answer == {
        "status": "success",
        "result": {
            "project": {
                "id": 3,
                "identifier": "as sent",
                "total": 2,
                "close": 0,
                "role": 2,
                "type": "scrum",
                "archive": False,
                "mem_count": 1,
            },
            "success_issues": ["3", "1"],
            "error_issues": [404, 2],
            "journal_ids": ["501"],  # the item 3 was so already
            "versions_issues": ["41"],
        },
    }


def test_it_says_success_of_a_command_in_which_every_item_failed() -> None:
    answer = batch.edited(PROJECT, [1], performed(failed=(1,)), [], project_id="x")
    assert (answer.status, answer.result.project.mem_count, answer.result.error_issues) == ("success", 0, [1])


@pytest.mark.parametrize(("asked", "told"), [([91, 5], [91]), ([5], [])])
def test_deleted_items_are_told_with_whole_hours(asked: list[int], told: list[int]) -> None:
    gone = batch.deleted(found(), asked).result.delete_issue
    assert gone.del_issue_id == [one.id for one in gone.del_issue] == told
    assert [(one.expected_work_hours, one.actual_work_hours) for one in gone.del_issue] == [(4, 1)] * len(told)
    assert all(one.tracker_id == 3 and one.status_id == 1 and one.deleted for one in gone.del_issue)
