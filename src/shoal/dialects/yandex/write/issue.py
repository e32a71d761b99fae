"""An issue, whole or as much of it as was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from shoal.dialects.yandex import fields, ids
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import comment, reference, transition
from shoal.dialects.yandex.write.reference import Short
from shoal.dialects.yandex.write.value import value
from shoal.domain.fields import STANDARD, Kind, custom_name
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.reference import Reference, References

ALWAYS = frozenset({"self", "id", "key", "version", "favorite"})
"""What an answer has whatever `fields` asks for."""
APART = frozenset({"description", "queue", "key", "version", "votes"})
"""Standard fields that are not written like the others."""
COLUMNS = tuple(
    (fields.wire_name(field.name), field.column, field)
    for field in STANDARD.values()
    if field.column is not None and field.name not in APART
)
"""The others: the wire's name, the attribute, the field."""
NOT_KEPT = ("attachments", "links", "checklistItems")
"""What `expand` may ask for and no issue has."""

Json = dict[str, object]


def issues(
    view: View, found: Found, *, only: frozenset[str] = frozenset(), expand: frozenset[str] = frozenset()
) -> Iterator[Json]:
    """One by one: pages are long."""
    return (issue(view, one, found, only=only, expand=expand) for one in found.issues)


def issue(
    view: View, one: Issue, found: Found, *, only: frozenset[str] = frozenset(), expand: frozenset[str] = frozenset()
) -> Json:
    """`only` are the keys asked for, all without any; an unknown one is dropped, and so is an unknown `expand`."""
    whole = {
        **_head(view, one, found.references),
        **_standard(view, one, found.references),
        **_previous(view, one, found.references),
        **_custom(view, one, found.references),
        **_expanded(view, one, found, expand),
    }
    kept = ALWAYS | only | expand
    return {name: part for name, part in whole.items() if part is not None and (not only or name in kept)}


def _head(view: View, one: Issue, known: References) -> Json:
    return {
        "self": view.link("issues", one.key),
        "id": ids.write(ids.ISSUE, one.id),
        "key": one.key,
        "version": one.version,
        "summary": one.summary,
        "description": one.description or None,
        "queue": _queue(view, one, known),
        "aliases": one.aliases or None,
        "votes": one.votes,
        "favorite": False,
        "unique": one.unique_token,
    }


def _queue(view: View, one: Issue, known: References) -> Short:
    queue = known.find(Kind.QUEUE, one.queue_id) or Reference(Kind.QUEUE, one.queue_id, one.queue, {"en": one.queue})
    return reference.reference(view, queue)


def _standard(view: View, one: Issue, known: References) -> Json:
    written: Json = {}
    for name, column, field in COLUMNS:
        stored = getattr(one, column)
        if stored is not None and stored != []:
            written[name] = value(view, field, stored, known)
    return written


def _previous(view: View, one: Issue, known: References) -> Json:
    things = {
        "previousStatus": known.find(Kind.STATUS, one.previous_status_id),
        "previousStatusLastAssignee": known.find(Kind.USER, one.previous_assignee_id),
        "previousQueue": known.find(Kind.QUEUE, one.previous_queue_id),
    }
    return {name: reference.reference(view, thing) for name, thing in things.items() if thing is not None}


def _custom(view: View, one: Issue, known: References) -> Json:
    written: Json = {}
    for field_id, stored in one.custom.items():
        field = known.custom(custom_name(int(field_id)))
        if field is not None:
            written[fields.field_name(field)] = value(view, field, stored, known)
    return written


def _expanded(view: View, one: Issue, found: Found, expand: frozenset[str]) -> Json:
    expanded: Json = {name: [] for name in NOT_KEPT if name in expand}
    if found.comments is not None:
        said = found.comments.get(one.id, [])
        expanded["comments"] = [comment.comment(view, one.key, each, found.references) for each in said]
    if found.transitions is not None:
        ways = found.transitions.get(one.id, [])
        expanded["transitions"] = [transition.transition(view, one.key, each, found.references) for each in ways]
    return expanded
