"""Which requests are this dialect's, where two wires live under the same prefixes."""

from __future__ import annotations

import pytest
from litestar.datastructures import Headers

from shoal.dialects.codearts import paths

TOKEN = {"X-Auth-Token": "t"}
SIGNED = {"Authorization": "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=s"}
OAUTH = {"Authorization": "OAuth t"}


@pytest.mark.parametrize("headers", [{}, TOKEN, SIGNED, OAUTH])
@pytest.mark.parametrize(
    "path",
    [
        "/v4/projects",
        "/v1/anything",
        "/v2/workitem/issues",
        "/v2/issue-severity/all",
        "/v2/issues/update-issue-notes",
        "/v2/projects/5b0a/issues/batch-update",
        "/v3/5b0a/custom-fields",
        "/v4//projects/",
    ],
)
def test_a_path_of_its_own_is_its_own_for_everybody(path: str, headers: dict[str, str]) -> None:
    assert paths.is_service(path, Headers(headers))


@pytest.mark.parametrize(
    "path", ["/v2/issues", "/v2/issues/TEST-1", "/v2/projects/5", "/v3/queues", "/v3/projects/1/x"]
)
def test_a_path_of_the_other_wire_goes_by_the_credential(path: str) -> None:
    assert [paths.is_service(path, Headers(headers)) for headers in ({}, OAUTH, TOKEN, SIGNED)] == [
        False,
        False,
        True,
        True,
    ]


def test_the_list_that_both_wires_have_is_iams_unless_the_other_scheme_is_shown() -> None:
    assert paths.is_iam("/v3/projects", Headers({}))
    assert paths.is_iam("/v3/projects/", Headers(SIGNED))
    assert not paths.is_iam("/v3/projects", Headers(OAUTH))
    assert paths.is_iam("/v3/auth/tokens", Headers(OAUTH))


def test_a_scheme_of_the_other_wire_wins_over_a_token() -> None:
    assert not paths.speaks(Headers({**TOKEN, **OAUTH}))
    assert not paths.speaks(Headers({"X-Auth-Token": " "}))


def test_health_is_nobodys() -> None:
    assert not paths.is_service("/health", Headers(TOKEN))
    assert not paths.is_service("/", Headers({}))
