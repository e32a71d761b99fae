"""Values that are not references: how each kind is read from an operand, or refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from shoal.domain import durations
from shoal.domain.fields import Field, Kind
from shoal.domain.patch import Operand, Ref, Stored

LONGEST_STRING = 1024
LONGEST_TEXT = 1_000_000
LARGEST_INTEGER = 2**53
"""Beyond it JSON readers in other languages lose digits."""


def stored(field: Field, operand: Operand) -> Stored:
    """The stored value of an operand for a field that holds no references. Raises ValueError saying what is wrong."""
    if isinstance(operand, Ref):
        raise ValueError("a plain value is expected, not an object")
    value = READERS[field.kind](operand)
    if field.limits is not None and not field.limits[0] <= float(value) <= field.limits[1]:
        raise ValueError(f"a number from {field.limits[0]:g} to {field.limits[1]:g} is expected")
    if field.options is not None and value not in field.options:
        raise ValueError(f"{value!r} is none of the values of this field: {', '.join(field.options)}")
    return value


YES_OR_NO: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


def read(kind: Kind, text: str) -> Operand:
    """The operand that a text stands for. Raises ValueError saying what is wrong."""
    match kind:
        case Kind.INTEGER | Kind.FLOAT:
            return _number(kind, text.strip())
        case Kind.BOOLEAN:
            return YES_OR_NO.get(text.strip().lower(), text)
        case _:
            return text


def _number(kind: Kind, text: str) -> Operand:
    try:
        value = float(text)
    except ValueError:
        raise ValueError("a number is expected") from None
    return int(value) if kind is Kind.INTEGER and value.is_integer() else value


def _string(operand: Operand) -> str:
    return _text(operand, longest=LONGEST_STRING)


def _text(operand: Operand, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(operand, str):
        raise ValueError("a string is expected")
    if "\0" in operand:
        raise ValueError("the character NUL cannot be stored")
    if len(operand) > longest:
        raise ValueError(f"at most {longest} characters, not {len(operand)}")
    return operand


def _integer(operand: Operand) -> int:
    if isinstance(operand, bool) or not isinstance(operand, int):
        raise ValueError("a whole number is expected")
    if abs(operand) > LARGEST_INTEGER:
        raise ValueError("the number is too large")
    return operand


def _float(operand: Operand) -> float:
    if isinstance(operand, bool) or not isinstance(operand, int | float):
        raise ValueError("a number is expected")
    if not math.isfinite(operand) or abs(operand) > 1e15:
        raise ValueError("the number is too large")
    return float(operand)


def _date(operand: Operand) -> str:
    try:
        return date.fromisoformat(_string(operand)).isoformat()
    except ValueError:
        raise ValueError(f"{operand!r} is not a date like 2026-03-04") from None


def _datetime(operand: Operand) -> str:
    try:
        at = datetime.fromisoformat(_string(operand))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{operand!r} is not a time like 2026-03-04T05:06:07+0000") from None
    return at.isoformat(timespec="milliseconds")


def _duration(operand: Operand) -> int:
    if isinstance(operand, str):
        return durations.parse(operand)
    minutes = _integer(operand)
    if not 0 <= minutes <= durations.LONGEST:
        raise ValueError("the duration is out of range")
    return minutes


def _boolean(operand: Operand) -> bool:
    if not isinstance(operand, bool):
        raise ValueError("true or false is expected")
    return operand


READERS: Mapping[Kind, Callable[[Operand], Stored]] = {
    Kind.STRING: _string,
    Kind.TEXT: _text,
    Kind.URI: _string,
    Kind.INTEGER: _integer,
    Kind.FLOAT: _float,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.DURATION: _duration,
    Kind.BOOLEAN: _boolean,
}
