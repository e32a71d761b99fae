"""Transitions that an issue can go through."""

from __future__ import annotations

from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import reference
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.reference import References
from shoal.domain.workflow import Transition


def transitions(view: View, found: Found) -> list[dict[str, object]]:
    """Those of the one issue that was asked for."""
    ways = (found.transitions or {}).get(found.issue.id, [])
    return [transition(view, found.issue.key, way, found.references) for way in ways]


def transition(view: View, key: str, way: Transition, known: References) -> dict[str, object]:
    """`self` is absolute: a client posts to it as it stands."""
    status = known.find(Kind.STATUS, way.to_status_id)
    written: dict[str, object] = {
        "self": view.link("issues", key, "transitions", way.key),
        "id": way.key,
        "display": view.name(way.name),
    }
    if status is not None:
        written["to"] = reference.reference(view, status)
    return written
