"""An issue on the wire. It has the fields that people add, and as many of all as `fields=` and `expand=` ask for: so it
is no struct, but an object that is written, and described, by the table of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from shoal.dialects.yandex.field_names import READ_ONLY, wire_name
from shoal.dialects.yandex.references import COLLECTIONS
from shoal.domain.fields import STANDARD, Field, Kind

Json = dict[str, Any]

ALWAYS = frozenset({"self", "id", "key", "version", "favorite"})
"""What an answer has whatever `fields` asks for."""
APART = frozenset({"description", "queue", "key", "version", "votes"})
"""Standard fields that are not written like the others."""
COLUMNS = tuple(
    (wire_name(field.name), field.column, field)
    for field in STANDARD.values()
    if field.column is not None and field.name not in APART
)
"""The others: the wire's name, the attribute, the field."""
NOT_KEPT = ("attachments", "links", "checklistItems")
"""What `expand` may ask for and no issue has."""


# --- described -----------------------------------------------------------------------------------------------------

JSON_TYPES: Mapping[Kind, str] = {Kind.INTEGER: "integer", Kind.FLOAT: "number"}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _array(of: Json) -> Json:
    return {"type": "array", "items": of}


def _value(field: Field) -> Json:
    if field.name == "projects":
        return {"type": "object"}
    one = _ref("Short") if field.kind in COLLECTIONS else {"type": JSON_TYPES.get(field.kind, "string")}
    return _array(one) if field.is_list else one


ISSUE: Json = {
    "required": sorted(ALWAYS),
    "properties": {
        **{name: _value(field) for name, _, field in COLUMNS},
        **{name: {"type": "string"} for name in ("self", "id", "key", "description", "unique")},
        **{name: {"type": "integer"} for name in ("version", "votes")},
        **{name: _ref("Short") for name in ("queue", "previousStatus", "previousStatusLastAssignee", "previousQueue")},
        **{name: {"type": "array"} for name in NOT_KEPT},
        "aliases": _array({"type": "string"}),
        "favorite": {"type": "boolean"},
        "comments": _array(_ref("CommentAnswer")),
        "transitions": _array(_ref("TransitionAnswer")),
    },
}
EDITS: Json = {
    "description": "Fields by name, those that people made among them: values, or objects of operators.",
    "properties": {
        wire_name(field.name): {} for field in STANDARD.values() if field.is_editable and field.name not in READ_ONLY
    },
}
IssueAnswer = Annotated[Json, Meta(extra_json_schema=ISSUE)]
EditsBody = Annotated[Json, Meta(extra_json_schema=EDITS)]
NewIssueBody = Annotated[Json, Meta(extra_json_schema={**EDITS, "required": ["queue", "summary"]})]
