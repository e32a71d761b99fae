"""Modules: the components of a queue."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, RawBody

from shoal.actions import components
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import modules as read
from shoal.dialects.codearts.read import numbers
from shoal.dialects.codearts.write import modules as write


@post("/v4/projects/{project_id:str}/module")
async def create_module(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    found = await components.create(db, actor, read.new_module(body, project.id))
    return http.json(write.shown(found.components[0], found.references))


@get("/v4/projects/{project_id:str}/modules")
async def list_modules(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    found = await components.list_of_queue(db, actor, str(project.id))
    in_use = [component for component in found.components if not component.archived]
    return http.json(write.listed(in_use, found.references, numbers.page(params)))


@put("/v4/projects/{project_id:str}/modules/{module_id:str}")
async def update_module(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], module_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    component_id = numbers.own_id("module_id", module_id)
    found = await components.edit(db, actor, component_id, read.module_edit(body), queue=str(project.id))
    return http.json(write.shown(found.components[0], found.references))


@delete("/v4/projects/{project_id:str}/modules/{module_id:str}")
async def delete_module(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], module_id: FromPath[str]
) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await components.delete_from_issues(db, actor, str(project.id), numbers.own_id("module_id", module_id))
    return http.empty()


handlers = [create_module, list_modules, update_module, delete_module]
