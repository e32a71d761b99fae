"""Ids that lead back to what they were made of, and ids that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.dialects.codearts import ids

OWN = st.integers(1, ids.LARGEST)


@given(OWN)
def test_a_project_and_a_user_are_found_again_by_their_ids(own: int) -> None:
    assert ids.read_project(ids.project(own)) == own
    assert ids.read_user(ids.user(own).upper()) == own


@given(OWN)
def test_the_id_of_one_is_not_the_id_of_the_other(own: int) -> None:
    assert ids.read_user(ids.project(own)) is None
    assert ids.read_project(ids.user(own)) is None


@pytest.mark.parametrize("text", ["", "1", "x" * 32, ids.project(1)[:-1], ids.project(1) + "0", "１" * 32])
def test_what_has_not_32_hex_digits_is_nobodys(text: str) -> None:
    assert ids.read_project(text) is None


@pytest.mark.parametrize("own", [0, 2**63, 2**64 - 1])
def test_an_id_that_nothing_can_have_is_nobodys(own: int) -> None:
    assert ids.read_project(f"{ids.PROJECT:016x}{own:016x}") is None


def test_digests_differ_by_everything_that_they_are_made_of() -> None:
    made = [
        ids.domain(1),
        ids.domain(2),
        ids.iam_project(1, "cn-north-4"),
        ids.iam_project(1, "cn-north-1"),
        ids.iam_project(2, "cn-north-4"),
        ids.status(1, 1),
        ids.status(2, 1),
    ]
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {32}
