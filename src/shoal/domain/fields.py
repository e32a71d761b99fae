"""The fields of an issue: what kind of value each holds, where it is stored, and whether an edit may touch it.

The standard fields are the table below; custom fields are rows that become the same `Field`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a value is. A reference is stored as the id of the thing, a duration as minutes of work."""

    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    USER = "user"
    TYPE = "type"
    PRIORITY = "priority"
    STATUS = "status"
    RESOLUTION = "resolution"
    SEVERITY = "severity"
    AREA = "area"
    QUEUE = "queue"
    COMPONENT = "component"
    VERSION = "version"
    SPRINT = "sprint"
    PROJECT = "project"
    ISSUE = "issue"
    URI = "uri"
    BOOLEAN = "boolean"


CATALOGUE_KINDS = frozenset({Kind.TYPE, Kind.STATUS, Kind.PRIORITY, Kind.RESOLUTION, Kind.SEVERITY})
QUEUE_KINDS = frozenset({Kind.COMPONENT, Kind.VERSION, Kind.AREA})
"""Kinds whose values may belong to one queue, so that a name means another thing in each."""
REFERENCE_KINDS = CATALOGUE_KINDS | QUEUE_KINDS | {Kind.USER, Kind.QUEUE, Kind.SPRINT, Kind.PROJECT, Kind.ISSUE}
NUMBER_KINDS = frozenset({Kind.INTEGER, Kind.FLOAT, Kind.DURATION})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an issue.

    `name` is the domain's word, and the key of the changelog; a custom field's is `custom.<id>`.
    `column` is the column that holds it, None for a custom field; of the table `issue`, or with `is_apart` of
    `issue_text`, where long text lies.
    """

    name: str
    kind: Kind
    column: str | None = None
    is_list: bool = False
    is_editable: bool = True
    is_clearable: bool = True
    is_apart: bool = False
    # of custom fields only
    id: int | None = None
    key: str | None = None
    queue_id: int | None = None
    names: Mapping[str, str] | None = field(default=None, compare=False)
    description: str = ""
    options: tuple[str, ...] | None = None
    position: int = 0
    version: int = 1

    @property
    def is_custom(self) -> bool:
        return self.id is not None

    @property
    def is_reference(self) -> bool:
        return self.kind in REFERENCE_KINDS


def custom_name(field_id: int) -> str:
    """The name of the custom field with this id."""
    return f"custom.{field_id}"


def custom_id(name: str) -> int | None:
    """The id of the custom field of this name; None if it is a standard field's."""
    head, _, digits = name.partition(".")
    return int(digits) if head == "custom" and digits.isdecimal() else None


def by_name(name: str) -> Field:
    """The standard field of this name; for `custom.<id>` a field of which only the id is known."""
    return STANDARD.get(name) or Field(name, Kind.TEXT, id=int(name.removeprefix("custom.")))


def _field(
    name: str, kind: Kind, column: str = "", *, many: bool = False, edit: bool = True, clear: bool = True
) -> Field:
    return Field(name, kind, column or name, is_list=many, is_editable=edit, is_clearable=clear and edit)


STANDARD: Mapping[str, Field] = {
    standard.name: standard
    for standard in (
        _field("summary", Kind.STRING, clear=False),
        Field("description", Kind.TEXT, "description", is_apart=True),
        _field("type", Kind.TYPE, "type_id", clear=False),
        _field("priority", Kind.PRIORITY, "priority_id", clear=False),
        _field("assignee", Kind.USER, "assignee_id"),
        _field("followers", Kind.USER, many=True),
        _field("access", Kind.USER, many=True),
        _field("tags", Kind.STRING, many=True),
        _field("components", Kind.COMPONENT, many=True),
        _field("fix_versions", Kind.VERSION, many=True),
        _field("affected_versions", Kind.VERSION, many=True),
        _field("sprints", Kind.SPRINT, many=True),
        _field("projects", Kind.PROJECT, many=True),
        _field("parent", Kind.ISSUE, "parent_id"),
        _field("epic", Kind.ISSUE, "epic_id"),
        _field("deadline", Kind.DATE),
        _field("start", Kind.DATE, "start_date"),
        _field("end", Kind.DATE, "end_date"),
        _field("story_points", Kind.FLOAT),
        _field("estimation", Kind.DURATION),
        _field("original_estimation", Kind.DURATION),
        _field("resolution", Kind.RESOLUTION, "resolution_id"),
        _field("severity", Kind.SEVERITY, "severity_id"),
        _field("area", Kind.AREA, "area_id"),
        _field("developer", Kind.USER, "developer_id"),
        _field("done_ratio", Kind.INTEGER),
        _field("spent", Kind.DURATION),
        # what only Shoal itself writes
        _field("status", Kind.STATUS, "status_id", edit=False),
        _field("queue", Kind.QUEUE, "queue_id", edit=False),
        _field("key", Kind.STRING, "number", edit=False),
        _field("version", Kind.INTEGER, edit=False),
        _field("votes", Kind.INTEGER, edit=False),
        _field("author", Kind.USER, "author_id", edit=False),
        _field("updated_by", Kind.USER, edit=False),
        _field("resolver", Kind.USER, "resolver_id", edit=False),
        _field("created_at", Kind.DATETIME, edit=False),
        _field("updated_at", Kind.DATETIME, edit=False),
        _field("resolved_at", Kind.DATETIME, edit=False),
        _field("status_since", Kind.DATETIME, edit=False),
        _field("last_comment_at", Kind.DATETIME, edit=False),
    )
}
"""Every standard field by its name."""
