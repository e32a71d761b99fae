"""Who may try a password, and when (actions/attempts.py)."""

from __future__ import annotations

from asyncio import CancelledError
from contextlib import ExitStack, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.actions.attempts import LONGEST_LINE, Gate, network
from shoal.domain.errors import ShoalError, TooManyAttempts, Unauthenticated, Unavailable

HOME, AWAY, OTHER = "192.0.2.1", "198.51.100.7", "203.0.113.9"


class Place:
    """A gate, and the time there."""

    def __init__(self) -> None:
        self.now = 0.0
        self.gate = Gate(3, clock=lambda: self.now)

    def right(self, address: str, name: str = "rosa") -> None:
        with self.gate.attempt(address, name):
            pass

    def hang_up(self, address: str, name: str = "rosa") -> None:
        with suppress(CancelledError), self.gate.attempt(address, name):
            raise CancelledError

    def ends(self, outcome: str, address: str, name: str) -> int:
        """One attempt that ends so; after how many seconds it may come again, if it was refused."""
        errors = {"wrong": Unauthenticated, "away": Unavailable, "hung up": CancelledError}
        try:
            with suppress(*errors.values()), self.gate.attempt(address, name):
                if outcome in errors:
                    raise errors[outcome]
        except TooManyAttempts as refused:
            return refused.retry_after
        return 0

    def fail(self, address: str, name: str = "rosa", error: type[ShoalError] = Unauthenticated) -> None:
        with suppress(error), self.gate.attempt(address, name):
            raise error

    def refused(self, address: str, name: str = "rosa") -> int:
        """After how many seconds they may come again."""
        with pytest.raises(TooManyAttempts) as refused:
            self.right(address, name)
        return refused.value.retry_after


@pytest.fixture
def place() -> Place:
    return Place()


def test_an_address_that_failed_too_often_waits_whatever_the_name(place: Place) -> None:
    for name in ("ivan", "olga", "nina"):
        place.fail(HOME, name)
    assert place.refused(HOME) == 6
    place.now += 6
    place.right(HOME)


def test_a_name_that_was_guessed_at_is_closed_to_those_who_failed_and_to_nobody_else(place: Place) -> None:
    place.fail(AWAY, "ivan")
    for address in (HOME, HOME, OTHER):
        place.fail(address)
    assert place.refused(AWAY) == 60
    place.right("192.0.2.200")


def test_who_came_in_over_an_address_comes_in_again_whoever_guesses_there(place: Place) -> None:
    place.right(HOME)
    for _ in range(3):
        place.fail(HOME, "ivan")
    assert place.refused(HOME, "ivan")
    place.right(HOME)
    for _ in range(3):
        place.fail(HOME)
    assert place.refused(HOME)
    place.now += 6
    place.right(HOME, "olga")


def test_who_hangs_up_neither_locks_the_owner_out_nor_guesses_for_ever(place: Place) -> None:
    place.right(HOME)
    for _ in range(3):
        place.hang_up(HOME)
    for _ in range(200):
        assert place.refused(HOME) == 60 - place.now
    place.right(AWAY)
    place.now += 60
    place.right(HOME)


def test_a_right_password_gives_back_nothing_that_wrong_ones_spent(place: Place) -> None:
    place.right(HOME, "eve")
    for name in ("ivan", "olga", "nina"):
        place.fail(HOME, name)
    for _ in range(3):
        place.right(HOME, "eve")
    assert place.refused(HOME) == 6


def test_a_name_that_was_guessed_at_from_everywhere_is_closed_for_a_minute_at_most(place: Place) -> None:
    place.fail(HOME, "ivan")
    for number in range(50):
        place.fail(f"10.0.0.{number}")
    assert place.refused(HOME) == 60


OUTCOMES = st.sampled_from(["right", "wrong", "away", "hung up"])
STEPS = st.lists(
    st.tuples(OUTCOMES, st.sampled_from([HOME, AWAY]), st.sampled_from(["rosa", "ivan"]), st.integers(0, 5)),
    max_size=60,
)


@given(STEPS)
def test_whatever_came_before_nobody_waits_long_and_the_owner_gets_in(
    steps: list[tuple[str, str, str, int]],
) -> None:
    place, waits = Place(), [0]
    for outcome, address, name, seconds in steps:
        place.now += seconds
        waits.append(place.ends(outcome, address, name))
    assert max(waits) <= 60
    place.right(OTHER)
    place.now += 60
    place.right(HOME)


def test_a_right_password_spends_nothing(place: Place) -> None:
    for _ in range(20):
        place.right(HOME)
    for _ in range(20):
        place.fail(HOME, error=Unavailable)
    place.right(HOME, "olga")


def test_many_at_a_time_are_counted_before_they_end(place: Place) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(place.gate.attempt(HOME, "rosa"))
        assert place.refused(HOME)
    place.right(HOME)


def test_the_line_is_bounded_and_has_room_for_those_who_came_in_before(place: Place) -> None:
    place.right(HOME)
    with ExitStack() as stack:
        for number in range(LONGEST_LINE):
            stack.enter_context(place.gate.attempt(f"10.0.0.{number}", "ivan"))
        assert place.refused(AWAY) == 1
        place.right(HOME)
    place.right(AWAY)


def test_one_caller_has_64_bits_of_addresses() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:1") != network("2001:db8:0:1::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") == "192.0.2.1"
    assert network("") == ""
