"""What is true of everything that a queue keeps for its issues."""

from __future__ import annotations

from datetime import date

import pytest

from shoal.domain.directory import LONGEST_DESCRIPTION, LONGEST_NAME, check_texts, given
from shoal.domain.errors import Invalid
from shoal.domain.version import VersionEdit


@pytest.mark.parametrize("name", ["1", "x" * LONGEST_NAME, " 2.0 ", "第一版"])
def test_a_name_says_something(name: str) -> None:
    check_texts(name, "y" * LONGEST_DESCRIPTION)


@pytest.mark.parametrize("name", ["", " \t", "x" * (LONGEST_NAME + 1)])
def test_no_name_is_blank_or_endless(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_texts(name)
    assert list(refused.value.fields) == ["name"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check_texts("", "y" * (LONGEST_DESCRIPTION + 1))
    assert list(refused.value.fields) == ["name", "description"]


def test_what_is_cleared_is_given_and_what_is_unset_is_not() -> None:
    edit = VersionEdit(name="2.0", due_date=None, start_date=date(2026, 3, 2), archived=False)
    assert given(edit) == {"name": "2.0", "due_date": None, "start_date": date(2026, 3, 2), "archived": False}


def test_an_edit_of_nothing_gives_nothing() -> None:
    assert given(VersionEdit()) == {}
