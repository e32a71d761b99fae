"""What the tests of this dialect's shapes share: who is answered, and JSON as a shape."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from shoal.dialects.yandex.view import View
from shoal.domain.fields import Kind
from shoal.domain.reference import Reference, References

T = TypeVar("T")

V2 = View("http://shoal.test", "v2", "en")
V3 = View("http://shoal.test", "v3", "ru")
KNOWN = References(
    {
        (Kind.QUEUE, 1): Reference(Kind.QUEUE, 1, "TEST", {"en": "Testing"}),
        (Kind.USER, 5): Reference(Kind.USER, 5, "rosa", {"en": "Rosa Prado"}),
        (Kind.STATUS, 7): Reference(Kind.STATUS, 7, "open", {"en": "Open", "ru": "Открыт"}),
        (Kind.PROJECT, 8): Reference(Kind.PROJECT, 8, None, {"en": "Harbour"}),
        (Kind.PROJECT, 9): Reference(Kind.PROJECT, 9, None, {"en": "Lighthouse"}),
    }
)


def sent(shape: type[T], **parts: Any) -> T:
    """The parts as the body of a request has them."""
    return msgspec.convert(parts, shape)


def written(answer: object) -> Any:
    """The answer as a client gets it."""
    return msgspec.json.decode(msgspec.json.encode(answer))
