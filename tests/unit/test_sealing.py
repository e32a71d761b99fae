"""Secrets that are kept encrypted, and passwords that are not kept at all."""

from __future__ import annotations

import pytest

from shoal.actions import passwords
from shoal.actions.sealing import CannotOpen, Seal

KEY, OTHER_KEY = "k" * 32, "o" * 32
SECRET = "geheim, 秘密"


def test_what_was_closed_opens_again() -> None:
    assert Seal(KEY).open(Seal(KEY).close(SECRET, owner="AK1"), owner="AK1") == SECRET


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(CannotOpen):
        Seal(OTHER_KEY).open(Seal(KEY).close(SECRET, owner="AK1"), owner="AK1")


def test_it_does_not_open_for_another_owner() -> None:
    with pytest.raises(CannotOpen):
        Seal(KEY).open(Seal(KEY).close(SECRET, owner="AK1"), owner="AK2")


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(Seal(KEY).close(SECRET, owner="AK1"))
    sealed[place] ^= 1
    with pytest.raises(CannotOpen):
        Seal(KEY).open(bytes(sealed), owner="AK1")


def test_nothing_of_the_secret_is_seen_and_no_two_are_alike() -> None:
    first, second = (Seal(KEY).close(SECRET, owner="AK1") for _ in range(2))
    assert first != second
    assert SECRET.encode() not in first


async def test_a_password_is_known_by_its_hash_alone() -> None:
    stored = await passwords.hashed(SECRET)
    assert SECRET not in stored
    assert passwords._verify(stored, SECRET)
    assert not passwords._verify(stored, SECRET + " ")


@pytest.mark.parametrize("stored", [None, "", "no hash"])
def test_nobody_comes_in_where_no_hash_is(stored: str | None) -> None:
    assert not passwords._verify(stored, "")
