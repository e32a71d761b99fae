"""SDK-HMAC-SHA256: the two vectors computed by the vendor's SDK, and what must not pass."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.dialects.codearts import signature
from shoal.dialects.codearts.signature import BadSignature, Credential, SignedRequest
from shoal.domain.errors import Unauthenticated

ACCESS, SECRET = "SHOALTESTAK000000001", "shoal-test-secret-key-000000000000000001"
PROJECT = "0123456789abcdef0123456789abcdef"
DATE, NOW = b"20260102T030405Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = b'{"assigned_to_id": "4091", "issue_ids": "101,102", "project_id": "0123456789abcdef0123456789abcdef"}'
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
NAMES = ("content-type", "host", "x-project-id", "x-sdk-date")


def headers(content_type: bytes) -> list[tuple[str, bytes]]:
    return [
        ("content-type", content_type),
        ("host", b"127.0.0.1:8080"),
        ("x-project-id", PROJECT.encode()),
        ("x-sdk-date", DATE),
        ("accept", b"*/*"),
    ]


EDIT = SignedRequest("POST", "/v2/workitem/issues", "", headers(b"application/json;charset=utf-8"), BODY)
EDIT_SIGNATURE = "731d4a7cf544d84a3e3cbd26ef6005cdb2d5835db46580cb5d31ae359495c1bc"
AUTHORIZATION = (
    f"SDK-HMAC-SHA256 Access={ACCESS}, SignedHeaders=content-type;host;x-project-id;x-sdk-date, "
    f"Signature={EDIT_SIGNATURE}"
)
MEMBERS = SignedRequest(
    "GET",
    f"/v4/projects/{PROJECT}/members",
    "limit=10&offset=0&search=a%20b%2F%C3%BC",
    headers(b"application/json"),
)
MEMBERS_SIGNATURE = "e52786cd593bdb4d8145730111f2948e58bd1bc261b88784d3cd8078d7d99a2f"


def changed(request: SignedRequest, **values: Any) -> SignedRequest:
    parts = {name: getattr(request, name) for name in SignedRequest.__slots__}
    return SignedRequest(**parts | values)


def with_header(name: str, value: bytes) -> list[tuple[str, bytes]]:
    return [*((key, old) for key, old in EDIT.headers if key != name), (name, value)]


def verify(request: SignedRequest, given: str = EDIT_SIGNATURE, *, secret: str = SECRET) -> None:
    signature.verify(request, Credential(ACCESS, NAMES, given), secret)


# --- the vectors ---------------------------------------------------------------------------------------------------


def test_the_first_vector_is_reproduced_step_by_step() -> None:
    assert signature.canonical_request(EDIT, NAMES).decode().split("\n") == [
        "POST",
        "/v2/workitem/issues/",
        "",
        "content-type:application/json;charset=utf-8",
        "host:127.0.0.1:8080",
        f"x-project-id:{PROJECT}",
        "x-sdk-date:20260102T030405Z",
        "",
        "content-type;host;x-project-id;x-sdk-date",
        "ba30365fb8f5c0a0a40168b6ba68c03a8cf6fa8dec375b3f1205d1ad88e722fa",
    ]
    text = signature.string_to_sign(EDIT, NAMES)
    assert text.split("\n") == [
        "SDK-HMAC-SHA256",
        "20260102T030405Z",
        "1587365db08bf178434392a856d2b7d2793ea87b5102b1a9ced906b37f9e0e07",
    ]
    assert signature.sign(text, SECRET) == EDIT_SIGNATURE


def test_the_second_vector_is_reproduced() -> None:
    canonical = signature.canonical_request(MEMBERS, NAMES).decode().split("\n")
    assert canonical[1:3] == [f"/v4/projects/{PROJECT}/members/", "limit=10&offset=0&search=a%20b%2F%C3%BC"]
    assert canonical[-1] == EMPTY_HASH
    text = signature.string_to_sign(MEMBERS, NAMES)
    assert text.endswith("\n3cd62756591b35cdfae472325fddd83e0b22f30128e4201033a5981c12baecad")
    assert signature.sign(text, SECRET) == MEMBERS_SIGNATURE


def test_the_header_of_the_first_vector_lets_it_in() -> None:
    credential = signature.read(AUTHORIZATION)
    assert credential == Credential(ACCESS, NAMES, EDIT_SIGNATURE)
    signature.verify(EDIT, credential, SECRET)
    assert signature.fresh_date(EDIT, NOW) == NOW


# --- what must not pass --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        changed(EDIT, method="PUT"),
        changed(EDIT, path="/v2/workitem/batch-delete"),
        changed(EDIT, query="force=true"),
        changed(EDIT, body=BODY.replace(b"4091", b"4092")),
        changed(EDIT, body=b""),
        changed(EDIT, headers=with_header("host", b"127.0.0.1:8081")),
        changed(EDIT, headers=with_header("x-project-id", b"0" * 32)),
        changed(EDIT, headers=with_header("x-sdk-date", b"20260102T030406Z")),
        changed(EDIT, headers=with_header("content-type", b"application/json")),
    ],
)
def test_whatever_is_altered_breaks_the_signature(request_: SignedRequest) -> None:
    with pytest.raises(BadSignature, match="verify aksk signature fail"):
        verify(request_)


@pytest.mark.parametrize("given", ["0" * 64, EDIT_SIGNATURE[:-1] + "d", MEMBERS_SIGNATURE])
def test_another_signature_is_refused(given: str) -> None:
    with pytest.raises(BadSignature):
        verify(EDIT, given)


def test_another_secret_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(EDIT, secret=SECRET + "x")


def test_headers_that_are_not_signed_may_change() -> None:
    verify(changed(EDIT, headers=[*with_header("accept", b"text/html"), ("connection", b"close")]))


@pytest.mark.parametrize("name", ["x-project-id", "host"])
def test_a_signed_header_must_be_there_exactly_once(name: str) -> None:
    value = dict(EDIT.headers)[name]
    without = [(key, old) for key, old in EDIT.headers if key != name]
    for wrong in (without, [*EDIT.headers, (name, value)], [*EDIT.headers, (name, b"other")]):
        with pytest.raises(BadSignature):
            verify(changed(EDIT, headers=wrong))


@pytest.mark.parametrize("told", [b"UNSIGNED-PAYLOAD", b"0" * 64, b""])
def test_a_told_hash_must_be_that_of_the_body(told: bytes) -> None:
    request = changed(EDIT, headers=[*EDIT.headers, ("x-sdk-content-sha256", told)])
    with pytest.raises(BadSignature, match="not the hash of the body"):
        verify(request)
    right = signature.payload_hash(BODY).encode()
    verify(changed(EDIT, headers=[*EDIT.headers, ("x-sdk-content-sha256", right)]))


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "SDK-HMAC-SHA256",
        AUTHORIZATION.replace("SDK-HMAC-SHA256", "SDK-HMAC-SM3"),
        AUTHORIZATION.replace("Access", "access"),
        AUTHORIZATION.replace("c1bc", "C1BC"),
        AUTHORIZATION[:-1],
        AUTHORIZATION + "0",
        AUTHORIZATION.partition(", Signature")[0],
        AUTHORIZATION.replace("SignedHeaders=content-type;host;x-project-id;x-sdk-date, ", ""),
        AUTHORIZATION.replace(";host", ""),
        AUTHORIZATION.replace(";x-sdk-date", ""),
        AUTHORIZATION.replace("host", "Host"),
        AUTHORIZATION + ", Signature=" + EDIT_SIGNATURE,
    ],
)
def test_half_a_credential_is_none(authorization: str) -> None:
    with pytest.raises(BadSignature):
        signature.read(authorization)


# --- the date ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-15, -1, 0, 15])
def test_a_date_within_a_quarter_of_an_hour_is_fresh(minutes: int) -> None:
    assert signature.fresh_date(EDIT, NOW + timedelta(minutes=minutes)) == NOW


@pytest.mark.parametrize("seconds", [901, -901, 86_400 * 365, -86_400])
def test_a_date_further_off_is_refused(seconds: int) -> None:
    with pytest.raises(BadSignature, match="15 minutes"):
        signature.fresh_date(EDIT, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "date", [b"", b"20260102T030405", b"20261302T030405Z", b"2026-01-02T03:04:05Z", b"\xd9\xa3" * 8]
)
def test_an_unreadable_date_is_refused(date: bytes) -> None:
    with pytest.raises(BadSignature, match="X-Sdk-Date"):
        signature.fresh_date(changed(EDIT, headers=with_header("x-sdk-date", date)), NOW)


def test_two_dates_are_none() -> None:
    with pytest.raises(BadSignature, match="missing"):
        signature.fresh_date(changed(EDIT, headers=[*EDIT.headers, ("x-sdk-date", DATE)]), NOW)


# --- canonical forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/v4/projects", "/v4/projects/"),
        ("/v4/projects/", "/v4/projects/"),
        ("/", "/"),
        ("/a%20b/%C3%BC~_.-", "/a%20b/%C3%BC~_.-/"),
        ("/a+b(c)", "/a%2Bb%28c%29/"),
        ("/a%2fb", "/a/b/"),
    ],
)
def test_paths_are_encoded_segment_by_segment(path: str, canonical: str) -> None:
    assert signature.canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=10&a=1", "a=1&a=10&a=2"),
        ("empty&also=", "also=&empty="),
        ("q=a+b", "q=a%2Bb"),
        ("q=%7e%2f", "q=~%2F"),
        ("z=1&%C3%BC=2", "z=1&%C3%BC=2"),
        ("a%20b=1&a-b=2", "a%20b=1&a-b=2"),
    ],
)
def test_queries_are_sorted_by_what_they_say(query: str, canonical: str) -> None:
    assert signature.canonical_query(query) == canonical


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5))
def test_the_order_and_spelling_of_the_query_do_not_matter(pairs: list[tuple[str, str]]) -> None:
    encodable = [(name, value) for name, value in pairs if (name + value).isprintable()]
    written = [
        "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in order) for order in (encodable, encodable[::-1])
    ]
    assert signature.canonical_query(written[0]) == signature.canonical_query(written[1])


@given(st.text(max_size=300), st.binary(max_size=100))
def test_any_text_is_a_credential_or_refused(authorization: str, date: bytes) -> None:
    for read in (
        lambda: signature.read(authorization),
        lambda: signature.fresh_date(changed(EDIT, headers=with_header("x-sdk-date", date)), NOW),
    ):
        with suppress(Unauthenticated):
            read()
