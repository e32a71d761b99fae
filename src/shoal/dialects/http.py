"""What all dialects need of HTTP: bodies in, bodies out, parameters, and under which address the caller reached us."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Response
from litestar.enums import MediaType

from shoal.domain.errors import Invalid, Malformed, TooMuch, WrongParameter

DEEPEST = 64
LARGEST = 2**63 - 1
MOST_VALUES = 100_000
"""In one body. Reading them takes some ten milliseconds, in which nobody else is answered."""
LONGEST_LIST = 10_000
"""What one list of keys or ids may have, those that come twice counted twice: the wires' own limit."""

# The largest bodies, by what a route takes; those of all others are as large as the operator allows.
SIGN_IN = 8 * 1024
LISTS = 2**20

T = TypeVar("T")


# --- bodies in -----------------------------------------------------------------------------------------------------


def decode(body: bytes, shape: type[T]) -> T:
    """The JSON body as this shape; raises as `parse` and `convert` do."""
    return convert(parse(body), shape)


def parse(body: bytes) -> Any:
    """The JSON. Malformed if it is none, or holds what nothing of ours can: a whole number beyond 64 bits, lone
    surrogates, too deep a nesting. Invalid if it has a NUL in a string, or too many values.

    What can be seen from the bytes is refused before an object is made of any of them.
    """
    _check(body)
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise Malformed("body_too_deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise (Malformed("body_not_json", reason=str(error)) if body.strip() else Malformed("body_empty")) from None


def convert(tree: Any, shape: type[T]) -> T:
    """JSON as this shape. Invalid, naming the field, if it is of another."""
    try:
        return msgspec.convert(tree, shape)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from None


NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# Takes an unterminated string to the end, else each of its escaped quotes would be tried as the beginning of one.
STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)', re.DOTALL)
LONG_NUMBER = re.compile(rb"(?<![0-9.eE+-])-?([0-9]{19,}+)(?![0-9.eE])")
BRACKETS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in BRACKETS)


def _check(body: bytes) -> None:
    """Refuse what is valid JSON and yet cannot be stored, or would keep everybody waiting."""
    if b"\\u0000" in body and NUL.search(body):
        raise Invalid("nul_in_text")
    # An escaped backslash before a quote makes this one too few, never one too many.
    if body.count(b'"') - body.count(b'\\"') > 4 * MOST_VALUES:
        raise _too_many()
    opened, commas = body.count(b"[") + body.count(b"{"), body.count(b",")
    if opened > DEEPEST or opened + commas > MOST_VALUES or LONG_NUMBER.search(body):
        _check_structure(STRING.sub(b"", body))


def _check_structure(text: bytes) -> None:
    """The same of a body without its strings."""
    brackets = text.translate(None, NO_BRACKETS)
    depths = accumulate(map(BRACKETS.__getitem__, brackets[: 2 * MOST_VALUES]))
    if max(depths, default=0) > DEEPEST:
        raise Malformed("body_too_deep")
    if len(brackets) // 2 + text.count(b",") > MOST_VALUES:
        raise _too_many()
    for number in LONG_NUMBER.findall(text):
        if len(number) > 19 or int(number) > LARGEST:
            raise Malformed("number_exceeds", number=number[:40].decode())


def _too_many() -> TooMuch:
    return TooMuch("body_too_many_values", most=MOST_VALUES)


LARGE = 64 * 1024
"""Bytes of a body that is read beside the event loop."""


async def beside(body: bytes, read: Callable[[], T]) -> T:
    """What is read of this body; of a large one in a thread, so that others are answered meanwhile."""
    return read() if len(body) <= LARGE else await asyncio.to_thread(read)


MISSING = re.compile(r"Object missing required field `(.+?)`")
PLACE = re.compile(r" - at `\$\.?(.*)`$")


def _misfit(problem: str) -> Invalid:
    """What msgspec found wrong, as a problem of the field."""
    place = PLACE.search(problem)
    where = place[1] if place else ""
    what = PLACE.sub("", problem).replace("`", "")
    if missing := MISSING.match(problem):
        return Invalid("required", ".".join(filter(None, (where, missing[1]))))
    if not where:
        return Invalid("body_misfit", reason=f"{what[:1].lower()}{what[1:]}")
    return Invalid("invalid", where, reason=f"{what[:1].lower()}{what[1:]}")


