"""The batch operations. Each is a bulk change of the core that is done before the answer, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from litestar import Response, delete, post, put
from litestar.params import FromPath, RawBody

from shoal.actions import Database, bulk, issues, searches
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase
from shoal.dialects.codearts.errors import NoMember
from shoal.dialects.codearts.read import batch as read
from shoal.dialects.codearts.write import batch as write
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Delete, Listed, NewBulkChange, Performed, Update
from shoal.domain.patch import Patch, Ref, Set
from shoal.domain.query import Query
from shoal.domain.queue import QueueCard


@post("/v2/workitem/issues", status_code=200)
async def edit_items(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    asked = read.edit(body)
    project = await rules.project(db, actor, asked.project)
    await rules.check_members(db, actor, project, [asked.assignee])
    change = Update(Patch({"assignee": Set(Ref(id=asked.assignee))}))
    return await _edit(db, actor, project, asked.items, change, project_id=asked.project)


@put("/v2/projects/{project_id:str}/issues/batch-update")
async def update_items(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """The document gives the answer no content; it has that of the batch edit."""
    project = await rules.project(db, actor, project_id)
    items, wish = read.update(body)
    change = await rules.change(db, actor, project, wish, NoMember)
    return await _edit(db, actor, project, items, change, project_id=project_id)


async def _edit(
    db: Database, actor: Actor, project: QueueCard, items: Sequence[int], change: Change, *, project_id: str
) -> Response[bytes]:
    done = await _perform(db, actor, project, items, change)
    sprints = await issues.sprints_of(db, actor, write.succeeded(items, done))
    return http.json(write.edited(project, items, done, sprints, project_id=project_id))


async def _perform(db: Database, actor: Actor, project: QueueCard, items: Sequence[int], change: Change) -> Performed:
    return await bulk.perform(db, actor, NewBulkChange(Listed(read.refs(items)), change, queue_id=project.id))


# --- deleting ------------------------------------------------------------------------------------------------------


@post("/v2/workitem/batch-delete", status_code=200)
async def delete_items(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    asked = read.delete(body)
    project = await rules.project(db, actor, asked.project)
    done = await _perform(db, actor, project, asked.items, Delete())
    gone = read.refs(write.succeeded(asked.items, done))
    found = await searches.search(
        db, actor, Query(), refs=gone, now=datetime.now(UTC), limit=len(gone), depth=rules.SHALLOW, with_deleted=True
    )
    return http.json(write.deleted(found, asked.items))


@delete("/v4/projects/{project_id:str}/issues")
async def delete_items_v4(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[None]:
    """Those that there are; not a word of the others."""
    project = await rules.project(db, actor, project_id)
    await _perform(db, actor, project, read.delete_v4(body), Delete())
    return http.empty()


# --- IPD -----------------------------------------------------------------------------------------------------------


@put("/v1/ipdprojectservice/projects/{project_id:str}/issues/batch")
async def update_ipd_items(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    asked = read.ipd_update(body)
    change = await rules.change(db, actor, project, asked.wish, NoMember)
    ours = [item for item in asked.items.values() if item is not None]
    done = await _perform(db, actor, project, ours, change)
    as_asked = set(write.succeeded(ours, done))
    good = [text for text, item in asked.items.items() if item in as_asked]
    failed = [text for text, item in asked.items.items() if item not in as_asked]
    return http.json(write.ipd(good, failed, operator=actor.user_id, at=done.bulk.created_at))


handlers = [edit_items, update_items, delete_items, delete_items_v4, update_ipd_items]
