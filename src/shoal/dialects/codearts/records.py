"""History: what changed in one item, entry by entry, and in a project, field by field.

Fields are called as in the bodies that change them, values are text that people can read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from litestar import get
from msgspec import Meta

from shoal.actions import records
from shoal.actions.records import Records
from shoal.dialects.codearts import bodies
from shoal.dialects.codearts.bodies import Interval, ItemPage
from shoal.dialects.codearts.dependencies import Parameters, TheActor, TheDatabase, TheItem, TheProject
from shoal.dialects.codearts.values import Answer, ItemUser, NumberedUser, item_user, millis, numbered_user, text
from shoal.domain.changelog import ChangeKind, Entry
from shoal.domain.fields import STANDARD, Field, custom_id
from shoal.domain.reference import References

MOST_OF_ITEM = 1000


class RecordPage(ItemPage):
    limit: Annotated[int, Meta(ge=1, extra_json_schema={"maximum": MOST_OF_ITEM})] = 10


class RecordFilter(ItemPage):
    operated_time_interval: Interval | None = None


class RecordDetail(Answer):
    id: int
    property: str
    name: str
    operation: str
    old_value: str
    new_value: str


class Record(Answer):
    id: int
    created_time: int | None
    user: NumberedUser | None
    details: list[RecordDetail]


class RecordList(Answer):
    """Id and time are those of the first."""

    id: int | None
    created_time: int | None
    records: list[Record]
    total: int


class ProjectRecord(Answer):
    """Both values are JSON texts in this list."""

    id: int
    issue_id: int
    field_key: str
    field_name: str
    property: str
    operation: str
    old_value: str
    new_value: str
    operated_time: int | None
    operator: ItemUser | None


class ProjectRecordList(Answer):
    records: list[ProjectRecord]
    total: int


@get("/v4/projects/{project_id:str}/issue/{issue_id:str}/records")
async def list_issue_records_v4(
    db: TheDatabase, actor: TheActor, item: TheItem, params: Parameters[RecordPage]
) -> RecordList:
    """What changed in a work item."""
    params.check(most=MOST_OF_ITEM)
    return of_issue(await records.of_issue(db, actor, item, limit=params.limit, offset=params.offset))


@get("/v4/projects/{project_id:str}/issues/records")
async def list_project_issues_records_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[RecordFilter]
) -> ProjectRecordList:
    """What changed in the work items of a project."""
    params.check()
    start, end = bodies.span("operated_time_interval", params.operated_time_interval)
    found = await records.of_queue(
        db, actor, project.id, start=start, end=end, limit=params.limit, offset=params.offset
    )
    return of_project(found)


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


def of_issue(found: Records) -> RecordList:
    first = found.entries[0] if found.entries else None
    return RecordList(
        id=first.id if first else None,
        created_time=millis(first.at) if first else None,
        records=[_record(entry, found.references) for entry in found.entries],
        total=found.total,
    )


def _record(entry: Entry, known: References) -> Record:
    return Record(
        id=entry.id,
        created_time=millis(entry.at),
        user=numbered_user(known, entry.author_id),
        details=[detail for _, detail in _details(entry, known)],
    )


def of_project(found: Records) -> ProjectRecordList:
    known = found.references
    rows = [_row(entry, *labelled, known) for entry in found.entries for labelled in _details(entry, known)]
    return ProjectRecordList(records=rows, total=found.total)


def _row(entry: Entry, label: str, detail: RecordDetail, known: References) -> ProjectRecord:
    return ProjectRecord(
        id=entry.id,
        issue_id=entry.issue_id,
        field_key=detail.name,
        field_name=label,
        property=detail.property,
        operation=detail.operation,
        old_value=msgspec.json.encode(detail.old_value).decode(),
        new_value=msgspec.json.encode(detail.new_value).decode(),
        operated_time=millis(entry.at),
        operator=item_user(known, entry.author_id),
    )


def _details(entry: Entry, known: References) -> Iterator[tuple[str, RecordDetail]]:
    """What changed, each with the name of its field for people. At least one: an entry in which no field changed is
    about a comment, or about the item as a whole."""
    operation = OPERATIONS.get(ChangeKind(entry.kind), "update")
    changes, place = known.shown(entry), 0
    for place, name in enumerate(sorted(changes), start=1):
        field = STANDARD.get(name) or known.custom(name)
        before, after = (text(field, value, known) for value in changes[name])
        key, label = _names(name, field)
        kind = "attr" if custom_id(name) is None else "cf"
        yield label, _detail(entry, place, kind, key, operation, before, after)
    if entry.comment_id is not None or not place:
        said = operation if entry.kind in COMMENTS else "create"
        yield "Comment", _detail(entry, place + 1, "notes", "notes", said, "", entry.comment or "")


def _detail(entry: Entry, place: int, kind: str, name: str, operation: str, before: str, after: str) -> RecordDetail:
    return RecordDetail(
        id=entry.id * PLACES + place,
        property=kind,
        name=name,
        operation=operation,
        old_value=before,
        new_value=after,
    )


def _names(name: str, field: Field | None) -> tuple[str, str]:
    """The wire's name of the field, and the one for people."""
    own = custom_id(name)
    if own is None:
        return NAMES.get(name) or (name, name.replace("_", " ").capitalize())
    key = f"custom_field{own}"
    return key, (field.names or {}).get("en", key) if field else key
