"""Values that are not references: how each kind is read from an operand, or refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from shoal.domain import durations
from shoal.domain.errors import Invalid
from shoal.domain.fields import Field, Kind
from shoal.domain.patch import Operand, Ref, Stored

Plain = str | int | float | bool
LONGEST_STRING = 1024
LONGEST_TEXT = 1_000_000
LARGEST_INTEGER = 2**53
"""Beyond it JSON readers in other languages lose digits."""


def stored(field: Field, operand: Operand) -> Stored:
    """The stored value of an operand for a field that holds no references. Raises Invalid, naming the field."""
    try:
        return _read(field, operand)
    except Invalid as invalid:
        raise Invalid.of(replace(problem, field=field.name) for problem in invalid.problems) from None


def _read(field: Field, operand: Operand) -> Stored:
    if isinstance(operand, Ref):
        raise Invalid("not_plain")
    value = READERS[field.kind](operand)
    if field.limits is not None and not field.limits[0] <= float(value) <= field.limits[1]:
        raise Invalid("number_between", least=field.limits[0], most=field.limits[1])
    if field.options is not None and value not in field.options:
        raise Invalid("not_an_option", value=value, options=", ".join(field.options))
    return value


YES_OR_NO: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


def read(kind: Kind, text: str) -> Operand:
    """The operand that a text stands for. Raises Invalid."""
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
        raise Invalid("number_expected") from None
    return int(value) if kind is Kind.INTEGER and value.is_integer() else value


def _string(operand: Plain) -> str:
    return _text(operand, longest=LONGEST_STRING)


def _text(operand: Plain, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(operand, str):
        raise Invalid("string_expected")
    if "\0" in operand:
        raise Invalid("nul")
    if len(operand) > longest:
        raise Invalid("too_long", most=longest, length=len(operand))
    return operand


def _integer(operand: Plain) -> int:
    if isinstance(operand, bool) or not isinstance(operand, int):
        raise Invalid("whole_number_expected")
    if abs(operand) > LARGEST_INTEGER:
        raise Invalid("number_too_large")
    return operand


def _float(operand: Plain) -> float:
    if isinstance(operand, bool) or not isinstance(operand, int | float):
        raise Invalid("number_expected")
    if not math.isfinite(operand) or abs(operand) > 1e15:
        raise Invalid("number_too_large")
    return float(operand)


def _date(operand: Plain) -> str:
    try:
        return date.fromisoformat(_string(operand)).isoformat()
    except (ValueError, Invalid):
        raise Invalid("not_a_date", value=operand) from None


def _datetime(operand: Plain) -> str:
    try:
        at = datetime.fromisoformat(_string(operand))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, Invalid):
        raise Invalid("not_a_time", value=operand) from None
    return at.isoformat(timespec="milliseconds")


def _duration(operand: Plain) -> int:
    if isinstance(operand, str):
        return durations.parse(operand)
    minutes = _integer(operand)
    if not 0 <= minutes <= durations.LONGEST:
        raise Invalid("duration_out_of_range")
    return minutes


def _boolean(operand: Plain) -> bool:
    if not isinstance(operand, bool):
        raise Invalid("truth_expected")
    return operand


READERS: Mapping[Kind, Callable[[Plain], Stored]] = {
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
