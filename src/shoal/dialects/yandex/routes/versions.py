"""Versions."""

from __future__ import annotations

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, RawBody

from shoal.actions import versions
from shoal.actions.versions import VersionsFound
from shoal.dialects import http
from shoal.dialects.yandex import ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheVersion, TheView
from shoal.dialects.yandex.read import directories as read
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import version as write
from shoal.domain.version import VersionEdit


@get("/versions")
async def list_versions(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[bytes]:
    found = await versions.list_page(db, actor, limit=page.size, offset=page.offset)
    return paging.json(view, page, _all(view, found), found.total)


@post("/versions")
async def create_version(db: TheDatabase, actor: TheActor, view: TheView, body: RawBody) -> Response[bytes]:
    found = await versions.create(db, actor, read.new_version(body))
    return http.json(_all(view, found)[0], status=201)


@get("/versions/{ref:str}")
async def get_version(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    found = await versions.get(db, actor, ids.known_number("version", ref))
    return http.json(_all(view, found)[0])


@patch("/versions/{ref:str}")
async def edit_version(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    expected_version: TheVersion,
    ref: FromPath[str],
    body: RawBody,
) -> Response[bytes]:
    return await _edit(db, actor, view, expected_version, ref, read.version_edit(body))


@post("/versions/{ref:str}/_archive")
async def archive_version(
    db: TheDatabase, actor: TheActor, view: TheView, expected_version: TheVersion, ref: FromPath[str], body: RawBody
) -> Response[bytes]:
    read.nothing(body)
    return await _edit(db, actor, view, expected_version, ref, VersionEdit(archived=True))


@post("/versions/{ref:str}/_release")
async def release_version(
    db: TheDatabase, actor: TheActor, view: TheView, expected_version: TheVersion, ref: FromPath[str], body: RawBody
) -> Response[bytes]:
    read.nothing(body)
    return await _edit(db, actor, view, expected_version, ref, VersionEdit(released=True))


@delete("/versions/{ref:str}")
async def delete_version(
    db: TheDatabase, actor: TheActor, expected_version: TheVersion, ref: FromPath[str]
) -> Response[None]:
    await versions.delete(db, actor, ids.known_number("version", ref), version=expected_version)
    return http.empty()


async def _edit(
    db: TheDatabase, actor: TheActor, view: View, expected: int | None, ref: str, changes: VersionEdit
) -> Response[bytes]:
    found = await versions.edit(db, actor, ids.known_number("version", ref), changes, version=expected)
    return http.json(_all(view, found)[0])


def _all(view: View, found: VersionsFound) -> list[dict[str, object]]:
    return [write.version(view, version, found.references) for version in found.versions]


handlers = [
    list_versions,
    create_version,
    get_version,
    edit_version,
    archive_version,
    release_version,
    delete_version,
]
