"""Which thing an operand means among the candidates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain.naming import LARGEST_ID, QUERY_ORDER, Index, Named, as_id, words
from shoal.domain.patch import Operand, Ref


def ids(index: Index, operand: Operand, *, queue_id: int | None = None) -> list[int]:
    return [thing.id for thing in index.meant(operand, queue_id=queue_id)]


def test_a_key_before_an_id_before_a_name_for_a_value() -> None:
    things = [Named(1, "a", ["7"]), Named(7, "b", ["other"]), Named(3, "c", ["a"])]
    assert ids(Index(things), "7") == [7]
    assert ids(Index(things), "a") == [1]
    assert ids(Index([*things, Named(9, "7", [])]), "7") == [9]


def test_a_key_before_a_name_before_an_id_in_a_query() -> None:
    things = [Named(1, "a", ["7"]), Named(7, "b", ["other"]), Named(3, "c", ["a"])]
    assert ids(Index(things, QUERY_ORDER), "7") == [1]
    assert ids(Index(things, QUERY_ORDER), "a") == [1]
    assert ids(Index([*things, Named(9, "7", [])], QUERY_ORDER), "7") == [9]


def test_letters_in_either_case_and_every_thing_of_a_name_once_the_oldest_first() -> None:
    index = Index([Named(5, None, ["core", "core"]), Named(2, None, ["core"])])
    assert ids(index, "CORE") == [2, 5]


def test_a_number_is_an_id_and_never_a_name() -> None:
    index = Index([Named(1, None, ["7"])])
    assert ids(index, 7) == []
    assert ids(index, "7") == [1]


@pytest.mark.parametrize("nothing", ["", "nowhere", True, 1.5, Ref(), Ref(id="x"), Ref(key=""), Ref(name="")])
def test_what_names_nothing(nothing: Operand) -> None:
    assert ids(Index([Named(1, "", ["core", ""])]), nothing) == []


@pytest.mark.parametrize(
    ("ref", "meant"),
    [
        (Ref(id=1), [1]),
        (Ref(id="1"), [1]),
        (Ref(id=1, key="Bug"), [1]),
        (Ref(id=1, key="task"), []),
        (Ref(id=1, name="task"), [1]),
        (Ref(key="TASK"), [2]),
        (Ref(key="task", name="a bug"), [2]),
        (Ref(key="a bug"), []),
        (Ref(key="story", name="a bug"), []),
        (Ref(name="A Bug"), [1]),
        (Ref(name="bug"), []),
        (Ref(id="bug"), []),
    ],
    ids=str,
)
def test_the_marks_of_a_reference(ref: Ref, meant: list[int]) -> None:
    assert ids(Index([Named(1, "bug", ["a bug"]), Named(2, "task", ["a task"])]), ref) == meant


def test_a_thing_without_a_key_is_known_by_its_name_whatever_key_is_given() -> None:
    assert ids(Index([Named(1, None, ["core"])]), Ref(key="core-1", name="core")) == [1]


def test_one_thing_may_have_several_keys() -> None:
    moved = Index([Named(4, "old-1", []), Named(4, "new-9", []), Named(4, None, [])])
    assert ids(moved, "old-1") == ids(moved, "NEW-9") == ids(moved, "4") == [4]
    assert ids(moved, Ref(id=4, key="old-1")) == [4]


def test_in_a_queue_only_what_its_issues_can_have() -> None:
    shared = Named(3, None, ["shared"])
    index = Index([Named(1, None, ["core"], queue_id=10), Named(2, None, ["core"], queue_id=20), shared])
    assert ids(index, "core", queue_id=20) == [2]
    assert ids(index, "shared", queue_id=20) == [3]
    assert ids(index, "core", queue_id=30) == []


def test_another_queue_s_thing_takes_no_word_from_this_one_s() -> None:
    index = Index([Named(7, None, ["core"], queue_id=10), Named(2, None, ["7"], queue_id=20)])
    assert ids(index, "7", queue_id=20) == [2]
    assert ids(index, "7", queue_id=10) == [7]


@pytest.mark.parametrize("part", ["0", "-1", "+1", "1.0", "١", "", " 1", True, 1.0, None, 2**63, "9" * 19, "1" * 5000])
def test_what_is_no_id(part: object) -> None:
    assert as_id(part) is None


@given(st.integers(1, LARGEST_ID))
def test_every_id_is_one_as_a_number_and_as_a_word(number: int) -> None:
    assert as_id(number) == as_id(str(number)) == number


def test_the_words_of_operands() -> None:
    assert words(["Core", 7, Ref(id=3, name="API"), Ref(key="TEST"), "a\0b"]) == ["core", "7", "3", "api", "test"]
