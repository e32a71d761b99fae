"""Which thing an operand means: by its id, its key or a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shoal.domain.patch import Operand, Ref
from shoal.store.values import Marks, Named

LARGEST_ID = 2**63 - 1


def mark(marks: Marks, operands: Iterable[Operand]) -> None:
    """Gather what the operands may mean: a string of digits is both a word and an id."""
    for operand in operands:
        parts = (operand.id, operand.key, operand.name) if isinstance(operand, Ref) else (operand,)
        for part in parts:
            if part is None or "\0" in str(part):
                continue
            if (number := as_id(part)) is not None:
                marks.ids.append(number)
            marks.words.append(str(part).lower())


def meant(operand: Operand, things: Iterable[Named]) -> list[Named]:
    """Those of the things that the operand names. Contradictory marks name nothing."""
    found = [thing for thing in things if _names(operand, thing)]
    return _agreed(operand, found) if isinstance(operand, Ref) else found


def as_id(part: object) -> int | None:
    """The id that a part of an operand may be; None when it cannot be one."""
    if isinstance(part, bool) or not isinstance(part, int | str):
        return None
    text = str(part)
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    return number if (number := int(text)) <= LARGEST_ID else None


def _names(operand: Operand, thing: Named) -> bool:
    """Whether the operand names this thing by any of its marks."""
    if isinstance(operand, Ref):
        return any(
            (
                operand.id is not None and as_id(operand.id) == thing.id,
                operand.key is not None and operand.key.lower() == thing.key,
                operand.name is not None and operand.name.lower() in thing.names,
            )
        )
    if isinstance(operand, str) and operand.lower() in (thing.key, *thing.names):
        return True
    return as_id(operand) == thing.id


def _agreed(ref: Ref, found: Sequence[Named]) -> list[Named]:
    """Only what every mark that is given agrees on: the id before the key, the key before the name."""
    if ref.id is not None:
        found = [thing for thing in found if thing.id == as_id(ref.id)]
    if ref.key is not None:
        found = [thing for thing in found if thing.key is None or thing.key == ref.key.lower()]
    if ref.name is not None and ref.id is None and ref.key is None:
        found = [thing for thing in found if ref.name.lower() in thing.names]
    return list(found)