# --- bodies out ----------------------------------------------------------------------------------------------------


def json(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """A JSON answer. Instants are strings already: each dialect has its own form of them."""
    return Response(msgspec.json.encode(value), status_code=status, media_type=MediaType.JSON, headers=headers)


LONGEST_SLICE = 0.01
"""Seconds for which the writing of a long list keeps everybody else waiting."""


async def json_list(items: Iterable[object], *, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """A JSON answer of items that are written while they are asked for, with others served in between."""
    written = bytearray(b"[")
    since = perf_counter()
    for item in items:
        written += msgspec.json.encode(item) + b","
        if perf_counter() - since > LONGEST_SLICE:
            await asyncio.sleep(0)
            since = perf_counter()
    written[len(written) - (len(written) > 1) :] = b"]"
    return Response(bytes(written), media_type=MediaType.JSON, headers=headers)


def empty(status: int = 204) -> Response[None]:
    """An answer without a body."""
    return Response(None, status_code=status, media_type=MediaType.TEXT)


# --- parameters ----------------------------------------------------------------------------------------------------

MOST_PARAMETERS = 1000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}", re.ASCII)
TRUTH = {"true": True, "1": True, "false": False, "0": False}


class Params:
    """The query string, read as tolerantly as clients write it: an empty one is none, the last of several wins."""

    def __init__(self, query: bytes | str) -> None:
        text = query.decode("utf-8", "replace") if isinstance(query, bytes) else query
        try:
            self.pairs = parse_qsl(text, max_num_fields=MOST_PARAMETERS)
        except ValueError:
            raise Malformed("too_many_parameters", most=MOST_PARAMETERS) from None
        self._values = dict(self.pairs)

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is not None and "\0" in value:
            raise WrongParameter(name, "nul_in_parameter")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Booleans come as `true`, `True`, `1`, and their opposites."""
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in TRUTH:
            raise WrongParameter(name, "truth_expected")
        return TRUTH[text.lower()]

    def integer(self, name: str, default: int, *, least: int = 0, most: int = LARGEST) -> int:
        """A whole number; larger than `most` is cut to it."""
        text = self.text(name)
        if text is None:
            return default
        if not WHOLE_NUMBER.fullmatch(text):
            raise WrongParameter(name, "whole_number_expected")
        if int(text) < least:
            raise WrongParameter(name, "at_least", least=least)
        return min(int(text), most)

    def words(self, name: str) -> frozenset[str]:
        """A list with commas between; empty without the parameter."""
        return frozenset(word.strip() for word in (self.text(name) or "").split(",") if word.strip())


# --- addresses -----------------------------------------------------------------------------------------------------

HOST = re.compile(r"[A-Za-z0-9.\-_\[\]:]+", re.ASCII)


def origin(scope: Mapping[str, Any], *, public_url: str | None, trust_forwarded: bool) -> str:
    """Scheme, host and port under which this caller reaches us, without a slash at the end."""
    if public_url:
        return public_url.rstrip("/")
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    scheme, host = scope.get("scheme", "http"), headers.get(b"host", "")
    if trust_forwarded:
        scheme = _first(headers.get(b"x-forwarded-proto", "")) or scheme
        host = _first(headers.get(b"x-forwarded-host", "")) or host
    if not HOST.fullmatch(host):
        name, port = scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else str(name)
    return f"{scheme if scheme in ('http', 'https') else 'http'}://{host}"


def client_address(scope: Mapping[str, Any], *, trust_forwarded: bool) -> str:
    """From where this caller comes: of what a proxy forwards the last, which is the proxy's own word."""
    if trust_forwarded:
        forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        last = str(forwarded[-1], "latin-1").rpartition(",")[2].strip() if forwarded else ""
        if last:
            return last
    client = scope.get("client")
    return str(client[0]) if client else ""


def _first(listed: str) -> str:
    return listed.split(",")[0].strip()
