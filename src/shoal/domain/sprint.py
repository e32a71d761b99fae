"""Boards, and the sprints that are planned on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shoal.domain.patch import Operand


@dataclass(frozen=True, slots=True)
class Board:
    id: int
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Sprint:
    """`state` is draft, in_progress, released or archived. The board and the maker come with their names."""

    id: int
    board_id: int
    board: str
    name: str
    state: str
    start_date: date | None
    end_date: date | None
    created_by: int | None
    creator: str | None
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class NewSprint:
    board: Operand
    name: str
    start_date: date | None = None
    end_date: date | None = None
