"""What the bodies of this wire have in common: objects, numbers that come as text, ids in a list, spans of time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from shoal.dialects import http
from shoal.dialects.codearts.errors import MissingParameter
from shoal.domain.errors import Malformed, WrongParameter

T = TypeVar("T")
Number = int | str
"""A whole number; clients write it as text too."""
Ids = str | int | list[str | int]
"""Several ids: an array, or one text with commas between. The document's example has one id."""

DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
ITEM = re.compile(r"[0-9]{1,10}", re.ASCII)
MOST_ITEMS = 10_000
OBJECT = re.compile(rb"\s*\{")


def decode(raw: bytes, shape: type[T]) -> T:
    """The body as this shape. Malformed if it is no JSON object, Invalid if the object is of another shape."""
    if raw.strip() and not OBJECT.match(raw):
        raise Malformed("the body is not a JSON object")
    return http.decode(raw, shape)


def number(name: str, value: Number) -> int:
    """The whole number that this is, or is the text of."""
    if isinstance(value, int):
        return value
    if not DIGITS.fullmatch(value.strip()):
        raise WrongParameter(name, "a whole number is expected")
    return int(value)


def items(name: str, value: Ids | None) -> list[int]:
    """The ids of work items, each once and in the order given. MissingParameter without any."""
    found = dict.fromkeys(int(_item(name, piece)) for piece in _pieces(value) if piece)
    if not found:
        raise MissingParameter(name)
    if len(found) > MOST_ITEMS:
        raise WrongParameter(name, f"at most {MOST_ITEMS} ids at once, not {len(found)}")
    return list(found)


def _pieces(value: Ids | None) -> Iterable[str]:
    listed = value if isinstance(value, list) else [value]
    return (piece.strip() for part in listed if part is not None for piece in str(part).split(","))


def _item(name: str, piece: str) -> str:
    if not ITEM.fullmatch(piece):
        raise WrongParameter(name, "the id of a work item is 1 to 10 digits")
    return piece


# --- time ----------------------------------------------------------------------------------------------------------

Span = tuple[datetime | None, datetime | None]
MILLIS = re.compile(r"[0-9]{10,15}", re.ASCII)
FORMS = (("%Y-%m-%d %H:%M:%S", timedelta(seconds=1)), ("%Y-%m-%d", timedelta(days=1)))


def span(name: str, text: str | None) -> Span:
    """From the first moment on until before the second: `start,end`, in milliseconds since the epoch or as UTC times.
    The end that is given belongs to it; an empty one is open."""
    if not text or not text.strip():
        return None, None
    start, comma, end = text.partition(",")
    if not comma:
        raise WrongParameter(name, "two times with a comma between are expected")
    first, last = _moment(name, start.strip()), _moment(name, end.strip())
    return first[0] if first else None, last[1] if last else None


def _moment(name: str, text: str) -> tuple[datetime, datetime] | None:
    """The stretch of time that is named: a millisecond, a second or a day."""
    if not text:
        return None
    try:
        if MILLIS.fullmatch(text):
            return _stretch(
                datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text)), timedelta(milliseconds=1)
            )
        for form, length in FORMS:
            if len(text) == len(datetime(2000, 1, 1, tzinfo=UTC).strftime(form)):
                return _stretch(datetime.strptime(text, form).replace(tzinfo=UTC), length)
    except (ValueError, OverflowError):
        pass
    raise WrongParameter(name, f"{text[:40]!r} is neither milliseconds since the epoch nor a time")


def _stretch(start: datetime, length: timedelta) -> tuple[datetime, datetime]:
    return start, start + length
