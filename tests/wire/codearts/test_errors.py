"""Which requests are this wire's, and what it answers when it cannot do them (wire 1, 2.4, 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.datastructures import Headers
from litestar.exceptions import MethodNotAllowedException
from structlog.testing import capture_logs

from shoal.actions import organisations
from shoal.dialects.codearts import errors
from shoal.dialects.front import Dialect, Front
from shoal.domain.errors import Invalid, ShoalError, Unavailable
from shoal.settings import Settings
from tests.wire.codearts.conftest import Client, Signer, assert_error, assert_iam_error, make_client
from tests.wire.routes import dialects
from tests.world import World

NO_PATH = "APIGW.0101"
PROJECT = "5b0ac0dea27000010000000000000001"
OWN_PATHS = [
    "/v4",
    "/v4/projects",
    "/v4/nothing/at/all",
    "/v1/ipdprojectservice/projects/x/issues/batch",
    "/v2/workitem/issues",
    "/v2/workitem",
    "/v2/issues/update-issue-notes",
    "/v2/issue-severity/all",
    f"/v2/projects/{PROJECT}/issues/batch-update",
    f"/v3/{PROJECT}/custom-fields",
]
YANDEX_PATHS = ["/v2/myself", "/v3/queues", "/v2/issues/TEST-1", "/v2/projects/7", "/v2/nothing", "/v3/fields/x"]


# --- whose request it is -------------------------------------------------------------------------------------------


def wires() -> list[Dialect]:
    """IAM, the service, and the other wire."""
    known = dialects()
    return [known[name] for name in ("codearts-iam", "codearts", "yandex")]


def routes(dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Method and path of every route; names in the path become a key of an issue."""
    for router in dialect.routers:
        for route in router.routes:
            path = re.sub(r"\{[^}]*\}", "TEST-1", route.path)
            yield from ((method, path) for method in getattr(route, "methods", set()) - {"OPTIONS"})


def test_no_route_is_claimed_twice_except_one_that_the_credential_tells_apart() -> None:
    iam, service, other = wires()
    found = [set(routes(dialect)) for dialect in (iam, service, other)]
    assert found[0] & found[1] == found[1] & found[2] == set()
    assert found[0] & found[2] == {("GET", "/v3/projects")}


def test_every_route_is_its_own_dialects() -> None:
    dialects = wires()
    nobody = Headers({})
    for dialect in dialects:
        for method, path in routes(dialect):
            claimer = next(it for it in dialects if it.claims(path, nobody))
            assert claimer is dialect or path == "/v3/projects", (method, path)


@pytest.mark.parametrize("path", OWN_PATHS)
async def test_nobody_comes_in_without_a_credential_and_the_path_is_not_told(anybody: Client, path: str) -> None:
    for method in ("GET", "POST", "PATCH"):
        answer = await anybody.request(method, path, content=b"{broken")
        assert_error(answer, 401, "APIGW.0301")
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("headers", [{"X-Auth-Token": "wrong"}, {"Authorization": "SDK-HMAC-SHA256 Access=x"}])
@pytest.mark.parametrize("path", [*YANDEX_PATHS, "/elsewhere", "/"])
async def test_elsewhere_the_credential_tells_the_wire(anybody: Client, path: str, headers: dict[str, str]) -> None:
    assert_error(await anybody.get(path, headers=headers), 401, "APIGW.0301")


@pytest.mark.parametrize("path", [*YANDEX_PATHS, "/elsewhere", "/", "/v4/nothing", "/v2/workitem/nothing"])
async def test_a_path_of_the_other_wire_does_not_exist_on_this_one(api: Client, path: str) -> None:
    assert_error(await api.get(path), 404, NO_PATH)


@pytest.mark.parametrize("path", YANDEX_PATHS)
async def test_the_other_wire_keeps_its_own(anybody: Client, world: World, path: str) -> None:
    oauth = {"Authorization": f"OAuth {world.token}", "X-Org-ID": str(world.org_id)}
    for headers in ({}, oauth | {"X-Auth-Token": "x"}, {"Authorization": "Bearer wrong"}):
        answer = await anybody.get(path, headers=headers)
        assert "error_code" not in answer.text
        assert answer.status_code == 401 or headers.keys() >= oauth.keys()


