"""What a change will write to a group of issues, when every name is looked up and every rule but the issue's own is
checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.domain.changelog import ChangeKind
from shoal.domain.fields import Field
from shoal.domain.patch import FieldEdit, Stored
from shoal.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Group:
    """Issues that share what the rules look at; `ids` in ascending order."""

    queue_id: int
    type_id: int
    status_id: int
    ids: list[int]


@dataclass(frozen=True, slots=True)
class Author:
    """On whose behalf a change is made, by which way, and in which bulk change."""

    user_id: int
    via: str
    bulk_id: int | None = None


@dataclass(frozen=True, slots=True)
class MoveTo:
    """The queue that issues move to."""

    queue_id: int
    keep_fields: bool


@dataclass(frozen=True, slots=True)
class Family:
    """Types, by id, of which the parent of the issue, or a child, may not be."""

    not_parents: tuple[int, ...]
    not_children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AddComment:
    text: str
    summonees: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EditComment:
    id: int
    text: str
    summonees: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveComment:
    id: int


CommentEdit = AddComment | EditComment | RemoveComment


# --- values that differ from issue to issue ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """Values by issue, each row a JSON object: what somebody edited elsewhere. A path is a field's name."""

    ids: tuple[int, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangesOf:
    """What a bulk change did to each issue, as its changelog has it. A path is a field's name, and "0" for the value
    before or "1" for the one after."""

    bulk_id: int


Relation = Table | ChangesOf


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written. Equal plans are written by one statement.

    `status_id` is the status to go to, None to stay; `required` are fields without which an issue is refused, looked
    at after the edits; `above` are, for the field parent or epic, the issues that cannot take the new one because they
    are it or stand above it. `relation` is where the edits that are `Given` find their values. `delete` puts the issues
    into the trash.
    """

    edits: tuple[tuple[Field, FieldEdit], ...] = ()
    status_id: int | None = None
    move: MoveTo | None = None
    comment: CommentEdit | None = None
    required: tuple[Field, ...] = ()
    above: tuple[tuple[str, tuple[int, ...]], ...] = ()
    family: Family | None = None
    relation: Relation | None = None
    delete: bool = False
    kind: ChangeKind = ChangeKind.UPDATED

    @property
    def always_changes(self) -> bool:
        """Whether an issue is changed even if every field is as it should be."""
        return bool(self.comment or self.move or self.kind is ChangeKind.CREATED)


@dataclass(frozen=True, slots=True)
class Expected:
    """The version that each issue is taken to have; one that has another by now is a conflict. Unless it is `exactly`
    so, what happened since counts only if it touched a field of the plan."""

    versions: Mapping[int, int]
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a change would do to one issue: `problems` if it is refused, else `changes` as the changelog would have
    them; neither if it is so already."""

    issue_id: int
    problems: Sequence[Problem] = ()
    changes: Mapping[str, Sequence[Stored | list[Stored] | None]] | None = None
