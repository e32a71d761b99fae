"""Comments."""

from __future__ import annotations

from litestar import Response, delete, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import comments, issues
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import comments as read
from shoal.dialects.codearts.read import query
from shoal.dialects.codearts.read.issues import ref
from shoal.dialects.codearts.write import comments as write
from shoal.dialects.codearts.write import details
from shoal.domain.patch import NewComment


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}/comments")
async def list_comments(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str], issue_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    limit, offset = query.page(params.text("limit"), params.text("offset"))
    page = await comments.list_newest(db, actor, ref(issue_id, project.id), limit=limit, offset=offset)
    return http.json(write.comments(page))


@post("/v2/issues/update-issue-notes", status_code=200)
async def add_comment(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    note = read.new(body)
    project = await rules.project(db, actor, note.project)
    item = ref(note.id, project.id, "id")
    await comments.add(db, actor, item, NewComment(note.text))
    found = await issues.get(db, actor, item)
    return http.json(details.commented(found, org_id=actor.org_id, text=note.text))


@post("/v2/workitem/issue-note", status_code=200)
async def edit_comment(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    note = read.edit(body)
    project = await rules.project(db, actor, note.project)
    await comments.edit(db, actor, ref(note.id, project.id, "id"), note.note, NewComment(note.text))
    return http.json(write.DONE)


@delete("/v2/workitem/issue-note", status_code=200)
async def delete_comment(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    note = read.delete(body)
    project = await rules.project(db, actor, note.project)
    item = await comments.locate_issue(db, actor, note.note)
    await comments.delete(db, actor, item._replace(within=project.id), note.note)
    return http.json(write.DONE)


handlers = [list_comments, add_comment, edit_comment, delete_comment]
