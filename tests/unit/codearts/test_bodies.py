"""The forms in which clients send what they send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from shoal.dialects.codearts import bodies, ids
from shoal.dialects.codearts.bodies import Body, DemandingBody, Digits, ItemPage, PageParameters
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.http import Params
from shoal.domain.errors import Invalid, Malformed, WrongParameter


class Plain(Body):
    name: str
    size: Digits | None = None


class Demanding(DemandingBody):
    id: Digits
    note: str | None = None


# --- bodies --------------------------------------------------------------------------------------------------------


def test_what_is_not_known_is_ignored_and_null_is_nothing() -> None:
    assert bodies.decode(b'{"name": "x", "size": null, "more": [1]}', Plain) == Plain("x")


@pytest.mark.parametrize("raw", [b"", b" ", b"[]", b"null", b"5", b'"x"', b"{", b"{]"])
def test_what_is_no_object_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        bodies.decode(raw, Plain)


@pytest.mark.parametrize("raw", [b"{}", b'{"name": null}', b'{"name": 5}', b'{"name": "x", "size": 1.5}'])
def test_an_object_of_another_shape_is_invalid(raw: bytes) -> None:
    with pytest.raises(Invalid):
        bodies.decode(raw, Plain)


@pytest.mark.parametrize("raw", [b"{}", b'{"id": null}', b'{"id": ""}', b'{"ID": 1}'])
def test_what_a_demanding_body_lacks_has_an_error_of_its_own(raw: bytes) -> None:
    with pytest.raises(MissingParameter) as caught:
        bodies.decode(raw, Demanding)
    assert "id" in str(caught.value)


@pytest.mark.parametrize("raw", [b'{"id": 0}', b'{"id": "0"}', b'{"id": " "}'])
def test_nought_and_a_blank_are_there(raw: bytes) -> None:
    assert bodies.decode(raw, Demanding).id in (0, "0", " ")


# --- numbers -------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**18 - 1))
def test_a_number_and_its_digits_mean_the_same(number: int) -> None:
    assert bodies.number("x", number) == bodies.number("x", f" {number} ") == number


@pytest.mark.parametrize("text", ["", " ", "-1", "+1", "1.0", "1e3", "x", "²", "١", "9" * 19])
def test_what_is_no_number_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(WrongParameter, match="limit"):
        bodies.number("limit", text)


@pytest.mark.parametrize(("value", "number"), [(None, None), ("", None), (0, None), ("0", None), (5, 5), ("5", 5)])
def test_nought_is_nothing_where_an_id_is_expected(value: int | str | None, number: int | None) -> None:
    assert bodies.positive("x", value) == number


@pytest.mark.parametrize(("value", "numbers"), [(None, []), ("", []), (7, [7]), ("7, 8,,9 ", [7, 8, 9])])
def test_several_numbers_come_in_one_text(value: int | str | None, numbers: list[int]) -> None:
    assert bodies.numbers("x", value) == numbers


# --- ids -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["3,1,2", [3, 1, 2], ["3", 1, "2,3"], " 3 ,1,, 2 ,"])
def test_items_are_each_once_and_in_order_in_whichever_form(value: str | list[str | int]) -> None:
    assert bodies.items("issue_ids", value) == [3, 1, 2]


def test_one_item_may_be_a_number() -> None:
    assert bodies.items("issue_ids", 5) == [5]


@pytest.mark.parametrize("value", ["", " , ", [], ["", ","]])
def test_no_item_is_a_lack(value: str | list[str | int]) -> None:
    with pytest.raises(MissingParameter):
        bodies.items("issue_ids", value)


@pytest.mark.parametrize("value", ["1,two", "1;2", "-1", [-1], "12345678901", "١", ["1", "2.0"]])
def test_what_is_no_item_is_refused(value: str | list[str | int]) -> None:
    with pytest.raises(WrongParameter):
        bodies.items("issue_ids", value)


def test_there_may_be_ten_thousand_items_and_no_more() -> None:
    most = list[str | int](range(1, 10_001))
    assert len(bodies.items("issue_ids", most)) == 10_000
    for more in ([*most, 10_001], [*most, 1], ",".join(map(str, [*most, 1])), ["1" + ",1" * 5_000] * 3):
        with pytest.raises(WrongParameter, match="10000"):
            bodies.items("issue_ids", more)


def test_a_user_is_named_by_the_digits_of_either_id() -> None:
    assert bodies.user_or_none("x", 21) == bodies.user_or_none("x", " 21 ") == 21
    assert bodies.user_or_none("x", ids.user(21)) == bodies.user(ids.user(21).upper()) == 21
    assert bodies.user_or_none("x", "") is bodies.user_or_none("x", None) is None


@pytest.mark.parametrize("text", ["rosa", ids.project(21), "f" * 32])
def test_what_names_no_user_is_refused(text: str) -> None:
    with pytest.raises(WrongParameter):
        bodies.user_or_none("x", text)
    with pytest.raises(Invalid):
        bodies.user(text)


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-01-05,2026-01-05", datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)),
        (
            "2026-01-05 06:07:08,2026-01-05 06:07:08",
            datetime(2026, 1, 5, 6, 7, 8, tzinfo=UTC),
            datetime(2026, 1, 5, 6, 7, 9, tzinfo=UTC),
        ),
        (
            " 1767614400000 , 1767614400000 ",
            datetime(2026, 1, 5, 12, tzinfo=UTC),
            datetime(2026, 1, 5, 12, 0, 0, 1000, tzinfo=UTC),
        ),
        ("2026-01-05,", datetime(2026, 1, 5, tzinfo=UTC), None),
        (",2026-01-05", None, datetime(2026, 1, 6, tzinfo=UTC)),
        (",", None, None),
        (" ", None, None),
        (None, None, None),
    ],
)
def test_the_end_that_is_named_belongs_to_a_span(
    text: str | None, start: datetime | None, end: datetime | None
) -> None:
    assert bodies.span("created_on", text) == (start, end)


@pytest.mark.parametrize(
    "text", ["2026-01-05", "today,", "2026-13-01,", "2026-01-05T00:00:00,", "9" * 15 + ",", "123456789,", "9999-12-31,"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(WrongParameter, match="created_on"):
        bodies.span("created_on", text)


# --- the query string ----------------------------------------------------------------------------------------------


class Filter(Struct):
    offset: int = 0
    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    archive: Annotated[bool, Meta(description="Or not.")] | None = None
    deleted: bool = False
    search: Annotated[str, Meta(description="A part.")] | None = None


def test_parameters_are_read_by_their_types() -> None:
    given = Params("offset=5&limit=7&archive=True&deleted=1&search=a%20b&more=x")
    assert bodies.parameters(given, Filter) == Filter(5, 7, True, True, "a b")


def test_a_parameter_that_is_not_given_or_empty_is_its_default() -> None:
    assert bodies.parameters(Params("limit=&search="), Filter) == Filter()


def test_more_than_the_most_is_cut_to_it() -> None:
    assert bodies.parameters(Params("limit=1000"), Filter).limit == 100


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "archive=maybe", "deleted=2"])
def test_a_parameter_of_another_type_is_refused_by_its_name(query: str) -> None:
    with pytest.raises(WrongParameter, match=query.partition("=")[0]):
        bodies.parameters(Params(query), Filter)


def test_directories_come_whole_as_far_as_a_page_goes() -> None:
    assert bodies.parameters(Params(""), PageParameters) == PageParameters(0, 100)


def test_a_page_of_items_that_is_too_large_is_refused() -> None:
    bodies.parameters(Params("limit=100"), ItemPage).check()
    with pytest.raises(WrongParameter, match=r"between .*100"):
        bodies.parameters(Params("limit=101"), ItemPage).check()