async def test_the_one_path_of_both_wires_is_told_apart_by_the_credential(
    anybody: Client, api: Client, world: World
) -> None:
    oauth = {"Authorization": f"OAuth {world.token}", "X-Org-ID": str(world.org_id)}
    assert (await anybody.get("/v3/projects", headers=oauth)).json() == []
    assert "projects" in (await api.get("/v3/projects")).json()
    assert_iam_error(await anybody.get("/v3/projects"), 401)


async def test_a_token_of_this_wire_does_not_come_in_on_the_other(anybody: Client, api: Client, world: World) -> None:
    headers = {"Authorization": f"OAuth {api.headers['X-Auth-Token']}", "X-Org-ID": str(world.org_id)}
    assert (await anybody.get("/v2/myself", headers=headers)).status_code == 401


async def test_health_is_nobodys(api: Client) -> None:
    assert (await api.get("/health")).json() == {"status": "ok"}


# --- what is answered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v4/a%00b", "/v4/%ff%fe", "/v4/%ED%A0%80", "/v4/" + "a" * 3000, "/v4//nothing//"])
async def test_strange_paths_are_not_there(api: Client, rosas: Signer, anybody: Client, path: str) -> None:
    assert_error(await api.get(path), 404, NO_PATH)
    assert_error(await rosas.send(anybody, "GET", path), 404, NO_PATH)


@pytest.mark.parametrize("path", ["/v3/projects/", "//v3//projects", "/v3/auth/domains/"])
async def test_slashes_too_many_are_no_redirect(api: Client, path: str) -> None:
    assert (await api.get(f"http://shoal.test{path}")).status_code == 200


async def test_iam_has_a_shape_of_its_own(api: Client) -> None:
    assert_iam_error(await api.get("/v3/auth/nothing"), 404)
    assert_iam_error(await api.put("/v3/projects"), 405)
    assert_iam_error(await api.put("/v3/auth/tokens"), 405)
    assert_iam_error(await api.get("/v3/auth/a%00b"), 404)


async def test_a_body_that_is_too_large_is_refused_in_the_shape(anybody: Client, rosas: Signer) -> None:
    large = b" " * (Settings().body_limit + 1)
    assert_iam_error(await anybody.post("/v3/auth/tokens", content=large), 413)
    assert_error(await rosas.send(anybody, "POST", "/v4/nothing", large), 413, "APIGW.0201")


async def test_a_bug_is_logged_once_and_not_told(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(organisations, "get", fail)
    with capture_logs() as logs:
        answer = await api.get("/v3/auth/domains", headers={"X-Request-Id": "abc-123"})
    assert_iam_error(answer, 500)
    assert "secret" not in answer.text
    assert answer.headers["X-Request-Id"] == "abc-123"
    assert [line["event"] for line in logs] == ["request failed"]
    assert b"secret" not in errors.refuse(RuntimeError("secret of the house")).content


async def test_every_answer_has_an_id_of_its_own(app: Front, api: Client) -> None:
    answers = [await api.get("/v3/projects"), await api.get("/v4/nothing"), await make_client(app).get("/v4/x")]
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 3


def all_errors(of: type[ShoalError] = ShoalError) -> Iterator[type[ShoalError]]:
    yield of
    for sub in of.__subclasses__():
        yield from all_errors(sub)


@pytest.mark.parametrize("kind", sorted(set(all_errors()), key=str))
def test_every_error_has_a_status_of_the_caller_and_a_code(kind: type[ShoalError]) -> None:
    status, code = errors.code_of(kind.__new__(kind))
    assert status in ({503} if issubclass(kind, Unavailable) else range(400, 500))
    assert re.fullmatch(r"(PM|APIGW)\.\d+|PARSE_REQUEST_DATA_EXCEPTION", code)


def test_both_texts_are_always_there() -> None:
    for error in (ShoalError(), Invalid(), Invalid("required", "priority_id"), MethodNotAllowedException()):
        body = errors.refuse(error).content
        assert b'"error_code":"' in body
        assert b'"error_msg":""' not in body
    assert b"priority_id: a value is required" in errors.refuse(Invalid("required", "priority_id")).content.lower()
