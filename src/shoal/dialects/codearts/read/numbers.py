"""Ids in paths, pages in queries, and the names that bodies hold."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.read import bodies
from shoal.dialects.http import Params
from shoal.domain.errors import Invalid, WrongParameter

LARGEST_PAGE = 100
"""Of the lists for which the document tells no default: they come whole as far as a page goes."""


@dataclass(frozen=True, slots=True)
class Page:
    limit: int
    offset: int


def page(params: Params, *, default: int = LARGEST_PAGE, most: int = LARGEST_PAGE) -> Page:
    """`limit`, cut to the most that there may be, and `offset`."""
    return Page(
        limit=params.integer("limit", default, least=1, most=most),
        offset=params.integer("offset", 0),
    )


def own_id(name: str, text: str) -> int:
    """The id of a thing in a path."""
    return bodies.number(name, text)


def user(text: str) -> int:
    """The user of this 32-character id. Raises Invalid if it is no user's."""
    user_id = ids.read_user(text)
    if user_id is None:
        raise Invalid({"user_id": f"there is no user {text[:64]}"})
    return user_id


def name(parameter: str, text: str, *, longest: int) -> str:
    if not text.strip() or len(text) > longest:
        raise WrongParameter(parameter, f"1 to {longest} characters are expected")
    return text
