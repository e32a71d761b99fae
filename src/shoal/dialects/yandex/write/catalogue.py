"""A type, status, priority or resolution in full; a workflow."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write.reference import COLLECTIONS, Short, named
from shoal.domain.catalogue import Entry
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


def entry(view: View, entry: Entry) -> dict[str, object]:
    full: dict[str, object] = {
        "self": view.link(COLLECTIONS[entry.kind], entry.id),
        "id": entry.id,
        "version": entry.version,
        "key": entry.key,
        "name": view.names(entry.names),
        "description": entry.description,
    }
    if entry.kind is not Kind.TYPE:
        full["order"] = entry.position
    if entry.category is not None:
        full["type"] = STATUS_TYPES[entry.category]
    return full


def short(view: View, entry: Entry) -> Short:
    link = view.link(COLLECTIONS[entry.kind], entry.id)
    return {"self": link, "id": str(entry.id), "key": entry.key, "display": view.name(entry.names)}


def workflow(view: View, head: WorkflowHead) -> Short:
    return named(view, "workflows", head.id, head.name)


def whole_workflow(view: View, head: WorkflowHead) -> dict[str, object]:
    return {
        "self": view.link("workflows", head.id),
        "id": head.id,
        "version": 1,
        "key": head.key,
        "name": head.name,
        "display": head.name,
    }
