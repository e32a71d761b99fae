"""Projects: the queues of the core."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, RawBody

from shoal.actions import members, organisations, queues
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import projects as read
from shoal.dialects.codearts.replay import READING
from shoal.dialects.codearts.write import projects as write


@get("/v4/projects")
async def list_projects(db: TheDatabase, actor: TheActor, params: TheParams) -> Response[bytes]:
    asked = read.wanted(params)
    page, total = await queues.list_cards(
        db,
        actor,
        search=asked.search,
        archived=asked.archived,
        order=asked.order,
        limit=asked.page.limit,
        offset=asked.page.offset,
    )
    organisation = await organisations.get(db, actor.org_id)
    return http.json(write.listed([], 0, organisation) if asked.nothing else write.listed(page, total, organisation))


@post("/v4/project")
async def create_project(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    queue = await queues.create(db, actor, read.new_project(body))
    return http.json(write.created(queue, actor.user_id))


@post("/v4/projects/check-name", opt=READING)
async def check_name(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    return http.json({"exist": await queues.is_named(db, actor, read.project_name(body))})


@get("/v4/projects/{project_id:str}")
async def show_project(db: TheDatabase, actor: TheActor, project_id: FromPath[str]) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.shown(project, await organisations.get(db, actor.org_id)))


@put("/v4/projects/{project_id:str}")
async def update_project(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await queues.edit(db, actor, str(project.id), read.project_edit(body))
    return http.empty()


@delete("/v4/projects/{project_id:str}")
async def delete_project(db: TheDatabase, actor: TheActor, project_id: FromPath[str]) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await queues.delete(db, actor, str(project.id))
    return http.empty()


@delete("/v4/projects/{project_id:str}/quit")
async def quit_project(db: TheDatabase, actor: TheActor, project_id: FromPath[str]) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await members.leave(db, actor, str(project.id))
    return http.empty()


@get("/v4/projects/{project_id:str}/summary")
async def show_summary(db: TheDatabase, actor: TheActor, project_id: FromPath[str]) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.summary(project.id, await queues.count(db, actor, str(project.id))))


handlers = [
    list_projects,
    create_project,
    check_name,
    show_project,
    update_project,
    delete_project,
    quit_project,
    show_summary,
]
