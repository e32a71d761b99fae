"""Types, statuses, priorities, resolutions and workflows."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import catalogues
from shoal.dialects import http
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, TheView
from shoal.dialects.yandex.write import catalogue as write
from shoal.domain.errors import NotFound
from shoal.domain.fields import Kind


@get("/issuetypes")
async def list_types(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    return await _list(db, actor, view, Kind.TYPE)


@get("/issuetypes/{ref:str}")
async def get_type(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    return await _get(db, actor, view, Kind.TYPE, ref)


@get("/statuses")
async def list_statuses(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    return await _list(db, actor, view, Kind.STATUS)


@get("/statuses/{ref:str}")
async def get_status(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    return await _get(db, actor, view, Kind.STATUS, ref)


@get("/priorities")
async def list_priorities(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    return await _list(db, actor, view, Kind.PRIORITY)


@get("/priorities/{ref:str}")
async def get_priority(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    return await _get(db, actor, view, Kind.PRIORITY, ref)


@get("/resolutions")
async def list_resolutions(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    return await _list(db, actor, view, Kind.RESOLUTION)


@get("/resolutions/{ref:str}")
async def get_resolution(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    return await _get(db, actor, view, Kind.RESOLUTION, ref)


@get("/workflows")
async def list_workflows(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    heads = await catalogues.list_workflows(db, actor)
    return http.json([write.whole_workflow(view, head) for head in heads])


@get("/workflows/{ref:str}")
async def get_workflow(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    heads = await catalogues.list_workflows(db, actor)
    found = [head for head in heads if ref in (str(head.id), head.key)]
    if not found:
        raise NotFound(f"there is no workflow {ref}")
    return http.json(write.whole_workflow(view, found[0]))


async def _list(db: TheDatabase, actor: TheActor, view: TheView, kind: Kind) -> Response[bytes]:
    entries = await catalogues.list_all(db, actor, kind)
    return http.json([write.entry(view, entry) for entry in entries])


async def _get(db: TheDatabase, actor: TheActor, view: TheView, kind: Kind, ref: str) -> Response[bytes]:
    entry = await catalogues.get(db, actor, kind, ref)
    return http.json(write.entry(view, entry))


handlers = [
    list_types,
    get_type,
    list_statuses,
    get_status,
    list_priorities,
    get_priority,
    list_resolutions,
    get_resolution,
    list_workflows,
    get_workflow,
]
