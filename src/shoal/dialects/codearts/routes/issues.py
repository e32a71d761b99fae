"""Work items: made, read, changed, deleted and looked for."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, RawBody

from shoal.actions import Database, issues, searches
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.errors import StrangerToItem
from shoal.dialects.codearts.read import issues as read
from shoal.dialects.codearts.read import query
from shoal.dialects.codearts.read.query import Asked
from shoal.dialects.codearts.replay import READING
from shoal.dialects.codearts.write import details
from shoal.dialects.codearts.write import issues as write
from shoal.dialects.front import NoSuchPath
from shoal.domain.actor import Actor
from shoal.domain.found import Found
from shoal.domain.issue import IssueRef, NewIssue
from shoal.domain.patch import Edit, Patch, Ref, Set
from shoal.domain.queue import QueueCard

FIXED_WORDS = frozenset({"batch-associated-issues", "custom-fields", "workflow"})
"""What other paths of the vendor have in the place of an id, and Shoal does not serve."""


@post("/v4/projects/{project_id:str}/issue", status_code=200)
async def create_item(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    name, asked = read.new(body)
    first = Patch(await rules.edits(db, actor, project, asked))
    then = None if asked.status is None else rules.step(await rules.status(db, actor, asked.status))
    if asked.parent is not None:
        own_type = await rules.type_key(db, actor, asked.edits["type"])
        await rules.check_parent(db, actor, project, asked.parent, own_type)
    found = await issues.create(db, actor, NewIssue(Ref(id=project.id), name, first), then=then)
    return http.json(write.shown(found))


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}")
async def get_item(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], issue_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.shown(await issues.get(db, actor, _ref(issue_id, project))))


@put("/v4/projects/{project_id:str}/issues/{issue_id:str}")
async def update_item(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], issue_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    ref, asked = _ref(issue_id, project), read.update(body)
    await issues.check_readable(db, actor, ref)
    change = await rules.change(db, actor, project, asked)
    await rules.check_family(db, actor, project, ref, asked)
    return http.json(write.updated(await issues.change(db, actor, ref, change, depth=rules.SHALLOW)))


@delete("/v4/projects/{project_id:str}/issues/{issue_id:str}")
async def delete_item(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], issue_id: FromPath[str]
) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await issues.delete(db, actor, _ref(issue_id, project))
    return http.empty()


@post("/v2/workitem/issue-flowage", status_code=200)
async def flow_item(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    """Takes an item to another status, perhaps with another owner, and a comment."""
    asked = read.flow(body)
    project = await rules.project(db, actor, asked.project)
    ref = read.ref(asked.id, project.id, "id")
    status = await rules.status(db, actor, asked.status)
    edits: dict[str, Edit] = {}
    if asked.assignee is not None:
        await rules.check_members(db, actor, project, [asked.assignee], StrangerToItem)
        edits["assignee"] = Set(Ref(id=asked.assignee))
    found = await issues.change(db, actor, ref, rules.step(status, edits, asked.comment), depth=rules.SHALLOW)
    below = await _children(db, actor, project, found.issue.id, limit=1)
    return http.json(
        details.flowed(found, project, category=status.category, is_parent=below.total > 0, org_id=actor.org_id)
    )


def _ref(issue_id: str, project: QueueCard) -> IssueRef:
    if issue_id in FIXED_WORDS:
        raise NoSuchPath("there is no such path")
    return read.ref(issue_id, project.id)


# --- looking for them ----------------------------------------------------------------------------------------------


@post("/v4/projects/{project_id:str}/issues", status_code=200, opt=READING)
async def query_items(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.listed(await _search(db, actor, query.advanced(body, project.id))))


@get("/v4/projects/{project_id:str}/issues")
async def list_items(db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    found = await _search(db, actor, query.listed(params, project.id))
    roots = await issues.roots(db, actor, [one.id for one in found.issues])
    return http.json(write.listed_sf(found, roots))


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}/child")
async def list_children(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], issue_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    parent = await issues.get(db, actor, _ref(issue_id, project), rules.SHALLOW)
    return http.json(write.children(await _children(db, actor, project, parent.issue.id)))


@post("/v4/issues", status_code=200, opt=READING)
async def search_items(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    """In all projects of the caller."""
    return http.json(details.everywhere(await _search(db, actor, query.everywhere(body))))


async def _search(db: Database, actor: Actor, asked: Asked) -> Found:
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


handlers = [
    create_item,
    get_item,
    update_item,
    delete_item,
    flow_item,
    query_items,
    list_items,
    list_children,
    search_items,
]
