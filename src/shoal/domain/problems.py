"""What is wrong: a code, the field it is wrong of, and the facts of the case.

The sentences are the edge's, see `shoal.messages`. A refused issue of a bulk change is data, not an exception: its
problems are stored, and become sentences in the language of whoever reads them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

Fact = str | int | float

NOT_FOUND = "not_found"
FORBIDDEN = "forbidden"
FORBIDDEN_IN_TARGET = "forbidden_in_target"
REQUIRED = "required"
NOT_IN_QUEUE = "not_in_queue"
NO_SUCH_IN_QUEUE = "no_such_in_queue"
TYPE_NOT_IN_QUEUE = "type_not_in_queue"
NO_TRANSITION = "no_transition"
NO_WAY = "no_way"
NO_STATUS = "no_status"
NOT_ENDED = "not_ended"
CYCLE = "cycle"
NOT_MEMBER = "not_member"
NO_PARENT = "no_parent"
HAS_CHILDREN = "has_children"
STALE = "stale"
BUSY = "busy"
INVALID = "invalid"
INTERNAL = "internal"
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `field` is a field's domain name or the name of a part of the request, None when it is
    the whole; `detail` a piece of English that stands in rows of before there were facts."""

    code: str
    field: str | None = None
    detail: str = ""
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict, hash=False)


def problem(code: str, field: str | None = None, /, **facts: Fact) -> Problem:
    """The problem of this code, with its facts by name."""
    return Problem(code, field, facts=facts)
