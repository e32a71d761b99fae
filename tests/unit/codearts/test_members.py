"""Members, by the numbers of their roles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shoal.dialects.codearts import ids, members, tables
from shoal.dialects.codearts.errors import UnknownRole
from shoal.dialects.codearts.members import MemberOfMany
from shoal.domain.actor import Right
from shoal.domain.errors import FixedMembership, Invalid, WrongParameter
from shoal.domain.member import Member, NewMember
from tests.unit.codearts.things import ORGANISATION

ROSA = Member(21, "rosa", "Rosa Luna", False, 6, tables.ROLES[6].rights, True, False)


@pytest.mark.parametrize("role_id", sorted(tables.ROLES.keys() - {tables.CREATOR}))
def test_a_role_brings_its_rights(role_id: int) -> None:
    for number in (role_id, str(role_id)):
        assert members.new_member(MemberOfMany(ids.user(21), number)) == NewMember(
            21, tables.ROLES[role_id].rights, role_id
        )


@pytest.mark.parametrize(
    ("number", "error"),
    [(-1, FixedMembership), (" -1", FixedMembership), (1, UnknownRole), (-5, UnknownRole), ("x", WrongParameter)],
)
def test_a_role_that_cannot_be_given_is_refused(number: int | str, error: type[Exception]) -> None:
    with pytest.raises(error):
        members.given_role(number)


def test_users_are_named_by_their_ids_each_once() -> None:
    assert members.distinct_users([ids.user(22), ids.user(21), ids.user(22).upper()]) == [22, 21]
    with pytest.raises(Invalid):
        members.distinct_users(["21"])


@pytest.mark.parametrize(
    ("member", "role_id"),
    [
        (ROSA, 6),  # as it was given
        (replace(ROSA, is_maker=True), tables.CREATOR),
        (replace(ROSA, role=None), 4),  # the least that covers the rights
        (replace(ROSA, role=None, rights=frozenset({Right.READ})), 8),
        (replace(ROSA, role=None, rights=frozenset({Right.GRANT})), 3),
    ],
)
def test_a_member_is_shown_with_a_role(member: Member, role_id: int) -> None:
    (shown,) = members.listed([member], 1, ORGANISATION).members
    assert (shown.role_id, shown.role_name) == (role_id, tables.ROLES[role_id].name)


def test_somebody_who_has_left_is_forbidden() -> None:
    (shown,) = members.listed([replace(ROSA, is_dismissed=True)], 1, ORGANISATION).members
    assert (shown.forbidden, shown.user_id, shown.domain_id) == (1, ids.user(21), ids.domain(7))
