"""The bodies and ids of domains: areas, in the core's word."""

from __future__ import annotations

from msgspec import Struct

from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.tables import AREAS, OTHERS
from shoal.domain.errors import Conflict, NotFound


class _Domain(Struct, frozen=True):
    domain_name: str


def domain_name(raw: bytes) -> str:
    return bodies.decode(raw, _Domain).domain_name


def own_area(text: str) -> int:
    """The area of this number, which is to be changed: one of a project's own. Those that are built in stay."""
    number = bodies.number("domain_id", text)
    if number in AREAS.numbers.values():
        raise Conflict(f"the domain {number} is built in and stays as it is")
    if number <= OTHERS:
        raise NotFound(f"there is no domain {number} in the project")
    return number - OTHERS
