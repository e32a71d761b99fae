"""Fields: the standard ones, the organisation's own, and those of a queue."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import fields, queues
from shoal.actions.fields import FieldsFound
from shoal.dialects import http
from shoal.dialects.yandex import fields as names
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, TheView
from shoal.dialects.yandex.read import directories as read
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import field as write
from shoal.domain.errors import NotFound


@get("/fields")
async def list_fields(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    return http.json(_all(view, await fields.list_global(db, actor)))


@post("/fields")
async def create_field(db: TheDatabase, actor: TheActor, view: TheView, body: RawBody) -> Response[bytes]:
    found = await fields.create_global(db, actor, read.new_field(body))
    return http.json(_all(view, found)[0], status=201)


@get("/fields/categories")
async def list_categories(view: TheView) -> Response[bytes]:
    return http.json([write.whole_category(view, key) for key in write.CATEGORIES])


@get("/fields/categories/{key:str}")
async def get_category(view: TheView, key: FromPath[str]) -> Response[bytes]:
    if key not in write.CATEGORIES:
        raise NotFound(f"there is no category {key}")
    return http.json(write.whole_category(view, key))


@get("/fields/{name:str}")
async def get_field(db: TheDatabase, actor: TheActor, view: TheView, name: FromPath[str]) -> Response[bytes]:
    found = await fields.get(db, actor, names.domain_name(name))
    return http.json(_all(view, found)[0])


@get("/localFields")
async def list_local_fields(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    return http.json(_all(view, await fields.list_local(db, actor)))


@get("/queues/{ref:str}/fields")
async def list_fields_of_queue(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    """The global ones: a queue has them all. Its own are beside them."""
    await queues.get(db, actor, ref)
    return http.json(_all(view, await fields.list_global(db, actor)))


@get("/queues/{ref:str}/localFields")
async def list_local_fields_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> Response[bytes]:
    return http.json(_all(view, await fields.list_local(db, actor, ref)))


@post("/queues/{ref:str}/localFields")
async def create_local_field(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], body: RawBody
) -> Response[bytes]:
    found = await fields.create_local(db, actor, ref, read.new_field(body))
    return http.json(_all(view, found)[0], status=201)


@get("/queues/{ref:str}/localFields/{name:str}")
async def get_local_field(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    found = await fields.get_local(db, actor, ref, names.domain_name(name))
    return http.json(_all(view, found)[0])


def _all(view: View, found: FieldsFound) -> list[dict[str, object]]:
    return [write.field(view, field, found.references) for field in found.fields]


handlers = [
    list_fields,
    create_field,
    list_categories,
    get_category,
    get_field,
    list_local_fields,
    list_fields_of_queue,
    list_local_fields_of_queue,
    create_local_field,
    get_local_field,
]
