"""Custom fields."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.actions.fields import FormedField
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.read.fields import Wanted
from shoal.dialects.codearts.tables import TRACKERS
from shoal.dialects.codearts.write.issues import field_type
from shoal.dialects.codearts.write.values import moment
from shoal.domain.catalogue import Entry

Json = dict[str, object]


def listed(fields: Sequence[FormedField], types: Sequence[Entry], wanted: Wanted) -> Json:
    """Those that are wanted; each is for every type of the project."""
    trackers = sorted(TRACKERS.number(entry.key, entry.id) for entry in types)
    return {
        "datas": [
            {
                "name": _name(one),
                "custom_field": _wire_name(one),
                "options": _options(one),
                "type": _type(one),
                "tracker_ids": trackers,
                "create_time": moment(one.created_at),
            }
            for one in fields
            if wanted.has(_wire_name(one), _name(one))
        ]
    }


def created(one: FormedField, *, tracker: int | None) -> Json:
    return {
        "id": one.field.id,
        "identifier": _wire_name(one),
        "custom_field": _wire_name(one),
        "name": _name(one),
        "type": _type(one),
        "options": _options(one),
        "memo": one.field.description,
        "project_id": one.field.queue_id,
        "tracker_id": tracker,
        "region": ids.REGIONS[0],
        "sort": one.field.position,
        "created": moment(one.created_at),
        "modified": moment(one.created_at),
        "is_delete": False,
    }


def _name(one: FormedField) -> str:
    return (one.field.names or {}).get("en", "")


def _wire_name(one: FormedField) -> str:
    return f"custom_field{one.field.id}"


def _type(one: FormedField) -> str:
    return one.form or field_type(one.field)


def _options(one: FormedField) -> str:
    return ",".join(one.field.options or ())
