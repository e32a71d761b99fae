"""Members of projects: those who have rights in the queue."""

from __future__ import annotations

from litestar import Response, delete, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import members, organisations
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheParams
from shoal.dialects.codearts.read import members as read
from shoal.dialects.codearts.read import numbers
from shoal.dialects.codearts.write import members as write


@get("/v4/projects/{project_id:str}/members")
async def list_members(
    db: TheDatabase, actor: TheActor, params: TheParams, project_id: FromPath[str]
) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    page = numbers.page(params, default=10, most=1000)
    found, total = await members.list_page(db, actor, str(project.id), limit=page.limit, offset=page.offset)
    return http.json(write.listed(found, total, await organisations.get(db, actor.org_id)))


@post("/v4/projects/{project_id:str}/member")
async def add_member(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await members.add(db, actor, str(project.id), read.new_member(body, actor.org_id))
    return http.empty()


@post("/v4/projects/{project_id:str}/members")
async def add_members(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await members.add(db, actor, str(project.id), read.new_members(body))
    return http.empty()


@delete("/v4/projects/{project_id:str}/members")
async def remove_members(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    await members.remove(db, actor, str(project.id), read.users(body))
    return http.empty()


@post("/v4/projects/{project_id:str}/members/role")
async def change_role(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[None]:
    project = await rules.project(db, actor, project_id)
    user_ids, role = read.role_of_users(body)
    await members.change_role(db, actor, str(project.id), user_ids, role)
    return http.empty()


@get("/v4/projects/{project_id:str}/user-role")
async def show_own_role(db: TheDatabase, actor: TheActor, project_id: FromPath[str]) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    return http.json(write.own_role(await members.get_own(db, actor, str(project.id))))


handlers = [list_members, add_member, add_members, remove_members, change_role, show_own_role]
