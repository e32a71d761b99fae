"""The bodies about members, and about oneself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.errors import UnknownRole
from shoal.dialects.codearts.read import bodies, numbers
from shoal.dialects.codearts.read.bodies import Number
from shoal.dialects.codearts.tables import CREATOR, ROLES
from shoal.domain.errors import FixedMembership, Invalid
from shoal.domain.member import NewMember


class _Member(Struct, frozen=True):
    user_id: str
    role_id: Number
    domain_id: str | None = None
    domain_name: str | None = None


def new_member(raw: bytes, org_id: int) -> list[NewMember]:
    """One, who may be of this account only."""
    asked = bodies.decode(raw, _Member)
    if asked.domain_id and asked.domain_id.lower() != ids.domain(org_id):
        raise Invalid({"domain_id": "members are of the project's own account"})
    return [_role(asked.role_id)(numbers.user(asked.user_id))]


class _Members(Struct, frozen=True):
    users: list[_Member]


def new_members(raw: bytes) -> list[NewMember]:
    return [_role(asked.role_id)(numbers.user(asked.user_id)) for asked in bodies.decode(raw, _Members).users]


class _Users(Struct, frozen=True):
    user_ids: list[str]


def users(raw: bytes) -> list[int]:
    return _distinct(bodies.decode(raw, _Users).user_ids)


class _RoleOfUsers(Struct, frozen=True):
    user_ids: list[str]
    role_id: Number


def role_of_users(raw: bytes) -> tuple[list[int], Callable[[int], NewMember]]:
    """Who is to be what."""
    asked = bodies.decode(raw, _RoleOfUsers)
    return _distinct(asked.user_ids), _role(asked.role_id)


class _NickName(Struct, frozen=True):
    nick_name: str


def nick_name(raw: bytes) -> str:
    return bodies.decode(raw, _NickName).nick_name


def _distinct(user_ids: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(map(numbers.user, user_ids)))


def _role(number: Number) -> Callable[[int], NewMember]:
    """Whoever it is given to, with the rights that come with it."""
    role = ROLES.get(int(number) if str(number).strip() == str(CREATOR) else bodies.number("role_id", number))
    if role is None:
        raise UnknownRole(bodies.number("role_id", number))
    if role.id == CREATOR:
        raise FixedMembership("the creator is whoever made the project")
    given = role
    return lambda user_id: NewMember(user_id, given.rights, given.id)
