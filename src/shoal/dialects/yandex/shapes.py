"""What the bodies and the answers of every noun are made of."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

T = TypeVar("T")


class Body(msgspec.Struct, rename="camel"):
    """What is sent. A key that the shape lacks is no error: clients send back what they got."""


class Answer(msgspec.Struct, rename="camel"):
    """What is answered. A part that is UNSET is left out, which is not the same as null."""


class LinkedAnswer(Answer):
    """Of a thing with an address of its own."""

    link: str = msgspec.field(name="self")


NothingBody = dict[str, Any] | None
"""The body of an action that needs none: clients send an empty object all the same."""


def or_unset(value: T | None) -> T | UnsetType:
    """The value; left out of an answer where there is none."""
    return UNSET if value is None else value
