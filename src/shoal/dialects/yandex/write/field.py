"""A field in full, and in short."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects.yandex.fields import READ_ONLY, field_name
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write.reference import Short, reference
from shoal.dialects.yandex.write.value import WORDS
from shoal.domain.field_names import NAMES
from shoal.domain.fields import Field, Kind
from shoal.domain.reference import References

SCHEMA_TYPES: Mapping[Kind, str] = {
    **{kind: kind.value for kind in Kind if kind not in WORDS},
    Kind.DURATION: "timetracking",
    Kind.TYPE: "issuetype",
}
"""The wire's word for each kind. The kinds of `value.WORDS` are texts there."""
CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "system": {"en": "System", "ru": "Системные", "zh": "系统"},
    "custom": {"en": "Custom", "ru": "Пользовательские", "zh": "自定义"},
}
REQUIRED = frozenset({"summary", "type", "priority", "status", "queue", "author", "created_at", "key"})


def field(view: View, field: Field, known: References) -> dict[str, object]:
    name = field_name(field)
    full: dict[str, object] = {
        "self": link(view, field),
        "id": name,
        "key": field.key or name,
        "name": view.names(_names(field)),
        "description": field.description,
        "version": field.version,
        "schema": _schema(field),
        "readonly": not field.is_editable or field.name in READ_ONLY,
        "options": field.options is not None,
        "suggest": field.is_reference,
        "optionsProvider": _options(field),
        "queryProvider": {"type": f"{field.kind.capitalize()}QueryProvider"},
        "order": field.position,
        "category": category(view, "custom" if field.is_custom else "system"),
        "type": "standard" if field.queue_id is None else "local",
    }
    if queue := known.find(Kind.QUEUE, field.queue_id):
        full["queue"] = reference(view, queue)
    return full


def short(view: View, field: Field) -> Short:
    """As in a changelog."""
    return {"self": link(view, field), "id": field_name(field), "display": view.name(_names(field))}


def link(view: View, field: Field) -> str:
    return view.link("fields", field_name(field))


def category(view: View, key: str) -> dict[str, object]:
    names = CATEGORIES[key]
    return {"self": view.link("fields", "categories", key), "id": key, "display": view.name(names)}


def whole_category(view: View, key: str) -> dict[str, object]:
    return {**category(view, key), "name": view.names(CATEGORIES[key]), "version": 1}


def _names(field: Field) -> Mapping[str, str]:
    return field.names or NAMES.get(field.name) or {"en": field.name}


def _schema(field: Field) -> dict[str, object]:
    word = SCHEMA_TYPES.get(field.kind, "string")
    required = field.name in REQUIRED
    # An issue shows its projects as one thing, not as an array.
    if not field.is_list or field.name == "projects":
        return {"type": word, "required": required}
    return {"type": "array", "items": word, "required": required}


def _options(field: Field) -> dict[str, object]:
    if field.options is None:
        return {"type": "AllOptionsProvider", "values": []}
    return {"type": "FixedListOptionsProvider", "values": list(field.options)}
