"""What an edit does to the fields of an issue, as it was asked for and as it will be stored.

A `Patch` is the request: operands name things as people do (a key, a name, an id). It is kept with a bulk change and
read again for every chunk. `actions.values` turns it into `FieldEdit`s, whose operands are stored values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec


class Ref(msgspec.Struct, frozen=True, omit_defaults=True):
    """Names a thing by one or more of its marks: the id wins, then the key (a user's login), then the name."""

    id: int | str | None = None
    key: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        return str(next((mark for mark in (self.key, self.name, self.id) if mark is not None), "nothing"))


Operand = str | int | float | bool | Ref


class Set(msgspec.Struct, frozen=True, tag="set", omit_defaults=True):
    """Give the field this value; a list field exactly these. With `if_empty` only where it has none.

    `as_text`: the value is text whatever the field holds, and is read as its kind; a list is parted by commas, and
    blank text clears.
    """

    value: str | int | float | bool | Ref | tuple[Operand, ...]
    if_empty: bool = False
    as_text: bool = False


class Clear(msgspec.Struct, frozen=True, tag="clear"):
    """Take the value away."""


class Adjust(msgspec.Struct, frozen=True, tag="adjust", omit_defaults=True):
    """Change the value the field has when the issue's turn comes.

    A list: remove, then replace (each pair a target and its replacement), then add what is not in yet. A number: the
    one operand of `add` is added, that of `remove` subtracted.
    """

    remove: tuple[Operand, ...] = ()
    replace: tuple[tuple[Operand, Operand], ...] = ()
    add: tuple[Operand, ...] = ()


Edit = Set | Clear | Adjust


class NewComment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A comment to add to each issue of an edit. `summonees` are users."""

    text: str
    summonees: tuple[Operand, ...] = ()


class Hierarchy(msgspec.Struct, frozen=True):
    """Which type of issue may be the parent of which; types by their keys.

    `parents` has for a type the one that its parent is of, or None for no parent. A type in `leaves` is nobody's
    parent. Of types that are in neither nothing is demanded.
    """

    parents: dict[str, str | None]
    leaves: tuple[str, ...] = ()

    def allows(self, parent: str, child: str) -> bool:
        if parent in self.leaves:
            return False
        if parent not in self.parents or child not in self.parents:
            return True
        return self.parents[child] == parent


class Demands(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody demands of the values of a patch beyond the rules of the core, which lets anybody be an assignee
    and any issue a parent.

    `is_local`: people are members of the issue's queue, sprints and parents are of it. `hierarchy`: parent and children
    are of fitting types, once parent or type is set.
    """

    is_local: bool = False
    hierarchy: Hierarchy | None = None


class Patch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Edits by field name, and a comment. A name may be a standard field's, or a custom field's in any spelling that
    `store.fields.find` knows: its key, or `custom.<id>`."""

    edits: dict[str, Edit] = {}
    comment: NewComment | None = None
    demands: Demands = Demands()

    @property
    def is_empty(self) -> bool:
        return not self.edits and self.comment is None


# --- resolved ------------------------------------------------------------------------------------------------------

Stored = str | int | float | bool
"""A value as the table `issue` holds it; dates and instants as ISO 8601 text."""


@dataclass(frozen=True, slots=True)
class SetTo:
    """None clears; a list field takes a tuple. With `if_empty` a value that is there stays."""

    value: Stored | tuple[Stored, ...] | None
    if_empty: bool = False


@dataclass(frozen=True, slots=True)
class AdjustList:
    remove: tuple[Stored, ...] = ()
    replace: tuple[tuple[Stored, Stored], ...] = ()
    add: tuple[Stored, ...] = ()


@dataclass(frozen=True, slots=True)
class AddNumber:
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Given:
    """Each issue its own value: what the plan's relation holds for it at this path; nothing there leaves the field."""

    path: tuple[str, ...]


FieldEdit = SetTo | AdjustList | AddNumber | Given
FieldEdits = Mapping[str, FieldEdit]
