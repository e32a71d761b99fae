"""Queues, and what belongs to them: types, people, components and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import UNSET, UnsetType

from shoal.domain.component import Component
from shoal.domain.fields import Field
from shoal.domain.patch import Operand
from shoal.domain.project import Project
from shoal.domain.reference import References
from shoal.domain.version import Version
from shoal.domain.workflow import WorkflowHead


@dataclass(frozen=True, slots=True)
class Queue:
    id: int
    key: str
    name: str
    description: str
    lead_id: int | None
    default_type_id: int
    default_priority_id: int
    assign_auto: bool
    allow_externals: bool
    deny_voting: bool
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QueueType:
    """A type that a queue has, the workflow by which it goes, and every resolution with which it may end."""

    queue_id: int
    type_id: int
    workflow_id: int
    resolutions: Sequence[int]


@dataclass(frozen=True, slots=True)
class NewQueueType:
    """Without a workflow the first of the organisation; without resolutions all of them."""

    type: Operand
    workflow: Operand | None = None
    resolutions: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class NewQueue:
    """A queue to be made. The lead is its maker unless told; without types it gets all that the organisation has."""

    key: str | None
    """None: made from the name."""
    name: str
    description: str = ""
    lead: Operand | None = None
    default_type: Operand | None = None
    default_priority: Operand | None = None
    types: tuple[NewQueueType, ...] = ()
    is_name_unique: bool = False
    """Whether no other queue may have the name."""


@dataclass(frozen=True, slots=True)
class QueueEdit:
    """What is to be changed; UNSET is left as it is."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class QueueCard:
    """A queue as a list shows it: with its maker, and how many take part in it."""

    id: int
    key: str
    name: str
    description: str
    archived: bool
    created_at: datetime
    updated_at: datetime
    maker_id: int | None
    maker_login: str | None
    maker_display: str | None
    members: int


class Section(StrEnum):
    """What can be read together with a queue."""

    TYPES = "types"
    COMPONENTS = "components"
    VERSIONS = "versions"
    TEAM = "team"
    WORKFLOWS = "workflows"
    FIELDS = "fields"
    PROJECTS = "projects"


@dataclass(frozen=True, slots=True)
class QueuesFound:
    """A page of queues, what they refer to, and of how many they are a page. The sections are by queue id, and empty
    unless they were asked for; `projects` are the organisation's."""

    queues: Sequence[Queue]
    total: int
    references: References
    types: Mapping[int, Sequence[QueueType]] = field(default_factory=dict)
    components: Mapping[int, Sequence[Component]] = field(default_factory=dict)
    versions: Mapping[int, Sequence[Version]] = field(default_factory=dict)
    team: Mapping[int, Sequence[int]] = field(default_factory=dict)
    local_fields: Mapping[int, Sequence[Field]] = field(default_factory=dict)
    workflows: Mapping[int, WorkflowHead] = field(default_factory=dict)
    """By workflow id: every one that a type of these queues goes by."""
    projects: Sequence[Project] = ()

    @property
    def queue(self) -> Queue:
        """The one queue that was asked for."""
        return self.queues[0]
