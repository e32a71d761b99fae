"""Workflows: which transitions lead from which status, and what they require."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FINAL_CATEGORIES = frozenset({"done", "cancelled"})
"""Categories of the statuses in which an issue has ended, and so has a resolution."""


@dataclass(frozen=True, slots=True)
class WorkflowHead:
    """A workflow by name."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from a status (None: from any) to another. `required` are fields that must have a value afterwards."""

    key: str
    name: Mapping[str, str]
    from_status_id: int | None
    to_status_id: int
    required: tuple[str, ...] = ()

    def leads_from(self, status_id: int) -> bool:
        if self.from_status_id is None:
            return self.to_status_id != status_id
        return self.from_status_id == status_id


@dataclass(frozen=True, slots=True)
class Workflow:
    """The workflow of one type in one queue. `resolutions` are those it may end with; empty for all."""

    id: int
    initial_status_id: int
    transitions: tuple[Transition, ...]
    resolutions: frozenset[int] = frozenset()

    def available(self, status_id: int) -> list[Transition]:
        """The transitions from this status."""
        return [transition for transition in self.transitions if transition.leads_from(status_id)]

    def find(self, key: str, status_id: int) -> Transition | None:
        """The transition of this key from this status; one from exactly there before one from anywhere."""
        found = [transition for transition in self.available(status_id) if transition.key == key]
        return min(found, key=lambda transition: transition.from_status_id is None, default=None)

    def find_to(self, to_status_id: int, status_id: int) -> Transition | None:
        """The transition that leads from this status to that one; one from exactly here before one from anywhere."""
        found = [transition for transition in self.available(status_id) if transition.to_status_id == to_status_id]
        return min(found, key=lambda transition: transition.from_status_id is None, default=None)

    def has_status(self, status_id: int) -> bool:
        return status_id == self.initial_status_id or any(
            status_id in (transition.from_status_id, transition.to_status_id) for transition in self.transitions
        )


@dataclass(frozen=True, slots=True)
class Workflows:
    """The workflows of some queues, by queue and type, and the category of every status."""

    by_type: Mapping[tuple[int, int], Workflow]
    categories: Mapping[int, str]

    def find(self, queue_id: int, type_id: int) -> Workflow | None:
        """None when the queue does not have the type."""
        return self.by_type.get((queue_id, type_id))

    def is_final(self, status_id: int) -> bool:
        return self.categories.get(status_id) in FINAL_CATEGORIES
