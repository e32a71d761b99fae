"""The value of one field, of whatever kind, as an issue and its history show it."""

from __future__ import annotations

from datetime import date, datetime

from shoal.dialects.yandex import references
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.shapes import Answer
from shoal.dialects.yandex.view import View
from shoal.domain import durations
from shoal.domain.fields import Field, Kind
from shoal.domain.reference import References

WORDS = frozenset({Kind.SEVERITY, Kind.AREA})
"""Kinds of which the wire knows the word alone."""


class ProjectsAnswer(Answer):
    primary: Short
    secondary: list[Short]


def write(view: View, field: Field, stored: object, known: References) -> object:
    """None for no value, and for what the caller may not know of."""
    if field.kind is Kind.PROJECT and field.is_list:
        return _projects(view, stored, known)
    if isinstance(stored, list | tuple):
        things = (_one(view, field.kind, item, known) for item in stored)
        return [thing for thing in things if thing is not None] or None
    return _one(view, field.kind, stored, known)


def _projects(view: View, stored: object, known: References) -> Short | ProjectsAnswer | None:
    """The first is the primary one; the older wire knows no other."""
    ids = [item for item in stored if isinstance(item, int)] if isinstance(stored, list | tuple) else []
    things = references.references(view, known.all(Kind.PROJECT, ids))
    if not things:
        return None
    if view.version == "v2":
        return things[0]
    return ProjectsAnswer(primary=things[0], secondary=things[1:])


def _one(view: View, kind: Kind, stored: object, known: References) -> object:
    if isinstance(stored, int) and not isinstance(stored, bool) and kind in references.COLLECTIONS:
        thing = known.find(kind, stored)
        return references.reference(view, thing) if thing is not None else None
    if isinstance(stored, int) and kind in WORDS:
        thing = known.find(kind, stored)
        return (thing.key or view.name(thing.names)) if thing is not None else None
    match stored:
        case datetime():
            return references.instant(stored)
        case date():
            return stored.isoformat()
        case int() if kind is Kind.DURATION:
            return durations.write(stored)
        case str() if kind is Kind.DATETIME:
            return references.instant(datetime.fromisoformat(stored))
        case "":
            return None
        case _:
            return stored
