"""What is sent, in the forms that clients give it: bodies, numbers that come as text, several ids in one text, spans of
time, and the parameters of the query string.

The vendor's document has one form of each value; clients have others, and all of them are taken. The forms are types:
msgspec reads the JSON of them, the functions here what the text of them says, and the description shows both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from msgspec import Meta, Struct
from msgspec.structs import fields

from shoal.dialects import http
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.http import LARGEST, LONGEST_LIST, Params
from shoal.domain.errors import Invalid, Malformed, WrongParameter

T = TypeVar("T")
P = TypeVar("P", bound=Struct)


class Body(Struct):
    """A body. Null is as good as nothing, and what is not known is ignored."""


class DemandingBody(Body):
    """A body of which the lack of a required value has a code of its own; null and the empty text are a lack too."""


def decode(raw: bytes, shape: type[T]) -> T:
    """The body as this shape. Malformed if it is no JSON object, MissingParameter for what a DemandingBody lacks,
    Invalid if the object is of another shape."""
    tree = http.parse(raw)
    if not isinstance(tree, dict):
        raise Malformed("body_not_object")
    if issubclass(shape, DemandingBody):
        for name in _required(shape):
            if tree.get(name) in (None, ""):
                raise MissingParameter(name)
    return http.convert(tree, shape)


@cache  # to ask a struct for its fields costs milliseconds
def _required(shape: type[Struct]) -> tuple[str, ...]:
    return tuple(field.encode_name for field in fields(shape) if field.required)


def form(**words: Any) -> Meta:
    """What the description says of a value, in the words of JSON Schema. It is not what is checked: that is refused by
    the functions here, with the codes of the wire."""
    return Meta(extra_json_schema=words)


MANY = Meta(max_length=1000)
"""Of lists that are no lists of work items."""

# --- texts ---------------------------------------------------------------------------------------------------------

Text = Annotated[str, form(minLength=1)]
ProjectId = Annotated[str, form(pattern="^[0-9a-fA-F]{32}$", description="The 32-digit id of a project.")]
UserId = Annotated[str, form(pattern="^[0-9a-fA-F]{32}$", description="The 32-digit id of a user.")]
Scalar = Annotated[str | int | float | bool, form(minimum=-LARGEST, maximum=LARGEST)]


def user(text: str) -> int:
    """The user of this 32-character id. Raises Invalid if it is no user's."""
    user_id = ids.read_user(text)
    if user_id is None:
        raise Invalid("no_user", "user_id", user=text[:64])
    return user_id


def name(parameter: str, text: str, *, longest: int) -> str:
    if not text.strip() or len(text) > longest:
        raise WrongParameter(parameter, "length_expected", longest=longest)
    return text


# --- numbers -------------------------------------------------------------------------------------------------------

Number = int | str
"""A whole number; clients write it as text too."""

DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
SOME_DIGITS = r"\s*[0-9]{1,18}\s*"


def whole(pattern: str, description: str, *, least: int = 0, most: int = LARGEST) -> Meta:
    """What is known of a whole number or the text of one."""
    return form(minimum=least, maximum=most, pattern=f"^{pattern}$", description=description)


Digits = Annotated[Number, whole(SOME_DIGITS, "A number, or its digits as text.")]
AnyNumber = Annotated[
    Number,
    whole(SOME_DIGITS, "A number, or its digits as text. One that nothing has finds nothing.", least=-LARGEST),
]
NumberOrNone = Annotated[
    Number, whole(f"({SOME_DIGITS})?", "A number, or its digits as text. 0 and the empty text are none.")
]
Percent = Annotated[Number, whole(r"(\s*(100|[0-9]{1,2})\s*)?", "0 to 100, or its digits as text.", most=100)]
Numbers = Annotated[
    Number,
    whole(
        rf"({SOME_DIGITS})?(,({SOME_DIGITS})?)*",
        "A number, or several as one text with commas between.",
        least=-LARGEST,
    ),
]
Hours = Annotated[
    float | str,
    form(
        minimum=0,
        pattern=r"^([0-9]+(\.[0-9]+)?)?$",
        description="Hours with their fractions, or the same as text. The empty text is none.",
    ),
]
UserOrNone = Annotated[
    Number,
    whole(
        f"([0-9a-fA-F]{{32}}|{SOME_DIGITS})?",
        "The 32-digit id of a user, or the number. The empty text is nobody.",
    ),
]


def number(name: str, value: Number) -> int:
    """The whole number that this is, or is the text of."""
    if isinstance(value, int):
        return value
    if not DIGITS.fullmatch(value.strip()):
        raise WrongParameter(name, "whole_number_expected")
    return int(value)


def positive(name: str, value: Number | None) -> int | None:
    """The number, where one is given that is not 0."""
    return None if value is None or value == "" else number(name, value) or None


def numbers(name: str, value: Number | None) -> list[int]:
    """All of those that one text names."""
    pieces = [] if value is None else [piece.strip() for piece in _split(name, str(value))]
    return [number(name, piece) for piece in pieces if piece]


