"""How issues, fields and the terms of a query are named and found."""

from __future__ import annotations

import pytest

from shoal.domain.fields import STANDARD, Kind, by_name, custom_id, custom_name
from shoal.domain.issue import IssueRef, key_ref
from shoal.domain.query import And, Condition, CustomField, Either, Literal, Operand, Or, Text, walk


@pytest.mark.parametrize(
    ("text", "queue", "number"),
    [
        ("TEST-4", "TEST", 4),
        ("test-4", "TEST", 4),
        (" Test-10\n", "TEST", 10),
        ("A1-999999999999999999", "A1", 10**18 - 1),
    ],
)
def test_a_key_is_read_in_either_case_of_letters(text: str, queue: str, number: int) -> None:
    assert key_ref(text) == IssueRef(text, queue=queue, number=number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TEST",
        "TEST-",
        "TEST-0",
        "TEST-04",
        "1A-4",
        "TEST-4-5",
        "ТЕСТ-4",
        "TEST-٤",
        "TEST-1000000000000000000",
        "ABCDEFGHIJKLMNOP-1",
    ],
)
def test_what_is_no_key(text: str) -> None:
    assert key_ref(text) is None


def test_a_reference_is_said_as_it_was_written() -> None:
    assert str(IssueRef("test-4", queue="TEST", number=4)) == "test-4"


@pytest.mark.parametrize("id_", [1, 2**63 - 1])
def test_the_name_of_a_custom_field_tells_its_id(id_: int) -> None:
    assert custom_id(custom_name(id_)) == id_


@pytest.mark.parametrize("name", ["summary", "custom.", "custom", "custom.x", "custom.-1", "other.7", "custom.1.2"])
def test_no_other_name_tells_one(name: str) -> None:
    assert custom_id(name) is None


def test_a_field_by_name_is_the_standard_one_or_custom() -> None:
    assert by_name("summary") is STANDARD["summary"]
    assert (by_name("custom.7").id, by_name("custom.7").is_custom) == (7, True)


def test_every_standard_field_is_called_in_every_language() -> None:
    assert {name for name, field in STANDARD.items() if len(field.names or {}) != 3} == set()


def test_a_reference_is_what_has_a_thing_behind_it() -> None:
    assert STANDARD["assignee"].is_reference
    assert not STANDARD["summary"].is_reference
    assert STANDARD["type"].kind is Kind.TYPE


OPEN = Condition("status", (Operand(Literal("open")),))
TIDE = Condition(CustomField("tide"), (Operand(Literal("ebb")),))
WORDS = And((Text("the"), OPEN))


def test_a_walk_meets_every_term_in_order() -> None:
    tree = Or((And((OPEN, Text("a"))), Text("b")))
    assert list(walk(tree)) == [tree, tree.terms[0], OPEN, Text("a"), Text("b")]


def test_a_walk_meets_both_readings_of_words_before_a_colon() -> None:
    assert list(walk(Either(TIDE, WORDS))) == [Either(TIDE, WORDS), TIDE, WORDS, Text("the"), OPEN]


def test_there_is_nothing_to_walk_through_in_nothing() -> None:
    assert list(walk(None)) == []


def test_a_walk_goes_deeper_than_the_stack() -> None:
    tree: And | Text = Text("deep")
    for _ in range(5000):
        tree = And((tree,))
    assert sum(1 for _ in walk(tree)) == 5001
