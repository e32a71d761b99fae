"""The short form in which a thing stands inside another, and the form of instants.

`self` is absolute and names what can be got; `id` is always a string here, though a number in the full object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from shoal.dialects.yandex import ids
from shoal.dialects.yandex.shapes import LinkedAnswer, or_unset
from shoal.dialects.yandex.view import View
from shoal.domain.fields import Kind
from shoal.domain.reference import Reference, References

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


class Short(LinkedAnswer):
    """A thing inside another; `key` where it has one, the last two of a user."""

    id: str
    display: str
    key: str | UnsetType = UNSET
    passport_uid: int | UnsetType = UNSET
    cloud_uid: str | UnsetType = UNSET


def reference(view: View, thing: Reference) -> Short:
    """Any thing that a value can refer to."""
    if thing.kind is Kind.USER:
        return user(view, thing.id, view.name(thing.names))
    return Short(
        link=view.link(COLLECTIONS[thing.kind], _address(thing)),
        id=ids.write(ids.ISSUE, thing.id) if thing.kind is Kind.ISSUE else str(thing.id),
        key=or_unset(thing.key),
        display=view.name(thing.names),
    )


def references(view: View, things: Iterable[Reference]) -> list[Short]:
    return [reference(view, thing) for thing in things]


def find(view: View, known: References, kind: Kind, thing_id: int | None) -> Short | UnsetType:
    """The short form of what has this id; UNSET where there is nothing, or nothing that the caller may know of."""
    return or_unset(find_or_null(view, known, kind, thing_id))


def find_or_null(view: View, known: References, kind: Kind, thing_id: int | None) -> Short | None:
    """The same, None where there is nothing."""
    thing = known.find(kind, thing_id)
    return None if thing is None else reference(view, thing)


def user(view: View, user_id: int, display: str) -> Short:
    return Short(
        link=view.link("users", user_id),
        id=str(user_id),
        display=display,
        passport_uid=user_id,
        cloud_uid=str(user_id),
    )


def named(view: View, collection: str, thing_id: int | str, name: str) -> Short:
    """Whatever has no key: a component, a version, a sprint, a project, a board, a field."""
    return Short(link=view.link(collection, thing_id), id=str(thing_id), display=name)


def instant(at: datetime) -> str:
    """`2026-03-04T05:06:07.890+0000`: milliseconds, and the offset without a colon."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def _address(thing: Reference) -> int | str:
    return thing.key if thing.kind in BY_KEY and thing.key is not None else thing.id
