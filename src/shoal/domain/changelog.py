"""One change of one issue, as its history has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shoal.domain.patch import Stored


class ChangeKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    MOVED = "moved"
    TRANSITION = "transition"
    COMMENT_ADDED = "comment_added"
    COMMENT_UPDATED = "comment_updated"
    COMMENT_REMOVED = "comment_removed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Entry:
    """`changes` is field name -> (before, after), in stored values. `comment` is the text of the comment that the
    change added or altered, None when there is none any more."""

    id: int
    issue_id: int
    at: datetime
    author_id: int
    kind: ChangeKind
    via: str
    bulk_id: int | None
    comment_id: int | None
    comment: str | None
    changes: Mapping[str, Sequence[Stored | list[Stored] | None]]
