"""The names of the standard fields on the Yandex wire, both ways."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects import spelling
from shoal.dialects.yandex import ids
from shoal.domain.fields import STANDARD, Field

OWN: Mapping[str, str] = {
    "sprints": "sprint",
    "projects": "project",
    "author": "createdBy",
    "resolver": "resolvedBy",
    "status_since": "statusStartTime",
    "last_comment_at": "lastCommentUpdatedAt",
}
"""Names that this wire has of its own; every other standard field is known by the domain's word in camel case."""


def _camel(name: str) -> str:
    head, *others = name.split("_")
    return head + "".join(word.capitalize() for word in others)


RENAMED: Mapping[str, str] = {name: wire for name in STANDARD if (wire := OWN.get(name) or _camel(name)) != name}
"""Wire name by domain name; a field that is not here has the same name in both."""

READ_ONLY = frozenset({"spent"})
"""Fields that this wire shows and does not edit, though others may: time spent is kept by worklogs."""

PARTS: Mapping[str, str] = {
    "default_type": "defaultType",
    "default_priority": "defaultPriority",
    "types": "issueTypesConfig",
    "start_date": "startDate",
    "due_date": "dueDate",
    "end_date": "endDate",
    "options": "optionsProvider",
    "position": "order",
}
"""Parts of other requests than an issue's, likewise."""

ASKED: Mapping[str, str] = {
    "previous_queue": "previousQueue",
    "linked_to": "linkedTo",
    "children": "isParentTaskFor",
    "epic_issues": "isEpicOf",
    "comment_author": "commentAuthor",
    "queue_lead": "queueLead",
    "component_lead": "componentLead",
    "status_category": "statusType",
}
"""What only a search asks for, likewise."""

ALIASES: Mapping[str, str] = {
    "author": "author",
    "modifier": "updated_by",
    "created": "created_at",
    "updated": "updated_at",
    "update": "updated_at",
    "resolved": "resolved_at",
    "resolver": "resolver",
}
"""Other names by which requests call a field: the ids of the fields' directory beside the keys of an issue."""

_READ = {wire: name for name, wire in RENAMED.items()}


def wire_name(name: str) -> str:
    """The wire name of a standard field, of a part of a request, or of what a search asks for, by its domain name."""
    return RENAMED.get(name) or ASKED.get(name) or PARTS.get(name, name)


def domain_name(wire: str) -> str:
    """The domain name that a wire name means: a standard field's, `custom.<id>`, or the key of a custom field."""
    field_id = ids.read_local_field(wire)
    name = _READ.get(wire) or ALIASES.get(wire) or wire if field_id is None else f"custom.{field_id}"
    spelling.note(name, wire)
    return name


def field_name(field: Field) -> str:
    """The wire name of any field."""
    if field.id is None or field.key is None:
        return wire_name(field.name)
    return field.key if field.queue_id is None else ids.local_field(field.id, field.key)
