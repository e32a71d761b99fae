"""What a search asks for."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.dialects.yandex import searches
from shoal.dialects.yandex.searches import SearchBody
from shoal.domain.errors import Malformed, NotFound, WrongParameter
from shoal.domain.query import And, Condition
from tests.unit.yandex.shapes import sent


def test_nothing_asks_for_everything() -> None:
    search = searches.read(SearchBody(), None)
    assert (search.query.where, search.query.sort, search.refs) == (None, (), None)


def test_of_no_keys_there_are_no_issues() -> None:
    assert searches.read(sent(SearchBody, keys=[]), None).refs == ()
    assert searches.read(sent(SearchBody, keys=None), None).refs is None


def test_keys_come_as_a_list_or_with_commas_each_once() -> None:
    for keys in (["TEST-1", "TEST-2", "TEST-1"], "TEST-1, TEST-2,"):
        refs = searches.read(sent(SearchBody, keys=keys), None).refs
        assert refs is not None
        assert [ref.number for ref in refs] == [1, 2]


def test_a_filter_and_a_query_go_together() -> None:
    search = searches.read(sent(SearchBody, filter={"queue": "TEST"}, query="Status: Open"), None)
    assert isinstance(search.query.where, And)
    assert {term.field for term in search.query.where.terms if isinstance(term, Condition)} == {"queue", "status"}


def test_the_order_of_the_body_goes_before_that_of_the_address() -> None:
    in_body = searches.read(sent(SearchBody, order=["-key"]), "+status").query.sort
    in_address = searches.read(SearchBody(), "+status").query.sort
    assert [(sort.field, sort.descending) for sort in (*in_body, *in_address)] == [("key", True), ("status", False)]


WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"keys": ["TEST-1"], "queue": "TEST"}, Malformed),
    ({"keys": ["TEST-1"], "query": "Status: Open"}, Malformed),
    ({"filterId": 5}, NotFound),
    ({"keys": [5]}, WrongParameter),
    ({"query": []}, WrongParameter),
    ({"filter": []}, WrongParameter),
    ({"order": 5}, WrongParameter),
]


@pytest.mark.parametrize(("body", "error"), WRONG)
def test_what_contradicts_itself_is_refused(body: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        searches.read(sent(SearchBody, **body), None)


@pytest.mark.parametrize(("body", "scroll_type"), [({"queue": "TEST"}, "sorted"), ({"keys": []}, "sorted"), ({}, None)])
def test_keys_and_queues_are_not_scrolled_through(body: dict[str, Any], scroll_type: str | None) -> None:
    with pytest.raises(Malformed):
        searches.check_scrollable(searches.read(sent(SearchBody, **body), None), scroll_type)
