"""Statuses and severities."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import catalogues
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import numbers
from shoal.dialects.codearts.write import statuses as write
from shoal.domain.fields import Kind


@get("/v4/projects/{project_id:str}/statuses")
async def list_statuses(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    page, tracker = numbers.page(params), params.integer("tracker_id", 0)
    used = await catalogues.list_used_statuses(db, actor, str(project.id))
    return http.json(write.listed(used, page, actor.org_id, tracker=tracker or None))


@get("/v2/issue-severity/all")
async def list_severities(db: TheDatabase, actor: TheActor) -> Response[bytes]:
    return http.json(write.severities(await catalogues.list_all(db, actor, Kind.SEVERITY)))


handlers = [list_statuses, list_severities]
