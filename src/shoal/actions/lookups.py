"""Which things the operands of a request mean: the same rules as for the values of an issue."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.actions import naming
from shoal.actions.values import Resolution
from shoal.domain.fields import Field, Kind
from shoal.domain.patch import Operand, Patch, Set, SetTo
from shoal.store import values as store
from shoal.store.db import Transaction


async def find_all(
    tx: Transaction, part: str, kind: Kind, operands: Sequence[Operand], *, readable: Sequence[int] = ()
) -> list[int]:
    """The ids of the things of this kind that are named in this part of a request, in the same order; one statement
    for all of them. Raises UnknownValue for the first that is not there."""
    if not operands:
        return []
    marks = store.Marks()
    naming.mark(marks, operands)
    named = await store.find(tx, kind, marks, readable=readable)
    found = []
    for operand in operands:
        field = Field(part, kind)
        resolution = Resolution(Patch({part: Set(operand)}), {part: [field]}, {kind: named})
        resolution.check()
        match resolution.edits(0):
            case {**edits} if isinstance(edit := edits.get(field), SetTo) and isinstance(edit.value, int):
                found.append(edit.value)
    return found


async def find(tx: Transaction, part: str, kind: Kind, operand: Operand, *, readable: Sequence[int] = ()) -> int:
    """The id of the one thing that is named. Raises UnknownValue if it is not there."""
    return (await find_all(tx, part, kind, [operand], readable=readable))[0]
