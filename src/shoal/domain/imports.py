"""What an import reads, and what it tells: the record of an issue in a file, and what came of each.

A record is as another tracker had it: names instead of ids, everything but the key may be missing. docs/import.md
describes the fields for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

Text = str | None


class Person(msgspec.Struct, frozen=True):
    """`id` is the login there; a plain string in place of a person is one."""

    id: str | int | None = None
    name: Text = None


Who = Person | str | None


class ChangeRecord(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """One field's change. Changes with the same time, author and batch were one save."""

    at: datetime
    field: str
    by: Who = None
    before: str | int | float | list[str] | None = None
    after: str | int | float | list[str] | None = None
    batch: str | int | None = None


class CommentRecord(msgspec.Struct, frozen=True):
    """`key` is the issue's; a comment inside its issue's record has none."""

    body: Text = None
    key: Text = None
    id: str | int | None = None
    at: datetime | None = None
    updated: datetime | None = None
    by: Who = None


class IssueRecord(msgspec.Struct, frozen=True):
    key: str
    project: Text = None
    project_name: Text = None
    type: Text = None
    status: Text = None
    status_category: Text = None
    priority: Text = None
    resolution: Text = None
    summary: Text = None
    description: Text = None
    environment: Text = None
    reporter: Who = None
    creator: Who = None
    assignee: Who = None
    components: list[str] = []
    labels: list[str] = []
    affects_versions: list[str] = []
    fix_versions: list[str] = []
    sprints: list[str] = []
    created: datetime | None = None
    updated: datetime | None = None
    resolved: datetime | None = None
    due: Text = None
    parent: Text = None
    epic: Text = None
    story_points: float | None = None
    links: list[msgspec.Raw] = []
    attachments: list[msgspec.Raw] = []
    history: list[ChangeRecord] | None = None
    comments: list[CommentRecord] = []


Record = TypeVar("Record", IssueRecord, CommentRecord)


@dataclass(frozen=True, slots=True)
class Row(Generic[Record]):
    """A line of the file that could be read. `digest` is its SHA-256."""

    line: int
    record: Record
    digest: bytes
    size: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that could not."""

    line: int
    reason: str


# --- what came of it -----------------------------------------------------------------------------------------------


class RowOutcome(StrEnum):
    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    """Imported before, and the same since."""
    CHANGED = "changed"
    """Imported before, and another now: what is in Shoal is left alone, it may have been worked on."""
    SKIPPED = "skipped"
    """Nothing to import, or nothing to hang it on: an empty comment, or one of an issue that is not here."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What came of one line. `issue` is the key it has here; `notes` say what of it was left out or mended."""

    line: int
    outcome: RowOutcome
    key: str | None = None
    issue: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a name of the file became here."""

    kind: str
    name: str
    target: str
    is_new: bool


@dataclass(slots=True)
class Summary:
    """The whole of an import, as it grows."""

    issues: Counter[RowOutcome] = field(default_factory=Counter)
    comments: Counter[RowOutcome] = field(default_factory=Counter)
    mapped: dict[tuple[str, str], Mapped] = field(default_factory=dict)
    created: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    """What of imported issues was not taken or had to be mended, and of how many."""
    not_taken: Counter[str] = field(default_factory=Counter)
    """Why rows were not taken, and of how many."""


# --- names ---------------------------------------------------------------------------------------------------------


def clean(text: Text) -> str:
    """The text as it can be stored: PostgreSQL has no NUL."""
    return (text or "").replace("\0", "")


@lru_cache(16_384)  # a file has few names, each many times
def clean_name(text: Text) -> str:
    """A name as it can be stored: on one line, and not without end. Empty for nothing."""
    return " ".join(clean(text).split())[:200]


def clean_names(texts: Iterable[Text]) -> list[str]:
    """Names once each, in their order."""
    return list(dict.fromkeys(filter(None, map(clean_name, texts))))


def identity(who: Who) -> tuple[str, str] | None:
    """The login and the display name of a person in a record; None for nobody."""
    login, display = (who, who) if isinstance(who, str) else (who.id, who.name) if who else (None, None)
    display = clean_name(display)
    login = clean_name(str(login)) if login not in (None, "") else ".".join(display.lower().split())
    return (login, display or login) if login else None


@lru_cache(16_384)
def fold(name: str) -> str:
    """What of a name counts when it is compared: letters and digits, in one case."""
    return "".join(filter(str.isalnum, name.casefold()))


SYNONYMS: Mapping[tuple[str, str], str] = {
    ("type", "feature"): "newFeature",
    ("type", "enhancement"): "improvement",
    ("type", "defect"): "bug",
    ("type", "userstory"): "story",
    ("priority", "medium"): "normal",
    ("priority", "low"): "minor",
    ("priority", "lowest"): "trivial",
    ("resolution", "cannotreproduce"): "cantReproduce",
    ("resolution", "worksforme"): "cantReproduce",
    ("resolution", "wontdo"): "wontFix",
    ("resolution", "notabug"): "invalid",
    ("resolution", "later"): "later",
}
"""Names that other trackers have for what every organisation has: kind and folded name to key."""

PRIORITY_POSITIONS: Mapping[str, int] = {"none": 5, "major": 35, "high": 35, "highest": 45, "urgent": 45}
"""Where a new priority goes between those that every organisation has (10 to 50)."""

CATEGORIES: Mapping[str, str] = {
    "new": "new",
    "todo": "new",
    "indeterminate": "in_progress",
    "inprogress": "in_progress",
    "paused": "paused",
    "done": "done",
    "cancelled": "cancelled",
}
"""A record's category of its status to ours."""

_ENDED = frozenset({"closed", "done", "resolved", "fixed", "complete", "completed", "verified", "wontfix", "released"})
_BEGUN = frozenset({"inprogress", "inreview", "review", "pullrequest", "testing", "started", "accepted"})


def category(name: str, given: str | None) -> str:
    """The category of a status: the one its record gives, or what its name sounds like."""
    known = CATEGORIES.get(fold(given or ""))
    if known:
        return known
    folded = fold(name)
    return "done" if folded in _ENDED else "in_progress" if folded in _BEGUN else "new"


def key_for(name: str, taken: frozenset[str] | set[str], kind: str) -> str:
    """A key for a new catalogue entry: `In Review` is inReview."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in name).split()
    joined = "".join(word[:1].upper() + word[1:].lower() for word in words)[:60]
    base = joined[:1].lower() + joined[1:] if joined and not joined[0].isdigit() else f"{kind}{joined}"
    return next(key for n in range(1, len(taken) + 3) if (key := base if n == 1 else f"{base}{n}") not in taken)
