"""One record, as the rows it becomes: pure, once its names are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite

from shoal.actions.imports import history
from shoal.actions.imports.names import Names
from shoal.domain.fields import Kind
from shoal.domain.imports import CommentRecord, IssueRecord, Row, clean, clean_name, clean_names
from shoal.domain.patch import Stored
from shoal.domain.workflow import FINAL_CATEGORIES
from shoal.store.load import LoadedChange, LoadedComment, LoadedIssue

LONGEST_SUMMARY = 1024
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What is the same for all rows of a batch. `above` are the ids of parents and epics that are there, by source."""

    names: Names
    author_id: int
    now: datetime
    above: Mapping[str, int]


def issue(row: Row[IssueRecord], context: Context) -> tuple[LoadedIssue, list[str]]:
    """The issue, and notes of what of the record was mended or left out."""
    record, names, notes = row.record, context.names, _left_out(row.record)
    author_id = _author(record, context)
    created_at, updated_at = _times(record, context.now, notes)
    changes, unknown = history.read(record)
    notes += [f"history of {field}: {count} left out" for field, count in unknown.items()]
    entries = _entries(record, names, notes)
    done_at = _moment(record.resolved) or updated_at
    later = list(history.rows(changes, lambda change: names.person(change.by) or author_id, _lookup(names)))
    return LoadedIssue(
        type_id=entries.type_id,
        status_id=entries.status_id,
        priority_id=entries.priority_id,
        resolution_id=entries.resolution_id,
        author_id=author_id,
        assignee_id=names.person(record.assignee),
        updated_by=later[-1].author_id if later else author_id,
        resolver_id=_resolver(later) if entries.resolution_id else None,
        created_at=created_at,
        updated_at=updated_at,
        resolved_at=done_at if entries.resolution_id else None,
        status_since=_status_since(later, otherwise=done_at if entries.is_final else created_at),
        parent_id=context.above.get(clean_name(record.parent)),
        epic_id=context.above.get(clean_name(record.epic)),
        deadline=_day(record.due, notes),
        story_points=record.story_points,
        summary=_summary(record, notes),
        tags=clean_names(record.labels),
        components=_ids(names.components, record.components),
        fix_versions=_ids(names.versions, record.fix_versions),
        affected_versions=_ids(names.versions, record.affects_versions),
        sprints=_ids(names.sprints, record.sprints),
        description=_description(record),
        history=[_creation(changes, entries, names, at=created_at, author_id=author_id), *later],
        comments=[comment for it in record.comments if (comment := _comment(it, context, updated_at))],
        source=clean_name(record.key),
        digest=row.digest,
    ), notes


def _ids(known: Mapping[str, int], texts: Iterable[str | None]) -> list[int]:
    return [known[name] for name in clean_names(texts)]


def _author(record: IssueRecord, context: Context) -> int:
    return context.names.person(record.reporter) or context.names.person(record.creator) or context.author_id


def comment(record: CommentRecord, context: Context) -> LoadedComment | None:
    """The comment; None when it says nothing."""
    return _comment(record, context, context.now)


# --- catalogue entries ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entries:
    type_id: int
    status_id: int
    priority_id: int
    resolution_id: int | None
    is_final: bool


def _entries(record: IssueRecord, names: Names, notes: list[str]) -> Entries:
    issue_type, priority = names.entry(Kind.TYPE, record.type), names.entry(Kind.PRIORITY, record.priority)
    status, resolution = names.entry(Kind.STATUS, record.status), names.entry(Kind.RESOLUTION, record.resolution)
    is_final = status is not None and status.category in FINAL_CATEGORIES
    if resolution and not is_final:
        notes.append(f"resolution: {record.resolution} left out, for the status is not a final one")
    return Entries(
        type_id=issue_type.id if issue_type else names.queue.default_type_id,
        status_id=status.id if status else names.queue.initial_status_id,
        priority_id=priority.id if priority else names.queue.default_priority_id,
        resolution_id=resolution.id if resolution and is_final else None,
        is_final=is_final,
    )


