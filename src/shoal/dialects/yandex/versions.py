"""Versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import versions
from shoal.actions.versions import VersionsFound
from shoal.dialects.yandex import edits, ids, paging, references
from shoal.dialects.yandex.dependencies import Payload, TheActor, TheDatabase, ThePage, TheVersion, TheView
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.shapes import Body, LinkedAnswer, NothingBody, or_unset
from shoal.dialects.yandex.view import View
from shoal.domain.fields import Kind
from shoal.domain.version import NewVersion, VersionEdit


class NewVersionBody(Body):
    queue: Any
    name: str
    description: str | None = None
    start_date: date | None = None
    due_date: date | None = None


class VersionEditBody(Body):
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    start_date: date | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    released: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class VersionAnswer(LinkedAnswer):
    id: int
    version: int
    name: str
    description: str
    released: bool
    archived: bool
    queue: Short | UnsetType = UNSET
    start_date: date | UnsetType = UNSET
    due_date: date | UnsetType = UNSET


@get("/versions")
async def list_versions(
    db: TheDatabase, actor: TheActor, view: TheView, page: ThePage
) -> Response[list[VersionAnswer]]:
    found = await versions.list_page(db, actor, limit=page.size, offset=page.offset)
    return paging.answer(view, page, write(view, found), found.total)


@post("/versions")
async def create_version(
    db: TheDatabase, actor: TheActor, view: TheView, payload: Payload[NewVersionBody]
) -> VersionAnswer:
    return write(view, await versions.create(db, actor, read_new(payload)))[0]


@get("/versions/{ref:str}")
async def get_version(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> VersionAnswer:
    return write(view, await versions.get(db, actor, ids.known_number("version", ref)))[0]


@patch("/versions/{ref:str}")
async def edit_version(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    expected_version: TheVersion,
    ref: FromPath[str],
    payload: Payload[VersionEditBody],
) -> VersionAnswer:
    return await _edit(db, actor, view, expected_version, ref, read_edit(payload))


@post("/versions/{ref:str}/_archive", status_code=200)
async def archive_version(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    expected_version: TheVersion,
    ref: FromPath[str],
    payload: Payload[NothingBody],
) -> VersionAnswer:
    return await _edit(db, actor, view, expected_version, ref, VersionEdit(archived=True))


@post("/versions/{ref:str}/_release", status_code=200)
async def release_version(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    expected_version: TheVersion,
    ref: FromPath[str],
    payload: Payload[NothingBody],
) -> VersionAnswer:
    return await _edit(db, actor, view, expected_version, ref, VersionEdit(released=True))


@delete("/versions/{ref:str}")
async def delete_version(db: TheDatabase, actor: TheActor, expected_version: TheVersion, ref: FromPath[str]) -> None:
    await versions.delete(db, actor, ids.known_number("version", ref), version=expected_version)


@get("/queues/{ref:str}/versions")
async def list_versions_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[VersionAnswer]:
    return write(view, await versions.list_of_queue(db, actor, ref))


async def _edit(
    db: TheDatabase, actor: TheActor, view: View, expected: int | None, ref: str, changes: VersionEdit
) -> VersionAnswer:
    found = await versions.edit(db, actor, ids.known_number("version", ref), changes, version=expected)
    return write(view, found)[0]


def read_new(sent: NewVersionBody) -> NewVersion:
    return NewVersion(
        queue=edits.queue(sent.queue),
        name=sent.name,
        description=sent.description or "",
        start_date=sent.start_date,
        due_date=sent.due_date,
    )


def read_edit(sent: VersionEditBody) -> VersionEdit:
    return VersionEdit(
        name=sent.name,
        description="" if sent.description is None else sent.description,
        start_date=sent.start_date,
        due_date=sent.due_date,
        released=sent.released,
        archived=sent.archived,
    )


def write(view: View, found: VersionsFound) -> list[VersionAnswer]:
    return [
        VersionAnswer(
            link=view.link("versions", version.id),
            id=version.id,
            version=version.version,
            name=version.name,
            description=version.description,
            released=version.released,
            archived=version.archived,
            queue=references.find(view, found.references, Kind.QUEUE, version.queue_id),
            start_date=or_unset(version.start_date),
            due_date=or_unset(version.due_date),
        )
        for version in found.versions
    ]
