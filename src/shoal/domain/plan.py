"""What a change will write to a group of issues, when every name is looked up and every rule but the issue's own is
checked."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.domain.fields import Field
from shoal.domain.patch import FieldEdit


@dataclass(frozen=True, slots=True)
class Group:
    """Issues that share what the rules look at; `ids` in ascending order."""

    queue_id: int
    type_id: int
    status_id: int
    ids: list[int]


@dataclass(frozen=True, slots=True)
class MoveTo:
    """The queue that issues move to."""

    queue_id: int
    keep_fields: bool


@dataclass(frozen=True, slots=True)
class AddComment:
    text: str
    summonees: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written. Equal plans are written by one statement.

    `status_id` is the status to go to, None to stay; `required` are fields without which an issue is refused, looked
    at after the edits; `above` are, for the field parent or epic, the issues that cannot take the new one because they
    are it or stand above it. `delete` puts the issues into the trash.
    """

    edits: tuple[tuple[Field, FieldEdit], ...] = ()
    status_id: int | None = None
    move: MoveTo | None = None
    comment: AddComment | None = None
    required: tuple[Field, ...] = ()
    above: tuple[tuple[str, tuple[int, ...]], ...] = ()
    delete: bool = False
    kind: str = "updated"