# --- texts ---------------------------------------------------------------------------------------------------------


def _summary(record: IssueRecord, notes: list[str]) -> str:
    summary = " ".join(clean(record.summary).split())
    if not summary:
        notes.append("no summary: the key takes its place")
        return clean_name(record.key)
    if len(summary) > LONGEST_SUMMARY:
        notes.append(f"summary cut from {len(summary)} to {LONGEST_SUMMARY} characters")
    return summary[:LONGEST_SUMMARY]


def _description(record: IssueRecord) -> str:
    description, environment = (clean(text).replace("\r\n", "\n") for text in (record.description, record.environment))
    return f"{description}\n\nEnvironment: {environment}".strip() if environment.strip() else description


def _comment(record: CommentRecord, context: Context, otherwise: datetime) -> LoadedComment | None:
    text = clean(record.body).replace("\r\n", "\n")
    if not text.strip():
        return None
    created_at = _moment(record.at) or otherwise
    return LoadedComment(
        author_id=context.names.person(record.by) or context.author_id,
        text=text,
        created_at=created_at,
        updated_at=max(_moment(record.updated) or created_at, created_at),
        source=clean_name(str(record.id)) if record.id is not None else None,
    )


def _left_out(record: IssueRecord) -> list[str]:
    counts = {"attachments": len(record.attachments), "links": len(record.links)}
    return [f"{name}: {count} left out" for name, count in counts.items() if count]


# --- times ---------------------------------------------------------------------------------------------------------


def _times(record: IssueRecord, now: datetime, notes: list[str]) -> tuple[datetime, datetime]:
    created_at, updated_at = _moment(record.created), _moment(record.updated)
    if created_at is None:
        notes.append("no time of creation: the import's takes its place")
        created_at = updated_at or now
    return created_at, max(updated_at or created_at, created_at)


def _moment(at: datetime | None) -> datetime | None:
    """In UTC; None also for a time that no tracker was there at."""
    if at is None:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware if EARLIEST <= aware < LATEST else None


def _day(text: str | None, notes: list[str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        notes.append(f"deadline: {clean_name(text)} is not a date and left out")
        return None


# --- history -------------------------------------------------------------------------------------------------------


def _creation(
    changes: list[history.Changed], entries: Entries, names: Names, *, at: datetime, author_id: int
) -> LoadedChange:
    first = names.entry(Kind.STATUS, history.first_value(changes, "status"))
    return LoadedChange(at, author_id, "created", {"status": [None, first.id if first else entries.status_id]})


def _status_since(later: list[LoadedChange], *, otherwise: datetime) -> datetime:
    return next((change.at for change in reversed(later) if "status" in change.changes), otherwise)


def _resolver(later: list[LoadedChange]) -> int | None:
    return next((change.author_id for change in reversed(later) if "resolution" in change.changes), None)


def _lookup(names: Names) -> history.Lookup:
    def find(kind: Kind, name: str) -> Stored | None:
        if kind is Kind.USER:
            return names.person(name)
        if kind in {Kind.COMPONENT, Kind.VERSION, Kind.SPRINT}:
            known = {Kind.COMPONENT: names.components, Kind.VERSION: names.versions, Kind.SPRINT: names.sprints}
            return known[kind].get(name)
        if kind in {Kind.STATUS, Kind.RESOLUTION, Kind.PRIORITY, Kind.TYPE}:
            entry = names.entry(kind, name)
            return entry.id if entry else None
        return _scalar(kind, name)

    return find


def _scalar(kind: Kind, text: str) -> Stored | None:
    if kind is Kind.DATE:
        day = _day(text, [])
        return day.isoformat() if day else None
    if kind is Kind.FLOAT:
        return _number(text)
    return text


def _number(text: str) -> float | None:
    """JSON, as which a change is stored, has neither NaN nor infinity."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
