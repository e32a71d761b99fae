"""Work items: made, read, changed, deleted and looked for."""

from __future__ import annotations

from litestar import delete, get, post, put

from shoal.actions import issues
from shoal.dialects.codearts import issue_answers as answers
from shoal.dialects.codearts import issue_edits, query, rules, searching
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheItem, TheProject
from shoal.dialects.codearts.issue_answers import ChildList, Item, ItemList, OlderItemList, ShownItem
from shoal.dialects.codearts.issue_edits import ItemEdit, NewItem
from shoal.dialects.codearts.query import AdvancedQuery, ItemFilter
from shoal.dialects.http import LISTS
from shoal.dialects.idempotency import READING
from shoal.domain.issue import NewIssue
from shoal.domain.patch import Ref


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


# --- looking for them ----------------------------------------------------------------------------------------------


@post("/v4/projects/{project_id:str}/issues", status_code=200, opt=READING, request_max_body_size=LISTS)
async def list_issues_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[AdvancedQuery]
) -> ItemList:
    """The advanced query."""
    return answers.listed(await searching.page(db, actor, query.advanced(payload, project.id)))


@get("/v4/projects/{project_id:str}/issues")
async def list_issues_sf_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[ItemFilter]
) -> OlderItemList:
    """Work items, in the older shape."""
    found = await searching.page(db, actor, query.listed(params, project.id))
    return answers.listed_older(found, await issues.roots(db, actor, [one.id for one in found.issues]))


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}/child")
async def list_child_issues_v4(db: TheDatabase, actor: TheActor, project: TheProject, item: TheItem) -> ChildList:
    """Its parts."""
    parent = await issues.get(db, actor, item, rules.SHALLOW)
    return answers.children(await searching.children(db, actor, project, parent.issue.id))
