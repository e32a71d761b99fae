"""Keys that are made from names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain import keys


@pytest.mark.parametrize(
    ("name", "key"),
    [("Harbour 2", "HARBOUR2"), ("Café", "CAFE"), ("2nd dock", "NDDOCK"), ("Порт", "QUEUE"), ("A" * 99, "A" * 10)],
)
def test_a_queue_key_is_made_of_the_letters_of_the_name(name: str, key: str) -> None:
    assert keys.queue_key(name, ()) == key


@pytest.mark.parametrize(("name", "key"), [("Berth no.", "berth_no"), ("7 seas", "seas"), ("海港", "field")])
def test_a_field_key_is_made_of_the_words_of_the_name(name: str, key: str) -> None:
    assert keys.field_key(name, ()) == key


@given(st.text(), st.sets(st.sampled_from(["QUEUE", "QUEUE2", "A", "A2", "A3"])))
def test_a_key_is_free_and_well_formed(name: str, taken: set[str]) -> None:
    key = keys.queue_key(name, taken)
    assert key not in taken
    assert re.fullmatch(r"[A-Z][A-Z0-9]{0,14}", key)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", keys.field_key(name, ()))
