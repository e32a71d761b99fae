"""History."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import records
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import bodies, query
from shoal.dialects.codearts.read import issues as read
from shoal.dialects.codearts.write import records as write

MOST_OF_ITEM, MOST_OF_PROJECT = 1000, 100


@get("/v4/projects/{project_id:str}/issue/{issue_id:str}/records")
async def list_item_records(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str], issue_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    limit, offset = query.page(params.text("limit"), params.text("offset"), most=MOST_OF_ITEM)
    found = await records.of_issue(db, actor, read.ref(issue_id, project.id), limit=limit, offset=offset)
    return http.json(write.of_issue(found))


@get("/v4/projects/{project_id:str}/issues/records")
async def list_project_records(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    limit, offset = query.page(params.text("limit"), params.text("offset"), most=MOST_OF_PROJECT)
    start, end = bodies.span("operated_time_interval", params.text("operated_time_interval"))
    found = await records.of_queue(db, actor, project.id, start=start, end=end, limit=limit, offset=offset)
    return http.json(write.of_project(found))


handlers = [list_item_records, list_project_records]
