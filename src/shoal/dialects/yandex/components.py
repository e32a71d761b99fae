"""Components."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import components
from shoal.actions.components import ComponentsFound
from shoal.dialects.yandex import edits, ids, paging, references
from shoal.dialects.yandex.dependencies import Payload, TheActor, TheDatabase, ThePage, TheVersion, TheView
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.shapes import Body, LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.component import ComponentEdit, NewComponent
from shoal.domain.fields import Kind


class NewComponentBody(Body):
    name: str
    queue: Any
    description: str | None = None
    lead: Any = None
    assign_auto: bool | None = None


class ComponentEditBody(Body):
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    lead: Any = UNSET
    assign_auto: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class ComponentAnswer(LinkedAnswer):
    id: int
    version: int
    name: str
    description: str
    assign_auto: bool
    archived: bool
    queue: Short | UnsetType = UNSET
    lead: Short | UnsetType = UNSET


@get("/components")
async def list_components(
    db: TheDatabase, actor: TheActor, view: TheView, page: ThePage
) -> Response[list[ComponentAnswer]]:
    found = await components.list_page(db, actor, limit=page.size, offset=page.offset)
    return paging.answer(view, page, write(view, found), found.total)


@post("/components")
async def create_component(
    db: TheDatabase, actor: TheActor, view: TheView, payload: Payload[NewComponentBody]
) -> ComponentAnswer:
    return write(view, await components.create(db, actor, read_new(payload)))[0]


@get("/components/{ref:str}")
async def get_component(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> ComponentAnswer:
    return write(view, await components.get(db, actor, ids.known_number("component", ref)))[0]


@patch("/components/{ref:str}")
async def edit_component(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    expected_version: TheVersion,
    ref: FromPath[str],
    payload: Payload[ComponentEditBody],
) -> ComponentAnswer:
    component_id = ids.known_number("component", ref)
    return write(view, await components.edit(db, actor, component_id, read_edit(payload), version=expected_version))[0]


@delete("/components/{ref:str}")
async def delete_component(db: TheDatabase, actor: TheActor, expected_version: TheVersion, ref: FromPath[str]) -> None:
    await components.delete(db, actor, ids.known_number("component", ref), version=expected_version)


@get("/queues/{ref:str}/components")
async def list_components_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[ComponentAnswer]:
    return write(view, await components.list_of_queue(db, actor, ref))


def read_new(sent: NewComponentBody) -> NewComponent:
    return NewComponent(
        queue=edits.queue(sent.queue),
        name=sent.name,
        description=sent.description or "",
        lead=edits.optional("lead", Kind.USER, sent.lead),
        assign_auto=bool(sent.assign_auto),
    )


def read_edit(sent: ComponentEditBody) -> ComponentEdit:
    return ComponentEdit(
        name=sent.name,
        description="" if sent.description is None else sent.description,
        lead=UNSET if sent.lead is UNSET else edits.optional("lead", Kind.USER, sent.lead),
        assign_auto=sent.assign_auto,
        archived=sent.archived,
    )


def write(view: View, found: ComponentsFound) -> list[ComponentAnswer]:
    return [
        ComponentAnswer(
            link=view.link("components", component.id),
            id=component.id,
            version=component.version,
            name=component.name,
            description=component.description,
            assign_auto=component.assign_auto,
            archived=component.archived,
            queue=references.find(view, found.references, Kind.QUEUE, component.queue_id),
            lead=references.find(view, found.references, Kind.USER, component.lead_id),
        )
        for component in found.components
    ]
