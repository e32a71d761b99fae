"""Boards, and the sprints that are planned on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from msgspec import UNSET, UnsetType

from shoal.domain.errors import Conflict, Invalid
from shoal.domain.patch import Operand

STATES = ("draft", "in_progress", "released")
"""The states in the order in which a sprint goes through them, a step at a time and either way; an archived one has
left the order."""


@dataclass(frozen=True, slots=True)
class Board:
    id: int
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Sprint:
    """`state` is draft, in_progress, released or archived. The board and the maker come with their names; `queue_id` is
    the queue whose own board it is, if it is one's."""

    id: int
    board_id: int
    board: str
    queue_id: int | None
    name: str
    description: str
    state: str
    start_date: date | None
    end_date: date | None
    created_by: int | None
    creator: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class NewSprint:
    board: Operand | None
    """None: the own board of the queue in which it is made."""
    name: str
    start_date: date | None = None
    end_date: date | None = None
    description: str = ""


class AtEnd(StrEnum):
    """What becomes of the issues that have not ended when their sprint does."""

    CLOSE = "close"
    TAKE_OFF = "empty"


@dataclass(frozen=True, slots=True)
class SprintEdit:
    """What is to be changed; UNSET is left as it is. `at_end` goes with the state released."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    start_date: date | UnsetType | None = UNSET
    end_date: date | UnsetType | None = UNSET
    state: str | UnsetType = UNSET
    at_end: AtEnd | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Which sprints are wanted; all of them unless told. The instants are of the latest change."""

    board: int | None = None
    queue: int | None = None
    id: int | None = None
    deleted: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SprintChange:
    """One entry of a sprint's history."""

    id: int
    sprint_id: int
    at: datetime
    author_id: int
    author_login: str
    author_display: str
    kind: str
    changes: Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the issues of a sprint are, as far as the asker may read them."""

    total: int
    closed: int
    has_tasks: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A point of the burn-down: how many there were to do, and how many were done by the end of the day."""

    day: date
    finished: int
    total: int


# --- the rules -----------------------------------------------------------------------------------------------------


def check_dates(start_date: date | None, end_date: date | None) -> None:
    """Raises Invalid for a sprint that ends before it begins."""
    if start_date and end_date and start_date > end_date:
        raise Invalid("sprint_ends_first", "end_date")


def check_step(before: str, after: str, at_end: AtEnd | None) -> None:
    """A step goes to a neighbour, or Conflict is raised; the last needs to be told what becomes of open issues, or
    Invalid is."""
    if before == after:
        return
    if before not in STATES or after not in STATES:
        raise Conflict("sprint_state", before=before, after=after)
    if abs(STATES.index(before) - STATES.index(after)) != 1:
        raise Conflict("sprint_state_step", before=before, after=after)
    if after == STATES[-1] and at_end is None:
        raise Invalid("sprint_leaves_issues", "at_end")
