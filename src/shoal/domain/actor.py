"""Who asks, and what may they: the only permission rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shoal.domain.errors import Forbidden


class Right(StrEnum):
    """What somebody may do in a queue. Whoever may write may also read."""

    READ = "read"
    WRITE = "write"
    CREATE = "create"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, in one organisation. `token_id` is None for a person at the web pages or the command line."""

    org_id: int
    user_id: int
    login: str
    display: str
    is_admin: bool = False
    language: str = "en"
    timezone: str = "UTC"
    token_id: int | None = None

    def answers_for(self, user_id: int) -> bool:
        """Whether what is this user's may be seen and ended: one's own, and as an administrator everybody's."""
        return self.is_admin or user_id == self.user_id

    def require_admin(self) -> None:
        """Raise Forbidden unless the actor runs the organisation."""
        if not self.is_admin:
            raise Forbidden("administrators_only")


@dataclass(frozen=True, slots=True)
class Rights:
    """What an actor may do, by queue id, at one moment."""

    by_queue: Mapping[int, frozenset[Right]]

    def has(self, queue_id: int, right: Right) -> bool:
        return right in self.by_queue.get(queue_id, frozenset())

    def queues(self, right: Right) -> list[int]:
        """The ids of the queues in which the actor has the right."""
        return sorted(queue_id for queue_id, rights in self.by_queue.items() if right in rights)

    @property
    def nameable(self) -> list[int]:
        """The ids of the queues that the actor may know of, with all that they have by name: components, versions,
        sprints, areas, fields. Issues are for who may read."""
        return sorted({*self.queues(Right.READ), *self.queues(Right.CREATE)})

    def require(self, queue_id: int, right: Right, *, queue: str) -> None:
        """Raise Forbidden, naming the queue, without the right."""
        if not self.has(queue_id, right):
            raise Forbidden("no_right", right=right, queue=queue)
