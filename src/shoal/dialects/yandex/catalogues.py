"""Types, statuses, priorities, resolutions and workflows."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import catalogues
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, TheView
from shoal.dialects.yandex.references import COLLECTIONS
from shoal.dialects.yandex.shapes import LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.errors import NotFound
from shoal.domain.fields import Kind
from shoal.domain.workflow import WorkflowHead

STATUS_TYPES: Mapping[str, str] = {
    "new": "new",
    "in_progress": "inProgress",
    "paused": "paused",
    "done": "done",
    "cancelled": "cancelled",
}
"""Clients refuse any other word."""


class CatalogueAnswer(LinkedAnswer):
    """`order` is of all but types, `type` of a status."""

    id: int
    version: int
    key: str
    name: str | dict[str, str]
    description: str
    order: int | UnsetType = UNSET
    type: str | UnsetType = UNSET


class WorkflowAnswer(LinkedAnswer):
    id: int
    version: int
    key: str
    name: str
    display: str


def _routes(kind: Kind) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """The two routes of a catalogue."""
    path = f"/{COLLECTIONS[kind]}"

    @get(path, operation_id=f"list_{COLLECTIONS[kind]}")
    async def list_all(db: TheDatabase, actor: TheActor, view: TheView) -> list[CatalogueAnswer]:
        return [write(view, entry) for entry in await catalogues.list_all(db, actor, kind)]

    @get(path + "/{ref:str}", operation_id=f"get_{kind}")
    async def get_one(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> CatalogueAnswer:
        return write(view, await catalogues.get(db, actor, kind, ref))

    return list_all, get_one


list_types, get_type = _routes(Kind.TYPE)
list_statuses, get_status = _routes(Kind.STATUS)
list_priorities, get_priority = _routes(Kind.PRIORITY)
list_resolutions, get_resolution = _routes(Kind.RESOLUTION)


@get("/workflows")
async def list_workflows(db: TheDatabase, actor: TheActor, view: TheView) -> list[WorkflowAnswer]:
    return [write_workflow(view, workflow) for workflow in await catalogues.list_workflows(db, actor)]


@get("/workflows/{ref:str}")
async def get_workflow(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> WorkflowAnswer:
    for workflow in await catalogues.list_workflows(db, actor):
        if ref in (str(workflow.id), workflow.key):
            return write_workflow(view, workflow)
    raise NotFound("unknown_value", thing="workflow", value=ref)


def write(view: View, entry: CatalogueEntry) -> CatalogueAnswer:
    return CatalogueAnswer(
        link=view.link(COLLECTIONS[entry.kind], entry.id),
        id=entry.id,
        version=entry.version,
        key=entry.key,
        name=view.names(entry.names),
        description=entry.description,
        order=UNSET if entry.kind is Kind.TYPE else entry.position,
        type=UNSET if entry.category is None else STATUS_TYPES[entry.category],
    )


def write_workflow(view: View, workflow: WorkflowHead) -> WorkflowAnswer:
    return WorkflowAnswer(
        link=view.link("workflows", workflow.id),
        id=workflow.id,
        version=1,
        key=workflow.key,
        name=workflow.name,
        display=workflow.name,
    )
