"""What a stored id stands for, as people read it; and which ids an issue, a comment or a history entry holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shoal.domain.changelog import Entry
from shoal.domain.comment import Comment
from shoal.domain.fields import STANDARD, Field, Kind, custom_name
from shoal.domain.issue import Issue
from shoal.domain.patch import Stored


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing by name. `key` is a user's login, an issue's key; `names` by language, or under `en` alone."""

    kind: Kind
    id: int
    key: str | None
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Its name in this language, or the nearest that there is."""
        return self.names.get(language) or self.names.get("en") or self.key or str(self.id)


@dataclass(frozen=True, slots=True)
class References:
    """Everything that a page of values refers to. What the asker may not know of is not in it."""

    things: Mapping[tuple[Kind, int], Reference] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)

    def find(self, kind: Kind, thing_id: int | None) -> Reference | None:
        return self.things.get((kind, thing_id)) if thing_id is not None else None

    def all(self, kind: Kind, ids: Iterable[int]) -> list[Reference]:
        return [thing for id_ in ids if (thing := self.find(kind, id_)) is not None]

    def custom(self, name: str) -> Field | None:
        """The custom field of this name, `custom.<id>`."""
        return self.fields.get(name)

    def shown(self, entry: Entry) -> dict[str, list[Stored | list[Stored] | None]]:
        """What changed, without the keys of queues that the asker may not know of: a key tells its queue."""
        changes = {name: list(sides) for name, sides in entry.changes.items()}
        for side, queue in enumerate(changes.get("queue", ())):
            if "key" in changes and not (isinstance(queue, int) and self.find(Kind.QUEUE, queue)):
                changes["key"][side] = None
        return changes


class Lookup:
    """The ids to look up, by kind. `fields` are the custom fields known so far."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.ids: dict[Kind, set[int]] = defaultdict(set)

    def add(self, kind: Kind, value: object) -> None:
        """Want what a stored value of this kind stands for: an id, several, or None."""
        for item in value if isinstance(value, list | tuple) else (value,):
            if isinstance(item, int) and not isinstance(item, bool):
                self.ids[kind].add(item)

    def add_issue(self, issue: Issue) -> None:
        for column, kind in ISSUE_COLUMNS:
            self.add(kind, issue.value(column))
        for field_id, value in issue.custom.items():
            self.add_value(custom_name(int(field_id)), value)

    def add_entry(self, entry: Entry) -> None:
        self.add(Kind.USER, entry.author_id)
        for name, (before, after) in entry.changes.items():
            self.add_value(name, before)
            self.add_value(name, after)

    def add_comment(self, comment: Comment) -> None:
        self.add(Kind.USER, [comment.author_id, comment.updated_by, *comment.summonees])

    def add_value(self, name: str, value: object) -> None:
        """Want what a value of this field stands for."""
        known = STANDARD.get(name) or self.fields.get(name)
        if known is not None and known.is_reference:
            self.add(known.kind, value)


ISSUE_COLUMNS: Sequence[tuple[str, Kind]] = (
    *((known.column, known.kind) for known in STANDARD.values() if known.is_reference and known.column),
    ("previous_status_id", Kind.STATUS),
    ("previous_assignee_id", Kind.USER),
    ("previous_queue_id", Kind.QUEUE),
)
"""Every attribute of an issue that holds ids, and of what."""
