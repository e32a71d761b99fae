"""What is read at once: how much was asked for, and what was found, with the names of everything it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.domain.changelog import Entry
from shoal.domain.comment import Comment
from shoal.domain.issue import Issue
from shoal.domain.reference import Reference, References
from shoal.domain.workflow import Transition


@dataclass(frozen=True, slots=True)
class Depth:
    """What to read beside the issue itself."""

    description: bool = True
    comments: bool = False
    transitions: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Issues in the order asked for, what they refer to, and of how many they are a page. `comments` and `transitions`
    are by issue id, and None unless they were asked for."""

    issues: Sequence[Issue]
    total: int
    references: References
    comments: Mapping[int, Sequence[Comment]] | None = None
    transitions: Mapping[int, Sequence[Transition]] | None = None

    @property
    def issue(self) -> Issue:
        """The one issue that was asked for."""
        return self.issues[0]


@dataclass(frozen=True, slots=True)
class Scrolled:
    """A page of a scroll, and the name by which the next one is asked for. `is_last` when nothing comes after it."""

    found: Found
    id: str
    token: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """Comments of one issue. `has_more` when others come after them."""

    issue: Reference
    comments: Sequence[Comment]
    references: References
    has_more: bool = False

    @property
    def comment(self) -> Comment:
        """The one comment that was asked for."""
        return self.comments[0]


@dataclass(frozen=True, slots=True)
class History:
    """Entries of one issue's changelog. `has_more` when others come after them."""

    issue: Reference
    entries: Sequence[Entry]
    references: References
    has_more: bool = False
