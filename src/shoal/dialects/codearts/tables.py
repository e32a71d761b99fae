"""The numbers by which this wire knows types, statuses, priorities, severities, areas and roles.

The vendor's own words have the vendor's numbers. Whatever else an organisation has is 10000 and its own id, so that
nothing is without a number and no two things share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shoal.domain.actor import Right
from shoal.domain.errors import UnknownValue
from shoal.domain.patch import Ref

OTHERS = 10_000
"""Added to the id of what the vendor has no number for."""


@dataclass(frozen=True, slots=True)
class Table:
    """One directory, both ways. `field` is the domain's word for what it numbers."""

    field: str
    numbers: Mapping[str, int]
    """By the key of the catalogue."""

    def number(self, key: str | None, own_id: int) -> int:
        """The wire's number of the thing with this key and id."""
        known = self.numbers.get(key) if key is not None else None
        return OTHERS + own_id if known is None else known

    def ref(self, number: int) -> Ref:
        """What the number names. Raises UnknownValue for a number that nothing could have."""
        for key, known in self.numbers.items():
            if known == number:
                return Ref(key=key)
        if number <= OTHERS:
            raise UnknownValue(self.field, str(number))
        return Ref(id=number - OTHERS)


TRACKERS = Table("type", {"task": 2, "bug": 3, "epic": 5, "newFeature": 6, "story": 7})
STATUSES = Table("status", {"open": 1, "inProgress": 2, "resolved": 3, "testing": 4, "closed": 5, "rejected": 6})
PRIORITIES = Table("priority", {"minor": 1, "normal": 2, "critical": 3})
SEVERITIES = Table("severity", {"critical": 10, "important": 11, "normal": 12, "hint": 13})
AREAS = Table(
    "area",
    {
        "performance": 14,
        "function": 15,
        "reliability": 16,
        "network_security": 17,
        "maintainability": 18,
        "other_dfx": 19,
        "availability": 20,
    },
)

# --- states --------------------------------------------------------------------------------------------------------

ITERATION_STATES: Mapping[str, str] = {"draft": "0", "in_progress": "1", "released": "2", "archived": "2"}
"""The status of an iteration by the state of a sprint; an archived one has ended too."""
SPRINT_STATES: Mapping[str, str] = {"0": "draft", "1": "in_progress", "2": "released"}

STATUS_CATEGORIES: Mapping[str, tuple[int, str]] = {
    "new": (1, "New"),
    "in_progress": (2, "In progress"),
    "paused": (2, "In progress"),
    "done": (3, "Done"),
    "cancelled": (3, "Done"),
}
"""The attribute of a status, by its category: the wire has three of them."""

# --- roles ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Role:
    """What a member is to a project, and the rights in the queue that come with it."""

    id: int
    name: str
    rights: frozenset[Right]


_LOOK = frozenset({Right.READ})
_TAKE_PART = _LOOK | {Right.WRITE}
_WORK = _TAKE_PART | {Right.CREATE}
_RUN = _WORK | {Right.GRANT}

CREATOR = -1

ROLES: Mapping[int, Role] = {
    role.id: role
    for role in (
        Role(CREATOR, "Project creator", _RUN),
        Role(3, "Project manager", _RUN),
        Role(4, "Developer", _WORK),
        Role(5, "Test manager", _WORK),
        Role(6, "Tester", _WORK),
        Role(7, "Participant", _TAKE_PART),
        Role(8, "Viewer", _LOOK),
        Role(9, "Operations manager", _WORK),
    )
}
"""By number. The number that was given is kept beside the rights, so that it is read back."""

_BY_RIGHTS: Mapping[frozenset[Right], int] = {_RUN: 3, _WORK: 4, _TAKE_PART: 7, _LOOK: 8}


def role_of(given: int | None, rights: frozenset[Right]) -> Role:
    """The role that was given; where rights were given without one, the least that covers them."""
    if given is not None and given in ROLES:
        return ROLES[given]
    covering = [role_id for held, role_id in _BY_RIGHTS.items() if rights <= held]
    return ROLES[min(covering, key=lambda role_id: len(ROLES[role_id].rights))]
