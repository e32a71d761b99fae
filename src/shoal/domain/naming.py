"""Which thing a word means: the one order of key, id and name for whoever looks one up.

Pure: `store.names` brings the things that some operands may mean, and an `Index` of them tells which one each means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shoal.domain.patch import Operand, Ref

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that an operand may name. `key` and `names` are in lower case. With `queue_id` only issues of that queue
    can have it; `home_id` is the queue in which an issue or a sprint is. `others` are, of a sprint, those of its board.
    """

    id: int
    key: str | None
    names: list[str]
    queue_id: int | None = None
    home_id: int | None = None
    board_id: int | None = None
    others: list[int] = field(default_factory=list)


class Mark(StrEnum):
    """By what a thing is named."""

    KEY = "key"
    ID = "id"
    NAME = "name"


VALUE_ORDER = (Mark.KEY, Mark.ID, Mark.NAME)
"""How a word is read that stands for a value: programs write ids, and a name must not take the place of one."""
QUERY_ORDER = (Mark.KEY, Mark.NAME, Mark.ID)
"""How a word of a query is read: people write names."""


class Index:
    """Things of one kind by their marks. Several may have one name, and one may have several keys."""

    def __init__(self, things: Iterable[Named] = (), order: Sequence[Mark] = VALUE_ORDER) -> None:
        self._order = order
        self._by: dict[tuple[Mark, str | int | None], list[Named]] = defaultdict(list)
        for thing in sorted(things, key=lambda thing: thing.id):
            self._by[Mark.ID, thing.id].append(thing)
            for mark, word in ((Mark.KEY, thing.key), *((Mark.NAME, name) for name in thing.names)):
                if word:
                    self._by[mark, word].append(thing)

    def meant(self, operand: Operand, *, queue_id: int | None = None) -> list[Named]:
        """What the operand names, the oldest first; with a queue only what its issues can have."""
        for reading in self._readings(operand):
            found = [thing for thing in self._by.get(reading, ()) if _agree(operand, thing)]
            if queue_id is not None:
                found = [thing for thing in found if thing.queue_id in (queue_id, None)]
            if found:
                return list({thing.id: thing for thing in found}.values())
        return []

    def _readings(self, operand: Operand) -> list[tuple[Mark, str | int | None]]:
        """As what to take it, the first that names anything. Of a reference the id alone decides, if it has one."""
        if not isinstance(operand, Ref):
            return [(mark, as_id(operand) if mark is Mark.ID else _folded(operand)) for mark in self._order]
        if operand.id is not None:
            return [(Mark.ID, as_id(operand.id))]
        return [(Mark.KEY, _folded(operand.key)), (Mark.NAME, _folded(operand.name))]


def _agree(operand: Operand, thing: Named) -> bool:
    """Whether the key of a reference is not another thing's: contradictory marks name nothing."""
    key = _folded(operand.key) if isinstance(operand, Ref) else None
    return key is None or thing.key in (key, None)


def _folded(word: object) -> str | None:
    return word.lower() if isinstance(word, str) else None


def as_id(part: object) -> int | None:
    """The id that a part of an operand may be; None when it cannot be one."""
    if isinstance(part, bool) or not isinstance(part, int | str):
        return None
    text = str(part)
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    return number if 0 < (number := int(text)) <= LARGEST_ID else None


def words(operands: Iterable[Operand]) -> list[str]:
    """Every word in these operands, in lower case. What holds NUL is stored nowhere, and names nothing."""
    parts = (part for given in operands for part in _marks(given) if part is not None)
    return [word for part in parts if "\0" not in (word := str(part).lower())]


def _marks(operand: Operand) -> tuple[Operand | None, ...]:
    return (operand.id, operand.key, operand.name) if isinstance(operand, Ref) else (operand,)
