"""The history of a record, as rows of the changelog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from shoal.domain.fields import Kind
from shoal.domain.imports import ChangeRecord, IssueRecord, clean, clean_name, clean_names, fold
from shoal.domain.patch import Stored
from shoal.store.load import LoadedChange

Value = Stored | list[Stored] | None
Pair = tuple[Value, Value]
Lookup = Callable[[Kind, str], Stored | None]
"""The id of a name, by its kind."""


@dataclass(frozen=True, slots=True)
class Known:
    """A field whose history can be kept: our name for it, and what its values are."""

    field: str
    kind: Kind
    is_list: bool = False
    record_field: str = ""
    """Of a list: where the record has the values of now."""


HISTORY: Mapping[str, Known] = {
    "status": Known("status", Kind.STATUS),
    "resolution": Known("resolution", Kind.RESOLUTION),
    "priority": Known("priority", Kind.PRIORITY),
    "type": Known("type", Kind.TYPE),
    "issuetype": Known("type", Kind.TYPE),
    "assignee": Known("assignee", Kind.USER),
    "summary": Known("summary", Kind.STRING),
    "description": Known("description", Kind.TEXT),
    "due": Known("deadline", Kind.DATE),
    "duedate": Known("deadline", Kind.DATE),
    "storypoints": Known("story_points", Kind.FLOAT),
    "labels": Known("tags", Kind.STRING, is_list=True, record_field="labels"),
    "components": Known("components", Kind.COMPONENT, is_list=True, record_field="components"),
    "component": Known("components", Kind.COMPONENT, is_list=True, record_field="components"),
    "fixversions": Known("fix_versions", Kind.VERSION, is_list=True, record_field="fix_versions"),
    "fixversion": Known("fix_versions", Kind.VERSION, is_list=True, record_field="fix_versions"),
    "affectsversions": Known("affected_versions", Kind.VERSION, is_list=True, record_field="affects_versions"),
    "version": Known("affected_versions", Kind.VERSION, is_list=True, record_field="affects_versions"),
    "sprints": Known("sprints", Kind.SPRINT, is_list=True, record_field="sprints"),
    "sprint": Known("sprints", Kind.SPRINT, is_list=True, record_field="sprints"),
}
"""By the folded name of the field in the file. A comment's entry says nothing that the comment does not."""
SILENT = frozenset({"comment"})


def names_of(change: ChangeRecord) -> list[str]:
    """The names on both sides of a change."""
    sides = (change.before, change.after)
    return clean_names(str(name) for side in sides if side is not None for name in _as_list(side))


def _as_list(value: str | int | float | list[str] | None) -> list[str]:
    return [] if value in (None, "") else value if isinstance(value, list) else [str(value)]


@dataclass(frozen=True, slots=True)
class Changed:
    """One known field's change, in the file's names: strings, or for a list field lists of them."""

    change: ChangeRecord
    known: Known
    before: str | list[str] | None
    after: str | list[str] | None


def first_value(changes: Sequence[Changed], field: str) -> str | None:
    """What the field was before its first change; None when it never changed, or had nothing."""
    before = next((it.before for it in changes if it.known.field == field), None)
    return before if isinstance(before, str) else None


def read(record: IssueRecord) -> tuple[list[Changed], Counter[str]]:
    """The changes that can be kept, oldest first, and how many cannot, by field."""
    left_out: Counter[str] = Counter()
    if not record.history:
        return [], left_out
    changes = sorted(record.history, key=lambda change: _utc(change.at))
    # A list's history may tell one value added or removed at a time: walked back from the values of now.
    lists = {
        known.field: clean_names(getattr(record, known.record_field)) for known in HISTORY.values() if known.is_list
    }
    kept: list[Changed] = []
    for change in reversed(changes):
        known = HISTORY.get(fold(change.field))
        changed = _changed(change, known, lists) if known else None
        if changed:
            kept.append(changed)
        elif known is None or (change.before is None and change.after is None):
            left_out[clean_name(change.field)] += fold(change.field) not in SILENT
    return kept[::-1], +left_out


def _changed(change: ChangeRecord, known: Known, lists: dict[str, list[str]]) -> Changed | None:
    """None when nothing changed, or the file does not say what."""
    if known.is_list:
        before, after = _list_sides(change, lists[known.field])
        lists[known.field] = before
        return Changed(change, known, before, after) if before != after else None
    if isinstance(change.before, list) or isinstance(change.after, list) or change.before == change.after:
        return None
    text = clean if known.kind is Kind.TEXT else clean_name
    return Changed(change, known, _text(change.before, text), _text(change.after, text))


def _text(value: str | int | float | None, cleaned: Callable[[str], str]) -> str | None:
    return cleaned(str(value)) or None if value is not None else None


def _list_sides(change: ChangeRecord, now: list[str]) -> tuple[list[str], list[str]]:
    if isinstance(change.before, list) or isinstance(change.after, list):
        return clean_names(_as_list(change.before)), clean_names(_as_list(change.after))
    removed, added = clean_names(_as_list(change.before)), clean_names(_as_list(change.after))
    kept = [name for name in now if name not in added]
    return [*kept, *(name for name in removed if name not in kept)], now


# --- rows ----------------------------------------------------------------------------------------------------------


def rows(changes: Sequence[Changed], person: Callable[[ChangeRecord], int], lookup: Lookup) -> Iterator[LoadedChange]:
    """One row a save: the changes of one moment, author and batch together."""
    for (at, author, _), group in groupby(changes, key=lambda it: _save(it.change, person)):
        pairs: dict[str, Pair] = {}
        for it in group:
            before, after = _stored(it.before, it.known, lookup), _stored(it.after, it.known, lookup)
            first = pairs[it.known.field][0] if it.known.field in pairs else before
            pairs[it.known.field] = (first, after)
        real = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        if real:
            yield LoadedChange(at, author, "transition" if "status" in real else "updated", real)


def _save(change: ChangeRecord, person: Callable[[ChangeRecord], int]) -> tuple[datetime, int, str]:
    return _utc(change.at), person(change), str(change.batch)


def _stored(value: str | list[str] | None, known: Known, lookup: Lookup) -> Value:
    if isinstance(value, list):
        return [found for name in value if (found := lookup(known.kind, name)) is not None]
    return lookup(known.kind, value) if value is not None else None


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
