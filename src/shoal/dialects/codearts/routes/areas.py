"""Domains: the areas of a queue, built in and its own."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, RawBody

from shoal.actions import areas
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import areas as read
from shoal.dialects.codearts.read import numbers
from shoal.dialects.codearts.write import areas as write


@post("/v4/projects/{project_id:str}/domain")
async def create_domain(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.shown(await areas.create(db, actor, str(project.id), read.domain_name(body))))


@get("/v4/projects/{project_id:str}/domains")
async def list_domains(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.listed(await areas.list_of_queue(db, actor, str(project.id)), numbers.page(params)))


@put("/v4/projects/{project_id:str}/domains/{domain_id:str}")
async def update_domain(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], domain_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    area = await areas.rename(db, actor, str(project.id), read.own_area(domain_id), read.domain_name(body))
    return http.json(write.shown(area))


@delete("/v4/projects/{project_id:str}/domains/{domain_id:str}")
async def delete_domain(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], domain_id: FromPath[str]
) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await areas.delete(db, actor, str(project.id), read.own_area(domain_id))
    return http.empty()


handlers = [create_domain, list_domains, update_domain, delete_domain]
