"""Query strings as structs: what a handler names is what is read and described."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

import msgspec
from msgspec.inspect import BoolType, Field, IntType, StructType, UnionType, type_info

from shoal.dialects.http import LARGEST, Params


class Parameters(msgspec.Struct, rename="camel", frozen=True):
    """An unknown parameter is ignored, and of several of one name the last one wins."""


Q = TypeVar("Q", bound=Parameters)


def read(query: Params, shape: type[Q]) -> Q:
    """Raises WrongParameter for what cannot be read; a number above the largest is cut to it."""
    return shape(**{name: reader(query) for name, reader in _readers(shape).items()})


@cache
def _readers(shape: type[Parameters]) -> dict[str, Callable[[Params], object]]:
    described = type_info(shape)
    assert isinstance(described, StructType)
    return {field.name: partial(_read, field) for field in described.fields}


def _read(field: Field, query: Params) -> object:
    name = field.encode_name
    if query.text(name) is None:
        return field.default
    match field.type.types[0] if isinstance(field.type, UnionType) else field.type:
        case IntType(ge=least, le=most):
            return query.integer(name, 0, least=least or 0, most=most or LARGEST)
        case BoolType():
            return query.flag(name)
        case _:
            return query.text(name)


def words(text: str | None) -> frozenset[str]:
    """A list with commas between."""
    return frozenset(word.strip() for word in (text or "").split(",") if word.strip())
