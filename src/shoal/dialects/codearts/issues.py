"""Work items: made, read, changed, deleted and looked for."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import delete, get, post, put

from shoal.actions import Database, catalogues, issues, searches
from shoal.dialects.codearts import bodies, issue_edits, query, rules
from shoal.dialects.codearts import issue_answers as answers
from shoal.dialects.codearts.bodies import DemandingBody, Digits, ProjectId, UserOrNone
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheItem, TheProject
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_answers import ChildList, Flowed, Item, ItemList, OlderItemList, ShownItem, WorkTable
from shoal.dialects.codearts.issue_edits import ItemEdit, NewItem, WorkItemEdit
from shoal.dialects.codearts.query import AdvancedQuery, ItemFilter, PageQuery, WorkTableQuery
from shoal.dialects.codearts.replay import READING
from shoal.dialects.codearts.values import Result
from shoal.domain.actor import Actor
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.issue import NewIssue
from shoal.domain.patch import Ref, Set
from shoal.domain.queue import QueueCard


class Flow(DemandingBody):
    """A work item taken to another status, perhaps to another owner, with a comment."""

    id: Digits
    status_id: Digits
    assigned_to_id: UserOrNone | None = None
    notes: str | None = None
    projectUUId: ProjectId | None = None
    project_uuid: ProjectId | None = None
    type: str | None = None

    @property
    def project(self) -> str:
        project = self.projectUUId or self.project_uuid
        if not project:
            raise MissingParameter("projectUUId")
        return project


@post("/v4/projects/{project_id:str}/issue", status_code=200)
async def create_issue_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[NewItem]
) -> ShownItem:
    """Make a work item."""
    asked = issue_edits.new(payload)
    new = NewIssue(Ref(id=project.id), payload.name, rules.patch(asked))
    then = None if asked.status is None else rules.step(asked.status)
    with rules.for_one_item():
        return answers.shown(await issues.create(db, actor, new, then=then))


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}")
async def show_issue_v4(db: TheDatabase, actor: TheActor, item: TheItem) -> ShownItem:
    """A work item, whole."""
    return answers.shown(await issues.get(db, actor, item))


@put("/v4/projects/{project_id:str}/issues/{issue_id:str}")
async def update_issue_v4(db: TheDatabase, actor: TheActor, item: TheItem, payload: Payload[ItemEdit]) -> Item:
    """Change a work item."""
    change = rules.change(issue_edits.edit(payload))
    with rules.for_one_item():
        return answers.updated(await issues.change(db, actor, item, change, depth=rules.SHALLOW))


@delete("/v4/projects/{project_id:str}/issues/{issue_id:str}")
async def delete_issue_v4(db: TheDatabase, actor: TheActor, item: TheItem) -> None:
    """Delete a work item."""
    await issues.delete(db, actor, item)


@post("/v2/workitem/issue-flowage", status_code=200)
async def update_scrum_issue_workflow(db: TheDatabase, actor: TheActor, payload: Payload[Flow]) -> Result[Flowed]:
    """Take a work item to another status."""
    number = bodies.number("status_id", payload.status_id)
    assignee = bodies.user_or_none("assigned_to_id", payload.assigned_to_id)
    project = await rules.project(db, actor, payload.project)
    item = issue_edits.ref(payload.id, project.id, "id")
    edits = {} if assignee is None else {"assignee": Set(Ref(id=assignee))}
    change = rules.change(WorkItemEdit(edits, number), comment=payload.notes)
    with rules.for_one_item():
        found = await issues.change(db, actor, item, change, depth=rules.SHALLOW)
    below = await _children(db, actor, project, found.issue.id, limit=1)
    status = await catalogues.get(db, actor, Kind.STATUS, Ref(id=found.issue.status_id))
    category, is_parent = status.category or "", below.total > 0
    return answers.flowed(found, project, category=category, is_parent=is_parent, org_id=actor.org_id)


# --- looking for them ----------------------------------------------------------------------------------------------


@post("/v4/projects/{project_id:str}/issues", status_code=200, opt=READING)
async def list_issues_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[AdvancedQuery]
) -> ItemList:
    """The advanced query."""
    return answers.listed(await _search(db, actor, query.advanced(payload, project.id)))


@get("/v4/projects/{project_id:str}/issues")
async def list_issues_sf_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[ItemFilter]
) -> OlderItemList:
    """Work items, in the older shape."""
    found = await _search(db, actor, query.listed(params, project.id))
    return answers.listed_older(found, await issues.roots(db, actor, [one.id for one in found.issues]))


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}/child")
async def list_child_issues_v4(db: TheDatabase, actor: TheActor, project: TheProject, item: TheItem) -> ChildList:
    """Its parts."""
    parent = await issues.get(db, actor, item, rules.SHALLOW)
    return answers.children(await _children(db, actor, project, parent.issue.id))


@post("/v4/issues", status_code=200, opt=READING)
async def search_issues(db: TheDatabase, actor: TheActor, payload: Payload[WorkTableQuery]) -> WorkTable:
    """Work items of all projects."""
    return answers.everywhere(await _search(db, actor, query.everywhere(payload)))


async def _search(db: Database, actor: Actor, asked: PageQuery) -> Found:
    return await searches.search(
        db,
        actor,
        asked.query,
        now=datetime.now(UTC),
        limit=asked.limit,
        offset=asked.offset,
        depth=rules.SHALLOW,
        with_deleted=asked.with_deleted,
    )


async def _children(
    db: Database, actor: Actor, project: QueueCard, issue_id: int, *, limit: int = rules.MOST_CHILDREN
) -> Found:
    below = query.children(project.id, issue_id)
    return await searches.search(db, actor, below, now=datetime.now(UTC), limit=limit, depth=rules.SHALLOW)