def user_or_none(name: str, value: Number | None) -> int | None:
    """The user, if one is named: by the 32-character id that the document has, or by the number that everything else
    takes."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    user_id = int(text) if DIGITS.fullmatch(text) else ids.read_user(text)
    if user_id is None:
        raise WrongParameter(name, "user_id_expected")
    return user_id


# --- work items ----------------------------------------------------------------------------------------------------

LARGEST_ITEM = 9_999_999_999
ITEM = re.compile(r"[0-9]{1,10}", re.ASCII)
_ONE_ITEM = {"type": ["string", "integer"], "minimum": 0, "maximum": LARGEST_ITEM}

# The document of 2025-09-10 types the ids as one string, and its example has one id.
ItemIds = Annotated[
    str | int | list[str | int],
    form(
        pattern="[0-9]",
        minimum=0,
        maximum=LARGEST_ITEM,
        minItems=1,
        items=_ONE_ITEM,
        description=(
            "Work items: one text with commas between the ids (as the vendor's second version has it, whose "
            "document shows one id), one number, or an array of either. Each id is 1 to 10 digits; an id that "
            f"comes twice is one; at most {LONGEST_LIST}, all of them counted, and 100 where DELETE takes them."
        ),
    ),
]


def items(name: str, value: str | int | list[str | int]) -> list[int]:
    """The ids of work items, each once and in the order given. MissingParameter without any."""
    pieces = [piece.strip() for piece in _pieces(name, value)]
    if len(pieces) > LONGEST_LIST:
        raise _too_many(name)
    found = dict.fromkeys(int(_item(name, piece)) for piece in pieces if piece)
    if not found:
        raise MissingParameter(name)
    return list(found)


def _pieces(name: str, value: str | int | list[str | int]) -> Iterable[str]:
    listed = value if isinstance(value, list) else [value]
    return (piece for part in listed[: LONGEST_LIST + 1] for piece in _split(name, str(part)))


def _split(name: str, text: str) -> list[str]:
    if text.count(",") >= LONGEST_LIST:
        raise _too_many(name)
    return text.split(",")


def _too_many(name: str) -> WrongParameter:
    return WrongParameter(name, "too_many_at_once", most=LONGEST_LIST)


def _item(name: str, piece: str) -> str:
    if not ITEM.fullmatch(piece):
        raise WrongParameter(name, "item_id")
    return piece


# --- time ----------------------------------------------------------------------------------------------------------

DAY_PATTERN = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MOMENT = rf"\s*([0-9]{{10,15}}|{DAY_PATTERN}( {_TIME})?)?\s*"

Interval = Annotated[
    str,
    form(
        pattern=rf"^(\s*|{_MOMENT},{_MOMENT})$",
        description=(
            "`start,end`, each in milliseconds since the epoch, or in UTC as `2026-01-02 03:04:05` or "
            "`2026-01-02`. The end belongs to it; an empty one is open."
        ),
    ),
]
Span = tuple[datetime | None, datetime | None]
MILLIS = re.compile(r"[0-9]{10,15}", re.ASCII)
FORMS = (("%Y-%m-%d %H:%M:%S", timedelta(seconds=1)), ("%Y-%m-%d", timedelta(days=1)))


def span(name: str, text: str | None) -> Span:
    """From the first moment on until before the second."""
    if not text or not text.strip():
        return None, None
    start, comma, end = text.partition(",")
    if not comma:
        raise WrongParameter(name, "two_times")
    first, last = _moment(name, start.strip()), _moment(name, end.strip())
    return first[0] if first else None, last[1] if last else None


def _moment(name: str, text: str) -> tuple[datetime, datetime] | None:
    """The stretch of time that is named: a millisecond, a second or a day."""
    if not text:
        return None
    try:
        if MILLIS.fullmatch(text):
            start = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text))
            return start, start + timedelta(milliseconds=1)
        for form, length in FORMS:
            if len(text) == len(datetime(2000, 1, 1, tzinfo=UTC).strftime(form)):
                start = datetime.strptime(text, form).replace(tzinfo=UTC)
                return start, start + length
    except (ValueError, OverflowError):
        pass
    raise WrongParameter(name, "neither_milliseconds_nor_time", text=text[:40])


# --- the query string ----------------------------------------------------------------------------------------------


class PageParameters(Struct):
    """Of the lists for which the document tells no default: they come whole as far as a page goes. More than the most
    that there may be is cut to it."""

    offset: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=100, description="More is cut to it.")] = 100


class LongPage(Struct):
    """Of projects and members, which come ten at a time and a thousand at most."""

    offset: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=1000, description="More is cut to it.")] = 10


class ItemPage(Struct):
    """Of the lists of work items, where a page that is too large is refused."""

    offset: Annotated[int, Meta(ge=0, le=10**18 - 1)] = 0
    limit: Annotated[int, Meta(ge=1, extra_json_schema={"maximum": 100})] = 10

    def check(self, *, most: int = 100) -> None:
        """Raise WrongParameter for a page that is too large."""
        if self.limit > most:
            raise WrongParameter("limit", "between", most=most)


def parameters(params: Params, shape: type[P]) -> P:
    """The query string as this struct: each field is read by its type, and is its default if it is not given."""
    return shape(**{name: read(params) for name, read in _readers(shape).items()})


@cache
def _readers(shape: type[Struct]) -> dict[str, Callable[[Params], Any]]:
    hints = get_type_hints(shape, include_extras=True)
    return {field.name: _reader(field.name, hints[field.name], field.default) for field in fields(shape)}


def _reader(name: str, kind: Any, default: Any) -> Callable[[Params], Any]:
    parts = list(_parts(kind))
    bounds = next((part for part in parts if isinstance(part, Meta)), Meta())
    if bool in parts:
        return lambda params: default if params.text(name) is None else params.flag(name)
    if int in parts:
        least, most = int(bounds.ge or 0), int(bounds.le or LARGEST)
        return lambda params: params.integer(name, default, least=least, most=most)
    return lambda params: params.text(name)


def _parts(kind: Any) -> Iterator[Any]:
    """The type, and everything that it is made of."""
    yield kind
    for part in get_args(kind):
        yield from _parts(part)
