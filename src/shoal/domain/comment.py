"""What somebody said about an issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    issue_id: int
    author_id: int
    text: str
    summonees: list[int]
    created_at: datetime
    updated_at: datetime
    updated_by: int
    version: int
