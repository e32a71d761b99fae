"""How a search is sorted, and who is meant by its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from shoal.domain.actor import Actor
from shoal.domain.errors import QuerySyntaxError, UnknownValue
from shoal.domain.fields import STANDARD, Field, Kind
from shoal.domain.naming import Index, Named
from shoal.domain.query import Function, Id, Literal, Login, Range, Sort
from shoal.store.search.fields import SEARCHABLE
from shoal.store.search.names import LARGEST_GROUP, Names
from shoal.store.search.order import MOST_KEYS, order_by
from shoal.store.search.params import Params

TIDE = Field("custom.4", Kind.STRING, id=4, key="tide")


def sorted_by(*sort: Sort) -> str:
    return order_by(sort, {**SEARCHABLE, "tide": TIDE}, Params()).as_string(None)


def test_without_a_sort_what_changed_last_comes_first() -> None:
    assert sorted_by() == "i.updated_at DESC, i.id DESC"


@pytest.mark.parametrize(
    ("sort", "said"),
    [
        (Sort("deadline"), '"i"."deadline" ASC NULLS LAST, i.id'),
        (Sort("story_points", descending=True), '"i"."story_points" DESC NULLS LAST, i.id'),
        (Sort("summary"), '"i"."summary" ASC NULLS LAST, i.id'),
        (Sort("tide"), "(i.custom ->> %(search_0)s::text) ASC NULLS LAST, i.id"),
        (Sort("tags"), """nullif("i"."tags", '{}') ASC NULLS LAST, i.id"""),
    ],
)
def test_what_is_empty_comes_last_either_way(sort: Sort, said: str) -> None:
    assert sorted_by(sort) == said


def test_a_catalogue_is_sorted_as_people_see_it() -> None:
    assert "o.position FROM catalogue o" in sorted_by(Sort("priority"))


def test_issues_are_sorted_by_queue_and_number() -> None:
    said = sorted_by(Sort("parent"))
    assert said.index("q.key") < said.index("o.number")


def test_of_several_the_first_counts() -> None:
    assert '"i"."components"[1]' in sorted_by(Sort("components"))


@pytest.mark.parametrize("field", ["description", "comment", "linked_to"])
def test_some_fields_sort_nothing(field: str) -> None:
    with pytest.raises(QuerySyntaxError):
        sorted_by(Sort(field))


def test_a_sort_has_an_end() -> None:
    with pytest.raises(QuerySyntaxError, match=str(MOST_KEYS)):
        sorted_by(*[Sort("deadline")] * (MOST_KEYS + 1))


# --- who and what is meant -----------------------------------------------------------------------------------------

ASSIGNEE, STATUS = STANDARD["assignee"], STANDARD["status"]
PEOPLE = Index([Named(7, "rosa", ["rosa prado"]), Named(8, "ivan", ["ivan petrov"])])
CROWD: Sequence[int] = range(LARGEST_GROUP + 1)
NAMES = Names(
    Actor(1, 7, "rosa", "Rosa"),
    datetime(2026, 3, 4, tzinfo=UTC),
    {},
    named={Kind.USER: PEOPLE, Kind.STATUS: Index([Named(1, "open", ["open"])])},
    groups={"divers": [7, 8], "everybody": CROWD},
)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (Function("me"), (7,)),
        (Function("group", "Divers"), (7, 8)),
        (Login("ivan"), (8,)),
        (Literal("Ivan Petrov"), (8,)),
        (Id(99), (99,)),
    ],
)
def test_people_are_meant_by_login_name_group_or_id(value: object, ids: tuple[int, ...]) -> None:
    assert NAMES.ids(ASSIGNEE, value, None) == ids


@pytest.mark.parametrize("value", [Literal("nobody"), Login("rosa prado"), Function("group", "sharks")])
def test_a_name_of_nothing_is_unknown(value: object) -> None:
    with pytest.raises(UnknownValue):
        NAMES.ids(ASSIGNEE, value, None)


@pytest.mark.parametrize("value", [Function("me"), Login("rosa"), Range(None, None), Function("today")])
def test_what_is_said_of_people_is_no_status(value: object) -> None:
    with pytest.raises(QuerySyntaxError):
        NAMES.ids(STATUS, value, None)


def test_a_group_of_all_is_too_large() -> None:
    with pytest.raises(QuerySyntaxError, match=str(LARGEST_GROUP)):
        NAMES.ids(ASSIGNEE, Function("group", "everybody"), None)
