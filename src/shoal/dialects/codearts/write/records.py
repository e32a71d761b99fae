"""History: what changed in one item, entry by entry, and in a project, field by field.

Fields are called as in the bodies that change them, values are text that people can read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from shoal.actions.records import Records
from shoal.dialects.codearts.write.people import issue_user, record_user
from shoal.dialects.codearts.write.values import millis, text
from shoal.domain.changelog import ChangeKind, Entry
from shoal.domain.fields import STANDARD, Field, Kind, custom_id
from shoal.domain.reference import References

Json = dict[str, object]

NAMES: Mapping[str, tuple[str, str]] = {
    "summary": ("name", "Name"),
    "description": ("description", "Description"),
    "type": ("tracker", "Type"),
    "status": ("status", "Status"),
    "priority": ("priority", "Priority"),
    "severity": ("severity", "Severity"),
    "assignee": ("assigned_to", "Owner"),
    "developer": ("developer", "Developer"),
    "area": ("domain", "Domain"),
    "sprints": ("iteration", "Iteration"),
    "components": ("module", "Module"),
    "parent": ("parent_issue", "Parent"),
    "done_ratio": ("done_ratio", "Progress"),
    "start": ("begin_time", "Start"),
    "end": ("end_time", "End"),
    "estimation": ("expected_work_hours", "Expected hours"),
    "spent": ("actual_work_hours", "Actual hours"),
    "followers": ("assigned_cc_user", "Copied to"),
    "resolved_at": ("closed_time", "Closed"),
}
"""The wire's name of a field, and the one for people. A field that is not here has the core's."""

OPERATIONS: Mapping[ChangeKind, str] = {
    ChangeKind.CREATED: "create",
    ChangeKind.DELETED: "delete",
    ChangeKind.COMMENT_ADDED: "create",
    ChangeKind.COMMENT_REMOVED: "delete",
}
COMMENTS = frozenset({ChangeKind.COMMENT_ADDED, ChangeKind.COMMENT_UPDATED, ChangeKind.COMMENT_REMOVED})
PLACES = 1000
"""The id of a detail is the entry's, this many times, and the detail's place: names of fields sorted."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One field of one entry, or its comment."""

    id: int
    key: str
    name: str
    property: str
    operation: str
    before: str
    after: str


def of_issue(found: Records) -> Json:
    first = found.entries[0] if found.entries else None
    return {
        "id": first.id if first else None,
        "created_time": millis(first.at) if first else None,
        "records": [_record(entry, found.references) for entry in found.entries],
        "total": found.total,
    }


def _record(entry: Entry, known: References) -> Json:
    user = known.find(Kind.USER, entry.author_id)
    return {
        "id": entry.id,
        "created_time": millis(entry.at),
        "user": record_user(user) if user else None,
        "details": [
            {
                "id": detail.id,
                "property": detail.property,
                "name": detail.key,
                "operation": detail.operation,
                "old_value": detail.before,
                "new_value": detail.after,
            }
            for detail in _details(entry, known)
        ],
    }


def of_project(found: Records) -> Json:
    rows = [
        _row(entry, detail, found.references) for entry in found.entries for detail in _details(entry, found.references)
    ]
    return {"records": rows, "total": found.total}


def _row(entry: Entry, detail: Detail, known: References) -> Json:
    """Both values are JSON texts in this list."""
    return {
        "id": entry.id,
        "issue_id": entry.issue_id,
        "field_key": detail.key,
        "field_name": detail.name,
        "property": detail.property,
        "operation": detail.operation,
        "old_value": msgspec.json.encode(detail.before).decode(),
        "new_value": msgspec.json.encode(detail.after).decode(),
        "operated_time": millis(entry.at),
        "operator": issue_user(known, entry.author_id),
    }


def _details(entry: Entry, known: References) -> Iterator[Detail]:
    """At least one: an entry in which no field changed is about a comment, or about the item as a whole."""
    operation = OPERATIONS.get(ChangeKind(entry.kind), "update")
    changes, place = known.shown(entry), 0
    for place, name in enumerate(sorted(changes), start=1):
        field = STANDARD.get(name) or known.custom(name)
        before, after = (text(field, value, known) for value in changes[name])
        key, label = _names(name, field)
        prop = "attr" if custom_id(name) is None else "cf"
        yield Detail(entry.id * PLACES + place, key, label, prop, operation, before, after)
    if entry.comment_id is not None or not place:
        said = operation if entry.kind in COMMENTS else "create"
        yield Detail(entry.id * PLACES + place + 1, "notes", "Comment", "notes", said, "", entry.comment or "")


def _names(name: str, field: Field | None) -> tuple[str, str]:
    own = custom_id(name)
    if own is None:
        return NAMES.get(name) or (name, name.replace("_", " ").capitalize())
    return f"custom_field{own}", (field.names or {}).get("en", f"custom_field{own}") if field else f"custom_field{own}"
