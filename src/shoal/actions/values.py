"""From a patch as people write it to stored values: which field a name means, and which thing an operand means.

A name may mean another component in each queue, so the result is asked for queue by queue. What is wrong whatever the
queue (an unknown field, a priority that does not exist) is an error; what is wrong in some queue is a `Problem` of the
issues there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from shoal.domain import problems, scalars
from shoal.domain.actor import Right, Rights
from shoal.domain.errors import Invalid, NotMember, UnknownField, UnknownValue
from shoal.domain.fields import NUMBER_KINDS, STANDARD, Field, Kind
from shoal.domain.naming import Index, Named
from shoal.domain.patch import (
    AddNumber,
    Adjust,
    AdjustList,
    Clear,
    Edit,
    FieldEdit,
    NewComment,
    Operand,
    Patch,
    Set,
    SetTo,
    Stored,
)
from shoal.domain.problems import Problem, problem
from shoal.store import fields as stored_fields
from shoal.store import names
from shoal.store.db import Transaction
from shoal.store.rights import memberships

Thing = TypeVar("Thing")


class NotInQueue(Exception):
    """The operand means something, but not in this queue."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """A patch whose names have been looked up."""

    patch: Patch
    fields: Mapping[str, Sequence[Field]]
    named: Mapping[Kind, Index]
    members: Collection[tuple[int, int]] = ()
    """Who belongs to which queue, as pairs of queue and user, of those who are named, where that is demanded."""

    def edits(self, queue_id: int) -> dict[Field, FieldEdit] | list[Problem]:
        """The stored form of every edit in this queue, or what stands against it there."""
        edits: dict[Field, FieldEdit] = {}
        wrong: list[Problem] = []
        for name, edit in self.patch.edits.items():
            field = _in_queue(self.fields[name], queue_id)
            if field is None:
                wrong.append(problem(problems.NOT_IN_QUEUE, name, thing="field", value=self.fields[name][0].key or ""))
                continue
            try:
                edits[field] = self._edit(field, edit, queue_id)
            except NotMember as stranger:
                wrong.append(problem(problems.NOT_MEMBER, field.name, user=stranger.user))
            except NotInQueue as missing:
                wrong.append(problem(problems.NOT_IN_QUEUE, field.name, thing=field.kind, value=str(missing)))
            except Invalid as error:
                wrong += error.problems
        return wrong or edits

    def summonees(self) -> list[int]:
        """The user ids that the comment calls."""
        try:
            return _unique(self._reference(SUMMONEES, operand, None) for operand in _summonees(self.patch.comment))
        except UnknownValue as missing:
            raise Invalid("unknown_value", "summonees", thing="user", value=missing.value) from None

    def check(self) -> None:
        """Raise Invalid or UnknownValue for whatever is wrong in every queue."""
        for name, edit in self.patch.edits.items():
            errors = [error for field in self.fields[name] if (error := self._error(field, edit))]
            if len(errors) == len(self.fields[name]):
                raise errors[0]
        self.summonees()

    def _error(self, field: Field, edit: Edit) -> Invalid | None:
        try:
            self._edit(field, edit, None)
        except Invalid as error:
            return error
        return None

    def _edit(self, field: Field, edit: Edit, queue_id: int | None) -> FieldEdit:
        match _plain(field, edit):
            case Clear():
                return self._clear(field)
            case Set(value, if_empty):
                return replace(self._set(field, value, queue_id), if_empty=if_empty)
            case Adjust() as adjust if field.is_list:
                return self._adjust_list(field, adjust, queue_id)
            case Adjust() as adjust if field.kind in NUMBER_KINDS:
                return self._adjust_number(field, adjust)
            case _:
                raise Invalid("not_adjustable", field.name)

    def _clear(self, field: Field) -> SetTo:
        if not field.is_clearable:
            raise Invalid(problems.REQUIRED, field.name)
        return SetTo(() if field.is_list else None)

    def _set(self, field: Field, value: Operand | tuple[Operand, ...], queue_id: int | None) -> SetTo:
        if field.is_list:
            operands = value if isinstance(value, tuple) else (value,)
            self._others_of_boards(field, operands)
            return SetTo(tuple(_unique(self._stored(field, operand, queue_id) for operand in operands)))
        if isinstance(value, tuple):
            # Clients send a single assignee as an array of one.
            if len(value) != 1 or field.kind is not Kind.USER:
                raise Invalid("one_value", field.name)
            value = value[0]
        stored = self._stored(field, value, queue_id)
        if field.name == "summary" and not str(stored).strip():
            raise Invalid(problems.REQUIRED, field.name)
        return SetTo(stored)

    def _adjust_list(self, field: Field, edit: Adjust, queue_id: int | None) -> AdjustList:
        def all_of(operands: Sequence[Operand]) -> tuple[Stored, ...]:
            return tuple(_unique(self._stored(field, operand, queue_id) for operand in operands))

        pairs = ((self._stored(field, a, queue_id), self._stored(field, b, queue_id)) for a, b in edit.replace)
        displaced = self._others_of_boards(field, edit.add)
        return AdjustList((*all_of(edit.remove), *displaced), tuple(dict(pairs).items()), all_of(edit.add))

    def _others_of_boards(self, field: Field, operands: Sequence[Operand]) -> list[int]:
        """The other sprints of the boards of these: an issue is in one sprint of a board at a time."""
        if field.kind is not Kind.SPRINT:
            return []
        sprints = {sprint.id: sprint for sprint in (self._named(field, operand, None) for operand in operands)}
        if len({sprint.board_id for sprint in sprints.values()}) < len(sprints):
            raise Invalid("one_sprint_a_board", field.name)
        return [other for sprint in sprints.values() for other in sprint.others]

    def _adjust_number(self, field: Field, edit: Adjust) -> AddNumber:
        if edit.replace:
            raise Invalid("nothing_to_replace", field.name)
        return AddNumber(self._sum(field, edit.add) - self._sum(field, edit.remove))

    def _sum(self, field: Field, operands: Sequence[Operand]) -> Decimal:
        return sum((Decimal(str(self._stored(field, operand, None))) for operand in operands), Decimal())

    def _stored(self, field: Field, operand: Operand, queue_id: int | None) -> Stored:
        if field.is_reference:
            return self._reference(field, operand, queue_id)
        return scalars.stored(field, operand)

    def _reference(self, field: Field, operand: Operand, queue_id: int | None) -> int:
        return self._named(field, operand, queue_id).id

    def _named(self, field: Field, operand: Operand, queue_id: int | None) -> Named:
        known = self.named[field.kind]
        found = known.meant(operand, queue_id=queue_id)
        if not found:
            raise self._missing(field, operand, known)
        if queue_id is not None and self.patch.demands.is_local:
            self._check_local(field, operand, found[0], queue_id)
        return found[0]

    def _missing(self, field: Field, operand: Operand, known: Index) -> Exception:
        """Who is nobody, and who is no member, are one where members are demanded."""
        if field.kind is Kind.USER and self.patch.demands.is_local:
            return NotMember(operand)
        return NotInQueue(str(operand)) if known.meant(operand) else UnknownValue(field.name, str(operand))

    def _check_local(self, field: Field, operand: Operand, thing: Named, queue_id: int) -> None:
        if field.kind in (Kind.SPRINT, Kind.ISSUE) and thing.home_id != queue_id:
            raise NotInQueue(str(operand))
        if field.kind is Kind.USER and (queue_id, thing.id) not in self.members:
            raise NotMember(operand)


async def resolve(tx: Transaction, patch: Patch, *, rights: Rights, hold: bool = False) -> Resolution:
    """Look up every field and every thing that the patch names, one statement a kind. With `hold` nobody deletes what
    is named before the transaction ends.

    Raises UnknownField, UnknownValue or Invalid for what is wrong in every queue.
    """
    fields = await _fields(tx, patch, rights.nameable)
    operands: dict[Kind, list[Operand]] = defaultdict(list, {Kind.USER: [*_summonees(patch.comment)]})
    for name, edit in patch.edits.items():
        for field in fields[name]:
            if field.is_reference:
                operands[field.kind] += _operands(_plain(field, edit))
    nameable, readable = rights.nameable, rights.queues(Right.READ)
    rule = names.OF_CHANGES if hold else names.OF_VALUES
    named = {
        kind: await names.index(tx, kind, of_kind, readable=readable if kind is Kind.ISSUE else nameable, rule=rule)
        for kind, of_kind in operands.items()
    }
    resolution = Resolution(patch, fields, named, await _members(tx, patch, named[Kind.USER], operands[Kind.USER]))
    resolution.check()
    return resolution


async def _members(
    tx: Transaction, patch: Patch, people: Index, operands: Sequence[Operand]
) -> Collection[tuple[int, int]]:
    if not patch.demands.is_local:
        return ()
    return await memberships(tx, {person.id for operand in operands for person in people.meant(operand)})


SUMMONEES = Field("comment", Kind.USER, is_list=True)


async def _fields(tx: Transaction, patch: Patch, known: Sequence[int]) -> dict[str, list[Field]]:
    """The fields that each name of the patch may mean: one standard or global, or the local ones of several queues."""
    others = [name for name in patch.edits if name not in STANDARD]
    custom = await stored_fields.named(tx, others, readable=known) if others else []
    fields = {name: [STANDARD[name]] for name in patch.edits if name in STANDARD}
    for name in others:
        fields[name] = [field for field in custom if name in (field.name, field.key)]
    for name, found in fields.items():
        if not found:
            raise UnknownField(name)
        if not found[0].is_editable:
            raise Invalid("read_only", name)
    return fields


def _in_queue(fields: Sequence[Field], queue_id: int) -> Field | None:
    """Of the fields of one key, the one that an issue of this queue has; its own before the global one."""
    local = (field for field in fields if field.queue_id == queue_id)
    return next(local, None) or next((field for field in fields if field.queue_id is None), None)


def _plain(field: Field, edit: Edit) -> Edit:
    """The edit with text read as what the field holds."""
    if not (isinstance(edit, Set) and edit.as_text):
        return edit
    text = str(edit.value)
    if not text.strip():
        return Clear()
    try:
        if not field.is_list:
            return Set(scalars.read(field.kind, text), if_empty=edit.if_empty)
        words = [word.strip() for word in text.split(",") if word.strip()]
        return Set(tuple(scalars.read(field.kind, word) for word in words), if_empty=edit.if_empty)
    except Invalid as invalid:
        raise Invalid.of(replace(found, field=field.name) for found in invalid.problems) from None


def _operands(edit: Edit) -> Iterator[Operand]:
    if isinstance(edit, Set):
        yield from edit.value if isinstance(edit.value, tuple) else (edit.value,)
    elif isinstance(edit, Adjust):
        yield from (*edit.remove, *(operand for pair in edit.replace for operand in pair), *edit.add)


def _summonees(comment: NewComment | None) -> tuple[Operand, ...]:
    return comment.summonees if comment else ()


def _unique(values: Iterable[Thing]) -> list[Thing]:
    return list(dict.fromkeys(values))
