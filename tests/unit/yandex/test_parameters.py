"""Query strings as structs, as tolerantly as clients write them."""

from __future__ import annotations

import pytest

from shoal.dialects.http import Params
from shoal.dialects.yandex import parameters
from shoal.dialects.yandex.bulk import OutcomeParameters, SubmissionParameters
from shoal.dialects.yandex.paging import PageParameters
from shoal.dialects.yandex.parameters import words
from shoal.dialects.yandex.searches import SearchParameters
from shoal.domain.errors import WrongParameter


def test_what_is_absent_has_its_default() -> None:
    assert parameters.read(Params(""), PageParameters) == PageParameters(number=1, size=50)
    assert parameters.read(Params("perPage=&notify="), SubmissionParameters).notify is None


def test_a_number_above_the_largest_is_cut_to_it() -> None:
    page = parameters.read(Params("perPage=5000&page=3"), PageParameters)
    assert (page.number, page.size, page.offset) == (3, 1000, 2000)


@pytest.mark.parametrize("query", ["page=0", "page=x", "perPage=-1", "perPage=1.5"])
def test_what_is_no_such_number_is_refused_by_its_name(query: str) -> None:
    with pytest.raises(WrongParameter) as refused:
        parameters.read(Params(query), PageParameters)
    assert [problem.field for problem in refused.value.problems] == [query.partition("=")[0]]


def test_truth_has_several_spellings_and_the_last_wins() -> None:
    for text, truth in {"true": True, "True": True, "1": True, "false": False, "0": False}.items():
        assert parameters.read(Params(f"all={text}"), OutcomeParameters).all is truth
    assert parameters.read(Params("all=true&all=false"), OutcomeParameters).all is False
    assert parameters.read(Params("notify=false"), SubmissionParameters).notify is False


def test_names_are_those_of_the_wire() -> None:
    read = parameters.read(Params("scrollType=sorted&perScroll=7&scroll_id=x&unknown=1"), SearchParameters)
    assert (read.scroll_type, read.per_scroll, read.scroll_id) == ("sorted", 7, None)


@pytest.mark.parametrize(("text", "expected"), [(None, set()), ("", set()), (" a, b,,a ", {"a", "b"})])
def test_words_stand_between_commas(text: str | None, expected: set[str]) -> None:
    assert words(text) == expected
