"""Bulk changes: what is done, to which issues, and how far it has come.

    previewed -> queued -> running -> complete | complete_with_errors
                   |         |  ^
                   +-------> paused

From `previewed`, `queued`, `running` and `paused` to `cancelled`; from the last three to `failed` too. One that has
nothing to do goes from `queued` to `complete`. A migration holds the same drawing, and a test walks every pair.

A change that is broken off keeps what it had done. Every issue of the selection ends in exactly one of: changed,
unchanged, failed, conflicted, skipped; their counts only grow, and add up to the total at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from shoal.domain.issue import IssueRef
from shoal.domain.patch import Operand, Patch
from shoal.domain.problems import Problem
from shoal.domain.query import Query


class State(StrEnum):
    PREVIEWED = "previewed"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETE = "complete"
    COMPLETE_WITH_ERRORS = "complete_with_errors"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_terminal(self) -> bool:
        return not MOVES[self]

    @property
    def is_active(self) -> bool:
        """Whether a job works on it, or is about to."""
        return self in (State.QUEUED, State.RUNNING)

    @property
    def breaks_off(self) -> bool:
        """Whether issues are left out for it: they count as skipped."""
        return self in (State.CANCELLED, State.FAILED)

    @property
    def sources(self) -> frozenset[State]:
        """The states from which one comes here."""
        return frozenset(source for source, targets in MOVES.items() if self in targets)


MOVES: Mapping[State, frozenset[State]] = {
    State.PREVIEWED: frozenset({State.QUEUED, State.CANCELLED}),
    State.QUEUED: frozenset({State.RUNNING, State.PAUSED, State.COMPLETE, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.PAUSED, State.COMPLETE, State.COMPLETE_WITH_ERRORS, State.CANCELLED, State.FAILED}),
    State.PAUSED: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.COMPLETE: frozenset(),
    State.COMPLETE_WITH_ERRORS: frozenset(),
    State.CANCELLED: frozenset(),
    State.FAILED: frozenset(),
}


class Wanted(StrEnum):
    """What somebody wants of a bulk change. It is seen before the next chunk."""

    CANCEL = "cancel"
    PAUSE = "pause"

    @property
    def state(self) -> State:
        """Where it leads."""
        return State.CANCELLED if self is Wanted.CANCEL else State.PAUSED


# --- what is done --------------------------------------------------------------------------------------------------


class Update(msgspec.Struct, frozen=True, tag="update", tag_field="kind"):
    """Edit the fields."""

    patch: Patch


class Transition(msgspec.Struct, frozen=True, tag="transition", tag_field="kind"):
    """Take each issue through a transition from its own status, with edits in the same step.

    The transition is the one of this key; or, with `to_status`, whichever leads there. An issue that is in that status
    already is only edited. `resolutions` gives, by category of that status, the resolution of an issue that has none.
    """

    transition: str = ""
    patch: Patch = Patch()
    to_status: Operand | None = None
    resolutions: dict[str, str] = {}


class Move(msgspec.Struct, frozen=True, tag="move", tag_field="kind"):
    """Move each issue to another queue, with edits in the same step.

    Components, versions and projects are cleared, or with `keep_fields` kept where the target has them by name. With
    `initial_status` each issue starts anew in the first status of its workflow there.
    """

    queue_id: int
    keep_fields: bool = False
    initial_status: bool = False
    patch: Patch = Patch()


class Delete(msgspec.Struct, frozen=True, tag="delete", tag_field="kind"):
    """Put each issue into the trash, where it exists for nobody."""

    patch: Patch = Patch()


Change = Update | Transition | Move | Delete


# --- to which issues -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """These issues."""

    refs: tuple[IssueRef, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The issues that match when the selection is frozen. `text` is the query as it was written."""

    query: Query
    text: str


Selection = Listed | Matching


CHUNK_SIZE = 10_000
"""Issues that are committed at a time. Between 1,000 and 10,000 the issue costs the same; each chunk costs some ten
milliseconds of its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operator sets: the most issues of one bulk change, None for no limit, and how many are committed at a
    time."""

    issues: int | None = None
    chunk_size: int = CHUNK_SIZE


class OnConflict(StrEnum):
    """What becomes of an issue that somebody edited, in a field of the change, since the selection was frozen."""

    OVERWRITE = "overwrite"
    SKIP = "skip"
    STOP = "stop"
    """It is skipped, and the bulk change paused."""


@dataclass(frozen=True, slots=True)
class NewBulkChange:
    """A bulk change as it is asked for.

    `limit` is the most issues it may select; None for no limit. With `queue_id` only issues of that queue are selected,
    and a name that means one elsewhere means none. `request_hash` is the SHA-256 of the request, by which
    a repeated one is known; None turns that off.
    """

    selection: Selection
    change: Change
    notify: bool = False
    on_conflict: OnConflict = OnConflict.OVERWRITE
    limit: int | None = None
    queue_id: int | None = None
    request_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class BulkChange:
    """A bulk change as it stands."""

    id: int
    author_id: int
    author: str
    state: State
    kind: str
    query: str | None
    notify: bool
    wanted: Wanted | None
    total: int
    changed: int
    unchanged: int
    failed: int
    conflicted: int
    skipped: int
    chunks: int
    chunks_done: int
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", State(self.state))
        object.__setattr__(self, "wanted", Wanted(self.wanted) if self.wanted else None)

    @property
    def done(self) -> int:
        """Issues dealt with, whatever came of them."""
        return self.changed + self.unchanged + self.failed + self.conflicted + self.skipped


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one issue of a bulk change. One that the asker may not see any more, or that is gone, has the key
    that it had where they may see it, or none, and no summary."""

    issue_id: int
    key: str | None
    summary: str
    outcome: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Performed:
    """A bulk change that was done at once.

    `missing` are the names that mean no issue one may read; `failed` is why others were not changed, `entries` the
    changelog entry of each that was, both by issue id.
    """

    bulk: BulkChange
    missing: tuple[IssueRef, ...]
    failed: Mapping[int, tuple[Problem, ...]]
    entries: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many issues ended how."""

    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    conflicted: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def refused(self) -> int:
        """How many a check stood against."""
        return self.failed + self.conflicted + self.skipped
