"""An issue, how it is named, and what a new one needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from shoal.domain.patch import Operand, Patch, Stored

KEY = re.compile(r"([A-Z][A-Z0-9]{0,14})-([1-9][0-9]{0,17})", re.ASCII)


class IssueRef(NamedTuple):
    """Names an issue: by queue key and number, or by id. `text` is the name as it was written. With `within` it names
    none that is not in the queue of this id."""

    text: str
    queue: str | None = None
    number: int | None = None
    id: int | None = None
    within: int | None = None

    def __str__(self) -> str:
        return self.text


def key_ref(text: str) -> IssueRef | None:
    """The reference that a key like `TEST-4` is, in either case of letters; None when it is not of a key's form."""
    match = KEY.fullmatch(text) or KEY.fullmatch(text.strip().upper())
    return IssueRef(text, queue=match[1], number=int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as stored: references are ids, durations minutes of work, `custom` is by field id."""

    id: int
    queue_id: int
    queue: str
    number: int
    version: int
    type_id: int
    status_id: int
    priority_id: int
    resolution_id: int | None
    severity_id: int | None
    area_id: int | None
    author_id: int
    assignee_id: int | None
    developer_id: int | None
    updated_by: int
    resolver_id: int | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    status_since: datetime
    last_comment_at: datetime | None
    previous_status_id: int | None
    previous_assignee_id: int | None
    previous_queue_id: int | None
    parent_id: int | None
    epic_id: int | None
    deadline: date | None
    start_date: date | None
    end_date: date | None
    story_points: float | None
    estimation: int | None
    original_estimation: int | None
    spent: int | None
    done_ratio: int | None
    votes: int
    summary: str
    description: str
    followers: list[int]
    access: list[int]
    tags: list[str]
    components: list[int]
    fix_versions: list[int]
    affected_versions: list[int]
    sprints: list[int]
    projects: list[int]
    custom: Mapping[str, Stored | list[Stored]]
    unique_token: str | None
    deleted_at: datetime | None = None
    aliases: list[str] = field(default_factory=list)
    more: Mapping[str, Stored | list[Stored] | None] = field(default_factory=dict)
    """By column, the fields that have no attribute here."""

    @property
    def key(self) -> str:
        return f"{self.queue}-{self.number}"

    def value(self, column: str) -> object:
        """What the field in this column holds."""
        return self.more[column] if column in self.more else getattr(self, column)


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue to be made. Type and priority default to the queue's; the other fields are the patch's."""

    queue: Operand
    summary: str
    patch: Patch
    unique_token: str | None = None
