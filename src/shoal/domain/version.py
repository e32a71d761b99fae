"""Versions: what a queue's work is released as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from msgspec import UNSET, UnsetType

from shoal.domain.patch import Operand


@dataclass(frozen=True, slots=True)
class Version:
    """`version` counts the changes of this very record."""

    id: int
    queue_id: int
    name: str
    description: str
    start_date: date | None
    due_date: date | None
    released: bool
    archived: bool
    version: int


@dataclass(frozen=True, slots=True)
class NewVersion:
    queue: Operand
    name: str
    description: str = ""
    start_date: date | None = None
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class VersionEdit:
    """What is to be changed; UNSET is left as it is."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    start_date: date | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    released: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
