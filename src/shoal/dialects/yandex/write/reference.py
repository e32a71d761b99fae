"""The short form in which a thing stands inside another, and the form of instants.

`self` is absolute and names what can be got; `id` is always a string here, though a number in the full object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from shoal.dialects.yandex import ids
from shoal.dialects.yandex.view import View
from shoal.domain.fields import Kind
from shoal.domain.reference import Reference

Short = dict[str, object]

COLLECTIONS: Mapping[Kind, str] = {
    Kind.USER: "users",
    Kind.TYPE: "issuetypes",
    Kind.STATUS: "statuses",
    Kind.PRIORITY: "priorities",
    Kind.RESOLUTION: "resolutions",
    Kind.QUEUE: "queues",
    Kind.ISSUE: "issues",
    Kind.COMPONENT: "components",
    Kind.VERSION: "versions",
    Kind.SPRINT: "sprints",
    Kind.PROJECT: "projects",
}
"""The path under which the things of each kind are served."""
BY_KEY = frozenset({Kind.QUEUE, Kind.ISSUE})
"""Kinds whose address has the key, not the id."""


def reference(view: View, thing: Reference) -> Short:
    """Any thing that a value can refer to."""
    if thing.kind is Kind.USER:
        return user(view, thing.id, view.name(thing.names))
    short = named(view, COLLECTIONS[thing.kind], _address(thing), view.name(thing.names))
    short["id"] = ids.write(ids.ISSUE, thing.id) if thing.kind is Kind.ISSUE else str(thing.id)
    return short if thing.key is None else {"self": short["self"], "id": short["id"], "key": thing.key, **short}


def references(view: View, things: Iterable[Reference]) -> list[Short]:
    return [reference(view, thing) for thing in things]


def user(view: View, user_id: int, display: str) -> Short:
    return {
        "self": view.link("users", user_id),
        "id": str(user_id),
        "display": display,
        "passportUid": user_id,
        "cloudUid": str(user_id),
    }


def named(view: View, collection: str, thing_id: int | str, name: str) -> Short:
    """Whatever has no key: a component, a version, a sprint, a project, a board, a field."""
    return {"self": view.link(collection, thing_id), "id": str(thing_id), "display": name}


def instant(at: datetime) -> str:
    """`2026-03-04T05:06:07.890+0000`: milliseconds, and the offset without a colon."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def _address(thing: Reference) -> int | str:
    return thing.key if thing.kind in BY_KEY and thing.key is not None else thing.id
