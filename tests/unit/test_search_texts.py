"""How the words of a search become lexemes and patterns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.sql import SQL

from shoal.domain.errors import QuerySyntaxError
from shoal.store.search.params import MOST, Params
from shoal.store.search.texts import Words, escape, plain_words


@pytest.mark.parametrize(
    ("text", "plain", "unbroken"),
    [
        ("pump  leaks", "pump leaks", ()),
        ("насос течёт", "насос течёт", ()),
        ("水泵漏水", "", ("水泵漏水",)),
        ("pump 水泵 leaks ポンプ", "pump leaks", ("水泵", "ポンプ")),
        ("v2水泵", "", ("v2水泵",)),
        ("  ", "", ()),
    ],
)
def test_words_of_scripts_without_blanks_stand_apart(text: str, plain: str, unbroken: tuple[str, ...]) -> None:
    assert plain_words(text) == (plain, unbroken)


def test_words_with_lexemes_are_left_to_the_index() -> None:
    assert Words.of("pump leaks", "'pump' & 'leak'", ()) == Words("'pump' & 'leak'", ())


def test_words_without_a_lexeme_are_searched_for_as_they_stand() -> None:
    assert Words.of("the ++", "", ("水",)) == Words("", ("%the ++%", "%水%"))


def test_nothing_is_no_search() -> None:
    assert not Words.of("", "", ())


@pytest.mark.parametrize(
    ("lexemes", "weighted"),
    [
        ("'pump' & 'leak'", "'pump':A & 'leak':A"),
        ("'o''brien'", "'o''brien':A"),
        ("'a & b'", "'a & b':A"),
        ("", ""),
    ],
)
def test_each_lexeme_gets_the_weight(lexemes: str, weighted: str) -> None:
    assert Words(lexemes, ()).weighted("A") == weighted


@given(st.text("a%_\\.*", max_size=12))
def test_an_escaped_text_is_a_pattern_of_itself_alone(text: str) -> None:
    meant = re.sub(r"\\(.)", r"\1", escape(text))
    assert meant == text
    assert re.sub(r"\\.", "", escape(text)).strip("a.*") == ""


def test_values_of_a_search_have_names_of_their_own_and_types() -> None:
    params = Params()
    assert params.text("a").as_string(None) == "%(search_0)s::text"
    assert params.ids((1, 2)).as_string(None) == "%(search_1)s::bigint[]"
    assert params.values == {"search_0": "a", "search_1": [1, 2]}


def test_a_search_has_no_end_of_values() -> None:
    params = Params()
    for number in range(MOST):
        params.add(number, SQL("bigint"))
    with pytest.raises(QuerySyntaxError, match=str(MOST)):
        params.add(0, SQL("bigint"))
