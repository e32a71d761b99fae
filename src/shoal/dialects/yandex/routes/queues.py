"""Queues, and what belongs to one."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import components, projects, queues, versions
from shoal.dialects import http
from shoal.dialects.yandex import paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheParams, TheView
from shoal.dialects.yandex.read import directories as read
from shoal.dialects.yandex.write import catalogue as write_catalogue
from shoal.dialects.yandex.write import component as write_component
from shoal.dialects.yandex.write import queue as write
from shoal.dialects.yandex.write import sprint as write_sprint
from shoal.dialects.yandex.write import version as write_version
from shoal.domain.actor import Right
from shoal.domain.errors import NotFound


@get("/queues")
async def list_queues(
    db: TheDatabase, actor: TheActor, view: TheView, page: ThePage, params: TheParams
) -> Response[bytes]:
    sections = read.sections(params)
    found = await queues.list_page(db, actor, limit=page.size, offset=page.offset, sections=sections)
    return paging.json(view, page, [write.queue(view, queue, found) for queue in found.queues], found.total)


@post("/queues")
async def create_queue(db: TheDatabase, actor: TheActor, view: TheView, body: RawBody) -> Response[bytes]:
    queue = await queues.create(db, actor, read.new_queue(body))
    found = await queues.get(db, actor, queue.key)
    return http.json(write.queue(view, found.queue, found), status=201)


@get("/queues/{ref:str}")
async def get_queue(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, ref: FromPath[str]
) -> Response[bytes]:
    found = await queues.get(db, actor, ref, read.sections(params))
    return http.json(write.queue(view, found.queue, found))


@get("/queues/{ref:str}/components")
async def list_components(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    found = await components.list_of_queue(db, actor, ref)
    return http.json([write_component.component(view, component, found.references) for component in found.components])


@get("/queues/{ref:str}/versions")
async def list_versions(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    found = await versions.list_of_queue(db, actor, ref)
    return http.json([write_version.version(view, version, found.references) for version in found.versions])


@get("/queues/{ref:str}/issuetypes")
async def list_types(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    types = await queues.list_types(db, actor, ref)
    return http.json([write_catalogue.entry(view, entry) for entry in types])


@get("/queues/{ref:str}/projects")
async def list_projects(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    await queues.get(db, actor, ref)
    return http.json([write_sprint.project(view, project) for project in await projects.list_all(db, actor)])


@get("/queues/{ref:str}/tags")
async def list_tags(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> Response[bytes]:
    return http.json(await queues.list_tags(db, actor, ref))


@get("/queues/{ref:str}/workflows")
async def list_workflows(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    found = await queues.get(db, actor, ref, read.SECTIONS["workflows"])
    return http.json(write.used_workflows(view, found))


@get("/queues/{ref:str}/permissions")
async def get_permissions(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    held = await queues.holders(db, actor, ref)
    return http.json(write.permissions(view, *held, under="permissions"))


@get("/queues/{ref:str}/access")
async def get_access(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    held = await queues.holders(db, actor, ref)
    return http.json(write.permissions(view, *held, under="access"))


@get("/queues/{ref:str}/checkPermissions/{right:str}")
async def check_permission(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], right: FromPath[str]
) -> Response[bytes]:
    if right.lower() not in set(Right):
        raise NotFound(f"there is no permission {right}")
    queue = await queues.check_right(db, actor, ref, Right(right.lower()))
    return http.json({"queue": queue.key, "permission": right.lower(), "granted": True})


@get(
    [
        "/queues/{ref:str}/triggers",
        "/queues/{ref:str}/macros",
        "/queues/{ref:str}/autoactions",
        "/queues/{ref:str}/issueTemplates",
        "/queues/{ref:str}/commentTemplates",
    ]
)
async def list_nothing(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> Response[bytes]:
    """What Shoal's queues do not have yet, and clients list all the same."""
    await queues.get(db, actor, ref)
    return http.json([])


handlers = [
    list_queues,
    create_queue,
    get_queue,
    list_components,
    list_versions,
    list_types,
    list_projects,
    list_tags,
    list_workflows,
    get_permissions,
    get_access,
    check_permission,
    list_nothing,
]
