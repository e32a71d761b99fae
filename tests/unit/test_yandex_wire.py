"""Ids, field names, links and instants of the Yandex wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins

from shoal.dialects.yandex import errors, field_names, ids, paging, references
from shoal.dialects.yandex.paging import PageParameters
from shoal.dialects.yandex.query_names import FIELDS, fold
from shoal.dialects.yandex.view import View
from shoal.domain.fields import LANGUAGES, STANDARD, Field, Kind
from shoal.domain.reference import Reference

VIEW = View("http://shoal.test", "v3", "ru", "/v3/users", (("expand", "a b"), ("page", "7")))


@given(st.integers(1, 2**63 - 1))
def test_an_id_comes_back_as_it_went(own: int) -> None:
    text = ids.write(ids.ISSUE, own)
    assert len(text) == 24
    assert ids.read(ids.ISSUE, text) == ids.read(ids.ISSUE, text.upper()) == own
    assert ids.read(ids.BULK_CHANGE, text) is None
    assert ids.number(str(own)) == own


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    assert ids.read(ids.ISSUE, text) is None
    ids.number(text)
    ids.read_local_field(text)


@pytest.mark.parametrize("text", ["0", "-1", "²", "٣", "9223372036854775808", "1" * 5000, "", " 1", "1.0"])
def test_what_is_no_number_is_no_id(text: str) -> None:
    assert ids.number(text) is None


def test_every_standard_field_goes_both_ways() -> None:
    for name in STANDARD:
        assert field_names.domain_name(field_names.wire_name(name)) == name
    assert all(field.names and field.names.keys() == set(LANGUAGES) for field in STANDARD.values())


def test_a_custom_field_is_named_by_key_or_by_id() -> None:
    of_all = Field("custom.7", Kind.STRING, id=7, key="bay")
    local = replace(of_all, queue_id=1)
    assert field_names.field_name(of_all) == "bay"
    assert field_names.field_name(local) == "5b0a10040000000000000007--bay"
    assert field_names.domain_name(field_names.field_name(local)) == "custom.7"


def test_links_are_absolute_and_in_the_version_asked() -> None:
    thing = Reference(Kind.ISSUE, 5, "TEST-4", {"en": "Leaky pump"})
    assert to_builtins(references.reference(VIEW, thing)) == {
        "self": "http://shoal.test/v3/issues/TEST-4",
        "id": "5b0a10010000000000000005",
        "key": "TEST-4",
        "display": "Leaky pump",
    }


def test_names_fall_back_to_english() -> None:
    assert VIEW.name({"en": "Open", "ru": "Открыт"}) == "Открыт"
    assert VIEW.name({"en": "Open", "zh": "新建"}) == "Open"


def test_an_instant_is_in_utc_with_milliseconds() -> None:
    moscow = timezone(timedelta(hours=3))
    assert references.instant(datetime(2026, 3, 4, 8, 6, 7, 890999, moscow)) == "2026-03-04T05:06:07.890+0000"
    assert references.instant(datetime(2026, 3, 4, tzinfo=UTC)) == "2026-03-04T00:00:00.000+0000"


def test_the_links_of_a_page_keep_the_other_parameters() -> None:
    links = paging.headers(VIEW, PageParameters(1, 50), 120)
    assert links["X-Total-Pages"] == "3"
    assert '<http://shoal.test/v3/users?expand=a+b&perPage=50&page=2>; rel="next"' in links["Link"]
    assert '<http://shoal.test/v3/users?expand=a+b&perPage=50{&page}>; rel="seek"' in links["Link"]


@pytest.mark.parametrize(("page", "total", "has_next"), [(1, 0, False), (1, 50, False), (1, 51, True), (2, 51, False)])
def test_there_is_a_next_page_only_before_the_last(page: int, total: int, has_next: bool) -> None:
    assert ('rel="next"' in paging.headers(VIEW, PageParameters(page, 50), total)["Link"]) is has_next


def test_problems_become_sentences() -> None:
    assert errors.sentence("there is no queue X") == "There is no queue X."
    assert errors.sentence("Already one.") == "Already one."


def test_what_only_a_search_asks_for_is_called_by_a_name_that_queries_have() -> None:
    assert {name: FIELDS[fold(wire)] for name, wire in field_names.ASKED.items()} == {
        name: name for name in field_names.ASKED
    }
