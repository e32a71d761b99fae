"""Who may do what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shoal.domain.access import check_revocable
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.errors import Forbidden, NotFound
from shoal.domain.user import Token

ROSA = Actor(1, 7, "rosa", "Rosa")
ADMIN = Actor(1, 8, "ada", "Ada", is_admin=True)
RIGHTS = Rights({5: frozenset({Right.READ}), 3: frozenset({Right.READ, Right.WRITE})})


def test_an_administrator_is_let_through() -> None:
    ADMIN.require_admin()


def test_others_are_no_administrators() -> None:
    with pytest.raises(Forbidden):
        ROSA.require_admin()


@pytest.mark.parametrize(("actor", "user_id", "answers"), [(ROSA, 7, True), (ROSA, 8, False), (ADMIN, 7, True)])
def test_everybody_answers_for_themselves_and_an_administrator_for_all(
    actor: Actor, user_id: int, answers: bool
) -> None:
    assert actor.answers_for(user_id) is answers


def test_a_right_is_that_of_a_queue() -> None:
    assert RIGHTS.has(3, Right.WRITE)
    assert not RIGHTS.has(5, Right.WRITE)
    assert not RIGHTS.has(99, Right.READ)


def test_queues_are_told_by_right_in_order() -> None:
    assert (RIGHTS.queues(Right.READ), RIGHTS.queues(Right.WRITE), RIGHTS.queues(Right.GRANT)) == ([3, 5], [3], [])


def test_a_right_that_is_missing_is_refused_by_the_name_of_the_queue() -> None:
    with pytest.raises(Forbidden, match=r"no_right .*write.*REEF"):
        RIGHTS.require(5, Right.WRITE, queue="REEF")


def token(token_id: int, user_id: int) -> Token:
    return Token(token_id, user_id, "somebody", "", datetime(2026, 1, 1, tzinfo=UTC), None, None)


def test_ones_own_credential_may_be_revoked() -> None:
    check_revocable([token(1, 8), token(2, 7)], 2, ROSA, noun="token")


def test_that_of_another_only_by_an_administrator() -> None:
    check_revocable([token(1, 7)], 1, ADMIN, noun="token")
    with pytest.raises(Forbidden, match=r"revoke_by_others .*token"):
        check_revocable([token(1, 8)], 1, ROSA, noun="token")


def test_one_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"unknown_value .*access key.*3"):
        check_revocable([token(1, 7)], 3, ROSA, noun="access key")
