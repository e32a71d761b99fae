"""Components: the parts of what a queue is about."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from shoal.domain.patch import Operand


@dataclass(frozen=True, slots=True)
class Component:
    id: int
    queue_id: int
    name: str
    description: str
    lead_id: int | None
    assign_auto: bool
    archived: bool
    version: int
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewComponent:
    queue: Operand
    name: str
    description: str = ""
    lead: Operand | None = None
    assign_auto: bool = False
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class ComponentEdit:
    """What is to be changed; UNSET is left as it is."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    lead: Operand | UnsetType | None = UNSET
    assign_auto: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
