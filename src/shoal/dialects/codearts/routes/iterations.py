"""Iterations: the sprints of a queue's own board."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, RawBody

from shoal.actions import organisations, sprints
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import iterations as read
from shoal.dialects.codearts.read import numbers
from shoal.dialects.codearts.write import iterations as write


@post("/v4/projects/{project_id:str}/iteration")
async def create_iteration(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    sprint = await sprints.create(db, actor, read.new_iteration(body), queue=str(project.id))
    return http.json({"id": sprint.id})


@get("/v4/projects/{project_id:str}/iterations")
async def list_iterations(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.listed(await sprints.list_of_queue(db, actor, str(project.id), read.which(params))))


@put("/v4/projects/{project_id:str}/iterations/{iteration_id:str}")
async def update_iteration(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], iteration_id: FromPath[str], body: RawBody
) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    sprint_id = numbers.own_id("iteration_id", iteration_id)
    await sprints.edit(db, actor, str(project.id), sprint_id, read.iteration_edit(body))
    return http.empty()


@delete("/v4/projects/{project_id:str}/iterations/{iteration_id:str}")
async def delete_iteration(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], iteration_id: FromPath[str]
) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await sprints.delete(db, actor, str(project.id), [numbers.own_id("iteration_id", iteration_id)])
    return http.empty()


@delete("/v4/projects/{project_id:str}/iterations")
async def delete_iterations(
    db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody
) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await sprints.delete(db, actor, str(project.id), read.iteration_ids(body))
    return http.empty()


@get("/v4/iterations/{iteration_id:str}")
async def show_iteration(db: TheDatabase, actor: TheActor, iteration_id: FromPath[str]) -> Response[bytes]:
    return http.json(write.shown(await sprints.report(db, actor, numbers.own_id("iteration_id", iteration_id))))


@get("/v4/iterations/{iteration_id:str}/histories")
async def list_histories(
    db: TheDatabase, actor: TheActor, params: TheParams, iteration_id: FromPath[str]
) -> Response[bytes]:
    page, sprint_id = numbers.page(params), numbers.own_id("iteration_id", iteration_id)
    sprint, changes, total = await sprints.history(db, actor, sprint_id, limit=page.limit, offset=page.offset)
    return http.json(write.history(sprint, changes, total, await organisations.get(db, actor.org_id)))


handlers = [
    create_iteration,
    list_iterations,
    update_iteration,
    delete_iteration,
    delete_iterations,
    show_iteration,
    list_histories,
]
