"""Components."""

from __future__ import annotations

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, RawBody

from shoal.actions import components
from shoal.actions.components import ComponentsFound
from shoal.dialects import http
from shoal.dialects.yandex import ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheVersion, TheView
from shoal.dialects.yandex.read import directories as read
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import component as write


@get("/components")
async def list_components(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[bytes]:
    found = await components.list_page(db, actor, limit=page.size, offset=page.offset)
    return paging.json(view, page, _all(view, found), found.total)


@post("/components")
async def create_component(db: TheDatabase, actor: TheActor, view: TheView, body: RawBody) -> Response[bytes]:
    found = await components.create(db, actor, read.new_component(body))
    return http.json(_all(view, found)[0], status=201)


@get("/components/{ref:str}")
async def get_component(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    found = await components.get(db, actor, ids.known_number("component", ref))
    return http.json(_all(view, found)[0])


@patch("/components/{ref:str}")
async def edit_component(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    expected_version: TheVersion,
    ref: FromPath[str],
    body: RawBody,
) -> Response[bytes]:
    component_id = ids.known_number("component", ref)
    found = await components.edit(db, actor, component_id, read.component_edit(body), version=expected_version)
    return http.json(_all(view, found)[0])


@delete("/components/{ref:str}")
async def delete_component(
    db: TheDatabase, actor: TheActor, expected_version: TheVersion, ref: FromPath[str]
) -> Response[None]:
    await components.delete(db, actor, ids.known_number("component", ref), version=expected_version)
    return http.empty()


def _all(view: View, found: ComponentsFound) -> list[dict[str, object]]:
    return [write.component(view, component, found.references) for component in found.components]


handlers = [list_components, create_component, get_component, edit_component, delete_component]
