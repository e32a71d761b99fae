"""Bodies, parameters and addresses (dialects/http.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.dialects import http
from shoal.dialects.http import Params
from shoal.domain.errors import Invalid, Malformed, ShoalError, TooMuch, WrongParameter


class Body(msgspec.Struct):
    name: str
    sizes: list[int] = []


def test_a_body_becomes_its_shape() -> None:
    assert http.decode(b'{"name": "x", "sizes": [1], "other": null}', Body) == Body("x", [1])


@pytest.mark.parametrize(
    "body", [b"", b" ", b"{", b"{'name': 1}", b'{"name": "\xff"}', b'"\\ud800"', b"[" * 100_000, b"[" * 70 + b"]" * 70]
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        http.decode(body, dict)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{}", "name"),
        (b'{"name": null}', "name"),
        (b'{"name": "x", "sizes": 1}', "sizes"),
        (b'{"name": "x", "sizes": [1, "2"]}', "sizes[1]"),
    ],
)
def test_the_field_at_fault_is_named(body: bytes, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        http.decode(body, Body)
    assert list(raised.value.fields) == [field]


def test_a_backslash_before_u0000_is_plain_text() -> None:
    assert http.decode(rb'["\\u0000"]', list) == ["\\u0000"]
    with pytest.raises(Invalid):
        http.decode(rb'["\u0000"]', list)


@pytest.mark.parametrize(
    "body",
    [
        b'{"x": [' + b"[]," * http.MOST_VALUES + b"[]]}",
        b"[" + b"0," * http.MOST_VALUES + b"0]",
        b"{" + b'"a":0,' * http.MOST_VALUES + b'"a":0}',
        b'["' + b'","' * (2 * http.MOST_VALUES + 1) + b'"]',
    ],
    ids=["lists", "numbers", "the same key", "texts"],
)
def test_a_body_has_so_many_values_and_no_more(body: bytes) -> None:
    with pytest.raises(TooMuch):
        http.parse(body)


def test_what_is_in_a_text_is_no_value() -> None:
    text = ",[{" * http.MOST_VALUES + "9" * 30 + '\\"'
    assert http.parse(msgspec.json.encode([text])) == [text]
    assert http.parse(b"[0.12345678901234567890123, 12345678901234567890.5]")[0] == pytest.approx(0.12345678901234567)


@pytest.mark.parametrize("end", [b"", b"\\", b'\\"', b'"'])
def test_a_text_that_does_not_end_is_read_once(end: bytes) -> None:
    body = b'["' + b'\\"' * 500_000 + b"[" * 100 + end  # to try each quote anew would take hours
    with pytest.raises(Malformed):
        http.parse(body)


def test_whole_numbers_end_at_64_bits() -> None:
    assert http.decode(b"[9223372036854775807]", list) == [2**63 - 1]
    for beyond in (b"[9223372036854775808]", b"[-9223372036854775808]", b'{"99": [1, {"a": 1e400}]}'):
        with pytest.raises((Malformed, Invalid)):
            http.decode(beyond, object)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(ShoalError):
        assert isinstance(http.decode(body, Body), Body)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_what_is_read_can_be_stored(value: Any) -> None:
    try:
        read = http.decode(msgspec.json.encode([value]) if fits(value) else b"", list)
    except ShoalError:
        return
    assert read == [value]
    assert "\0" not in str(read)


def fits(value: Any) -> bool:
    try:
        msgspec.json.encode(value)
    except (OverflowError, UnicodeEncodeError, msgspec.MsgspecError):
        return False
    return True


# --- parameters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("1", True), ("FALSE", False), ("0", False)]
)
def test_flags_are_read_in_any_case(text: str, value: bool) -> None:
    assert Params(f"notify={text}").flag("notify", not value) is value


def test_an_empty_parameter_is_none() -> None:
    params = Params("expand=&notify=&page=")
    assert params.words("expand") == frozenset()
    assert params.flag("notify", True) is True
    assert params.integer("page", 7) == 7


def test_the_last_of_several_wins() -> None:
    assert Params(b"page=1&page=2").integer("page", 0) == 2


@pytest.mark.parametrize("text", ["x", "1.0", "-", "--1", "%D9%A3", "+1", "1" * 31])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(WrongParameter):
        Params(f"page={text}").integer("page", 1)


def test_large_numbers_are_cut() -> None:
    assert Params("perPage=" + "9" * 30).integer("perPage", 50, most=1000) == 1000


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(Malformed):
        Params("a=1&" * 2000)


# --- addresses -----------------------------------------------------------------------------------------------------


def origin(headers: dict[str, str], *, public_url: str | None = None, trust: bool = False) -> str:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"scheme": "http", "headers": raw, "server": ("10.0.0.1", 8080)}
    return http.origin(scope, public_url=public_url, trust_forwarded=trust)


def test_the_address_is_the_one_the_caller_used() -> None:
    assert origin({"host": "tracker:81"}) == "http://tracker:81"
    assert origin({}) == "http://10.0.0.1:8080"
    assert origin({"host": 'a"><script>'}) == "http://10.0.0.1:8080"


def test_a_public_address_wins() -> None:
    assert origin({"host": "inside"}, public_url="https://shoal.example/") == "https://shoal.example"


def test_a_proxy_is_believed_only_if_trusted() -> None:
    headers = {"host": "inside", "x-forwarded-host": "shoal.example, x", "x-forwarded-proto": "https"}
    assert origin(headers) == "http://inside"
    assert origin(headers, trust=True) == "https://shoal.example"
    assert origin(headers | {"x-forwarded-proto": "javascript"}, trust=True) == "http://shoal.example"


def test_a_long_list_lets_others_work_between_its_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST_SLICE", 0)
    order: list[str] = []

    def items() -> Iterator[str]:
        for number in range(3):
            order.append(f"item {number}")
            yield f"{number}"

    async def other() -> None:
        order.append("other")

    async def both() -> bytes:
        task = asyncio.create_task(other())
        answer = await http.json_list(items())
        await task
        return answer.content

    assert asyncio.run(both()) == b'["0","1","2"]'
    assert order == ["item 0", "other", "item 1", "item 2"]


def test_an_empty_list_is_a_list() -> None:
    assert asyncio.run(http.json_list([])).content == b"[]"
