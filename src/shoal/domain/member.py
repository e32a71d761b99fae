"""Members of a queue: who has rights in it, by themselves or by a group."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.domain.actor import Right


@dataclass(frozen=True, slots=True)
class Member:
    """`role` is the number that was given with the rights, None where they were given without; `is_direct` is false for
    somebody who has them by a group alone; the maker is whoever made the queue."""

    user_id: int
    login: str
    display: str
    is_dismissed: bool
    role: int | None
    rights: frozenset[Right]
    is_direct: bool
    is_maker: bool


@dataclass(frozen=True, slots=True)
class NewMember:
    """What somebody is to be in a queue."""

    user_id: int
    rights: frozenset[Right]
    role: int
