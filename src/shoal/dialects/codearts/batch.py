"""The batch operations. Each is a bulk change of the core that is done before the answer, in one transaction.

The document of 2025-09-10 types every part of a batch edit as a string and shows one id; clients send numbers and
arrays too, and several ids with commas between. All of these mean the same. The answer has edited items as strings and
failed ones as integers, and says `success` of a command in which every item failed. Both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from litestar import delete, post, put
from litestar.params import FromPath

from shoal.actions import Database, bulk, issues, searches
from shoal.dialects.codearts import bodies, issue_edits, rules
from shoal.dialects.codearts.bodies import DemandingBody, Digits, ItemIds, ProjectId, form
from shoal.dialects.codearts.dependencies import Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_edits import BatchAttribute, WorkItemEdit
from shoal.dialects.codearts.values import Answer, Result, hours, number
from shoal.dialects.http import LISTS
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Delete, Listed, NewBulkChange, Performed
from shoal.domain.errors import WrongParameter
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.issue import Issue, IssueRef
from shoal.domain.patch import Ref, Set
from shoal.domain.query import Query
from shoal.domain.queue import QueueCard
from shoal.domain.reference import References

MOST_DELETED = 100
"""By one request of the fourth version."""


class BatchDelete(DemandingBody):
    issue_ids: ItemIds
    project_id: ProjectId


class BatchAssign(BatchDelete, kw_only=True):
    assigned_to_id: Digits


class DeleteItems(DemandingBody):
    issue_ids: ItemIds


class BatchUpdate(DemandingBody):
    id: ItemIds
    attribute: Annotated[BatchAttribute, form(minProperties=1)]


class BatchProject(Answer):
    """`role` is said to count the items too, and `mem_count` the projects. No project is ever closed here: the one of
    the document's example is archived, and not closed."""

    id: int
    identifier: str
    total: int
    role: int
    archive: bool
    mem_count: int
    close: int = 0
    type: str = "scrum"


class BatchResult(Answer):
    project: BatchProject
    journal_ids: list[str]
    error_issues: list[int]
    versions_issues: list[str]
    success_issues: list[str]


class DeletedItem(Answer):
    """Hours are whole numbers here: what is over is cut off."""

    id: int
    tracker_id: int
    subject: str
    status_id: int
    done_ratio: int
    expected_work_hours: int
    actual_work_hours: int
    deleted: bool = True
    is_archived: bool = False


class DeletedItems(Answer):
    del_issue_id: list[int]
    del_issue: list[DeletedItem]


class DeletedResult(Answer):
    delete_issue: DeletedItems


@post("/v2/workitem/issues", status_code=200, request_max_body_size=LISTS)
async def batch_update_scrum_issues(
    db: TheDatabase, actor: TheActor, payload: Payload[BatchAssign]
) -> Result[BatchResult]:
    """Give work items to another owner."""
    items = bodies.items("issue_ids", payload.issue_ids)
    assignee = bodies.number("assigned_to_id", payload.assigned_to_id)
    project = await rules.project(db, actor, payload.project_id)
    change = rules.change(WorkItemEdit({"assignee": Set(Ref(id=assignee))}), rules.OF_MANY)
    return await _edit(db, actor, project, items, change, project_id=payload.project_id)


@put("/v2/projects/{project_id:str}/issues/batch-update", request_max_body_size=LISTS)
async def batch_update_issues(
    db: TheDatabase, actor: TheActor, project: TheProject, project_id: FromPath[str], payload: Payload[BatchUpdate]
) -> Result[BatchResult]:
    """Set several values of many work items.

    The document gives the answer no content; it has that of the batch edit.
    """
    items = bodies.items("id", payload.id)
    if payload.attribute == BatchAttribute():
        raise MissingParameter("attribute")
    change = rules.change(issue_edits.edit(payload.attribute), rules.OF_MANY)
    return await _edit(db, actor, project, items, change, project_id=project_id)


@post("/v2/workitem/batch-delete", status_code=200, request_max_body_size=LISTS)
async def batch_delete_scrum_workitem(
    db: TheDatabase, actor: TheActor, payload: Payload[BatchDelete]
) -> Result[DeletedResult]:
    """Delete work items, and see them."""
    items = bodies.items("issue_ids", payload.issue_ids)
    project = await rules.project(db, actor, payload.project_id)
    done = await perform(db, actor, project, items, Delete())
    gone = refs(succeeded(items, done))
    found = await searches.search(
        db, actor, Query(), refs=gone, now=datetime.now(UTC), limit=len(gone), depth=rules.SHALLOW, with_deleted=True
    )
    return deleted(found, items)


@delete("/v4/projects/{project_id:str}/issues", request_max_body_size=LISTS)
async def batch_delete_issues_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[DeleteItems]
) -> None:
    """Delete up to 100 work items.

    Those that there are; not a word of the others.
    """
    items = bodies.items("issue_ids", payload.issue_ids)
    if len(items) > MOST_DELETED:
        raise WrongParameter("issue_ids", "too_many_ids", most=MOST_DELETED, count=len(items))
    await perform(db, actor, project, items, Delete())


async def _edit(
    db: Database, actor: Actor, project: QueueCard, items: Sequence[int], change: Change, *, project_id: str
) -> Result[BatchResult]:
    done = await perform(db, actor, project, items, change)
    sprints = await issues.sprints_of(db, actor, succeeded(items, done))
    return edited(project, items, done, sprints, project_id=project_id)


async def perform(db: Database, actor: Actor, project: QueueCard, items: Sequence[int], change: Change) -> Performed:
    return await bulk.perform(db, actor, NewBulkChange(Listed(refs(items)), change, queue_id=project.id))


def refs(items: Sequence[int]) -> tuple[IssueRef, ...]:
    return tuple(IssueRef(str(item), id=item) for item in items)


def succeeded(items: Sequence[int], done: Performed) -> list[int]:
    """Those of the items that are now as was asked, in the order of the request."""
    missing = {ref.id for ref in done.missing}
    return [item for item in items if item not in missing and item not in done.failed]


def edited(
    project: QueueCard, items: Sequence[int], done: Performed, sprints: Sequence[int], *, project_id: str
) -> Result[BatchResult]:
    """`project_id` is answered as it was sent."""
    good = succeeded(items, done)
    as_asked = set(good)
    result = BatchResult(
        project=BatchProject(
            id=project.id,
            identifier=project_id,
            total=len(good),
            role=len(good),
            archive=project.archived,
            mem_count=int(len(good) > 0),
        ),
        journal_ids=[str(done.entries[item]) for item in good if item in done.entries],
        error_issues=[item for item in items if item not in as_asked],
        versions_issues=[str(sprint) for sprint in sprints],
        success_issues=[str(item) for item in good],
    )
    return Result(result=result)


def deleted(found: Found, items: Sequence[int]) -> Result[DeletedResult]:
    """The items that were deleted, in the order of the request; of the others there is no word."""
    by_id = {one.id: one for one in found.issues}
    listed = [by_id[item] for item in items if item in by_id]
    gone = DeletedItems(
        del_issue_id=[one.id for one in listed], del_issue=[_deleted(one, found.references) for one in listed]
    )
    return Result(result=DeletedResult(delete_issue=gone))


def _deleted(one: Issue, known: References) -> DeletedItem:
    return DeletedItem(
        id=one.id,
        tracker_id=number(known, Kind.TYPE, one.type_id),
        subject=one.summary,
        status_id=number(known, Kind.STATUS, one.status_id),
        done_ratio=one.done_ratio or 0,
        expected_work_hours=int(hours(one.estimation)),
        actual_work_hours=int(hours(one.spent)),
    )
