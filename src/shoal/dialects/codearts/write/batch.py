"""The answers to the batch operations.

The document of 2025-09-10 has edited items as strings and failed ones as integers, and says `success` of a command in
which every item failed. Both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.write.values import hours, millis, number
from shoal.domain.bulk import Performed
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.queue import QueueCard
from shoal.domain.reference import References

Json = dict[str, object]


def succeeded(items: Sequence[int], done: Performed) -> list[int]:
    """Those of the items that are now as was asked, in the order of the request."""
    missing = {ref.id for ref in done.missing}
    return [item for item in items if item not in missing and item not in done.failed]


def edited(
    project: QueueCard, items: Sequence[int], done: Performed, sprints: Sequence[int], *, project_id: str
) -> Json:
    """`project_id` is told as it was sent."""
    good = succeeded(items, done)
    as_asked = set(good)
    return {
        "result": {
            "project": _project(project, project_id, len(good)),
            "journal_ids": [str(done.entries[item]) for item in good if item in done.entries],
            "error_issues": [item for item in items if item not in as_asked],
            "versions_issues": [str(sprint) for sprint in sprints],
            "success_issues": [str(item) for item in good],
        },
        "status": "success",
    }


def _project(project: QueueCard, project_id: str, count: int) -> Json:
    """`role` is said to count the items too, and `mem_count` the projects. No project is ever closed here: the one of
    the document's example is archived, and not closed."""
    return {
        "id": project.id,
        "identifier": project_id,
        "total": count,
        "close": 0,
        "role": count,
        "type": "scrum",
        "archive": project.archived,
        "mem_count": int(count > 0),
    }


def deleted(found: Found, items: Sequence[int]) -> Json:
    """The items that were deleted, in the order of the request; of the others there is no word."""
    by_id = {one.id: one for one in found.issues}
    listed = [by_id[item] for item in items if item in by_id]
    gone = {
        "del_issue_id": [one.id for one in listed],
        "del_issue": [_deleted(one, found.references) for one in listed],
    }
    return {"result": {"delete_issue": gone}, "status": "success"}


def _deleted(one: Issue, known: References) -> Json:
    """Hours are whole numbers here: what is over is cut off."""
    return {
        "id": one.id,
        "tracker_id": number(known, Kind.TYPE, one.type_id),
        "subject": one.summary,
        "status_id": number(known, Kind.STATUS, one.status_id),
        "done_ratio": one.done_ratio or 0,
        "expected_work_hours": int(hours(one.estimation)),
        "actual_work_hours": int(hours(one.spent)),
        "deleted": True,
        "is_archived": False,
    }


def ipd(good: Sequence[str], failed: Sequence[str], *, operator: int, at: datetime) -> Json:
    outcomes = {
        "success": [_outcome(item, "success", operator, at) for item in good],
        "failed": [_outcome(item, "failed", operator, at) for item in failed],
        "undeleted_trees": [],
    }
    return {"status": "success", "message": None, "result": [outcomes]}


def _outcome(item: str, state: str, operator: int, at: datetime) -> Json:
    return {"id": item, "operator": ids.user(operator), "state": state, "operate_time": str(millis(at))}
