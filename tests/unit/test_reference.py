"""What ids stand for, and which ids a page of values holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.domain.changelog import ChangeKind, Entry
from shoal.domain.comment import Comment
from shoal.domain.fields import Field, Kind
from shoal.domain.reference import Lookup, Reference, References

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TIDE = Field("custom.4", Kind.USER, id=4, key="tide")
TEST = Reference(Kind.QUEUE, 2, "TEST", {"en": "Test"})


def entry(changes: Mapping[str, Any]) -> Entry:
    return Entry(1, 10, NOW, 7, ChangeKind.UPDATED, "api", None, None, None, changes)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        (Reference(Kind.STATUS, 1, "open", {"en": "Open", "ru": "Открыт"}), "Открыт"),
        (Reference(Kind.STATUS, 1, "open", {"en": "Open", "ru": ""}), "Open"),
        (Reference(Kind.STATUS, 1, "open", {"zh": "打开"}), "open"),
        (Reference(Kind.SPRINT, 1, None, {}), "1"),
    ],
)
def test_a_name_is_in_the_language_or_the_nearest_that_there_is(reference: Reference, name: str) -> None:
    assert reference.name("ru") == name


def test_what_may_not_be_known_is_left_out_of_a_list() -> None:
    assert References({(Kind.QUEUE, 2): TEST}).all(Kind.QUEUE, [1, 2, 3]) == [TEST]


def test_nothing_is_found_for_nothing_or_by_the_id_of_another_kind() -> None:
    known = References({(Kind.QUEUE, 2): TEST})
    assert known.find(Kind.QUEUE, None) is None
    assert known.find(Kind.ISSUE, 2) is None


def test_a_key_of_a_queue_that_may_not_be_known_is_not_shown() -> None:
    moved = entry({"queue": [1, 2], "key": ["SECRET-1", "TEST-5"]})
    assert References({(Kind.QUEUE, 2): TEST}).shown(moved) == {"queue": [1, 2], "key": [None, "TEST-5"]}
    assert moved.changes["key"] == ["SECRET-1", "TEST-5"]


def test_a_key_without_a_queue_beside_it_is_shown() -> None:
    assert References().shown(entry({"key": [None, "TEST-1"]})) == {"key": [None, "TEST-1"]}


@pytest.mark.parametrize(
    ("value", "ids"), [(7, {7}), ([7, 8], {7, 8}), ((), set()), (None, set()), ("7", set()), (True, set())]
)
def test_ids_alone_are_wanted(value: object, ids: set[int]) -> None:
    wanted = Lookup({})
    wanted.add(Kind.USER, value)
    assert wanted.ids[Kind.USER] == ids


def test_an_entry_wants_both_sides_of_what_refers_to_something() -> None:
    wanted = Lookup({"custom.4": TIDE})
    changes = {"assignee": [8, 9], "components": [[1], [1, 2]], "custom.4": [None, 11], "summary": ["1", "2"]}
    wanted.add_entry(entry(changes))
    assert wanted.ids == {Kind.USER: {7, 8, 9, 11}, Kind.COMPONENT: {1, 2}}


def test_a_field_that_nobody_knows_wants_nothing() -> None:
    wanted = Lookup({})
    wanted.add_value("custom.99", 5)
    assert wanted.ids == {}


def test_a_comment_wants_everybody_it_names() -> None:
    wanted = Lookup({})
    wanted.add_comment(Comment(1, 10, 7, "See", [8, 9], NOW, NOW, 6, 1))
    assert wanted.ids == {Kind.USER: {6, 7, 8, 9}}
