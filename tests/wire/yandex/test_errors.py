"""Every error has the one shape, and no bad input is answered by a 5xx (wire 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from shoal.actions import users
from shoal.dialects.front import Front
from shoal.dialects.yandex import errors
from shoal.domain.errors import Invalid, ShoalError, Unavailable, UnknownValue, WrongParameter
from shoal.settings import Settings
from shoal.store.db import Database
from tests.wire.routes import routes
from tests.wire.yandex.conftest import Client, make_client
from tests.world import World, make_issues, make_world

LIMIT = Settings().body_limit

BAD_BODIES: dict[str, bytes] = {
    "broken": b'{"name": "x"',
    "no JSON": b"name=x&queue=TEST",
    "trailing": b'{"name": "x"} {}',
    "not a number": b'{"name": NaN}',
    "an array": b"[1]",
    "a text": b'"name"',
    "a number": b"17",
    "NUL": b'{"name": "a\\u0000b", "summary": "a\\u0000b", "text": "a\\u0000b", "query": "a\\u0000b"}',
    "NUL in a key": b'{"a\\u0000b": 1}',
    "raw NUL": b'{"name": "a\x00b"}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "not UTF-8": b'{"name": "\xff"}',
    "not UTF-8 in what nobody reads": b'{"nobody reads this": "\xff"}',
    "beyond 64 bits": b'{"order": 18446744073709551616, "id": -9223372036854775809}',
    "beyond a double": b'{"order": 1e999}',
    "nested 100 deep": b'{"name": ' + b"[" * 100 + b"]" * 100 + b"}",
    "nested 100,000 deep": b'{"name":' * 100_000,
    "too large": b'{"name": "' + b"x" * (LIMIT + 1) + b'"}',
}


def assert_shape(answer: httpx2.Response) -> None:
    """The one shape; it says at least one thing."""
    body = answer.json()
    assert body["statusCode"] == answer.status_code
    assert all(isinstance(problem, str) and problem for problem in body["errors"].values())
    assert all(isinstance(message, str) and message for message in body["errorMessages"])
    assert body["errors"] or body["errorMessages"]
    assert answer.headers["content-type"] == "application/json"


def routes_with_a_body() -> Iterator[tuple[str, str]]:
    """Method and path of every route whose handler reads a body, under one of the versions."""
    for route in routes("yandex"):
        for handler in getattr(route, "route_handlers", []):
            if route.path.startswith("/v3") and handler.parsed_fn_signature.parameters.keys() & {"body", "payload"}:
                yield from ((str(method), route.path) for method in handler.http_methods)


ROUTES = sorted(routes_with_a_body())


@pytest.fixture(scope="module")
async def quiet(db: Database) -> World:
    """One world for the module: nothing here may change it."""
    world = await make_world(db)
    await make_issues(db, world, 1)
    return world


@pytest.fixture
def client(app: Front, quiet: World) -> Client:
    return make_client(app, quiet.token, quiet.org_id)


def address(path: str, world: World) -> str:
    """The path with things that exist, so that the body is what is refused."""
    thing = {
        "queues": "TEST",
        "issues": "TEST-1",
        "components": str(world.components["Core"]),
        "versions": str(world.versions["1.0"]),
    }[path.split("/")[2]]
    path = path.replace("{ref:str}", thing).replace("{transition_id:str}", "start_progress")
    return path.replace("{comment_id:str}", "1")


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_no_bad_body_is_answered_by_a_5xx(client: Client, quiet: World, method: str, path: str) -> None:
    where = address(path, quiet) if "{" in path else path
    for name, body in BAD_BODIES.items():
        answer = await client.request(method, where, content=body)
        assert 400 <= answer.status_code < 500, (name, answer.text)
        assert_shape(answer)


def test_the_routes_with_a_body_are_known() -> None:
    assert {("POST", "/v3/queues"), ("PATCH", "/v3/components/{ref:str}"), ("POST", "/v3/sprints")} <= set(ROUTES)


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (404, "GET", "/v2/no/such/path"),
        (404, "GET", "/v3"),
        (404, "GET", "/elsewhere"),
        (404, "GET", "/v2/users/a%00b"),
        (404, "GET", "/v2/users/%ff%fe"),
        (404, "GET", "/v2/users/%ED%A0%80"),
        (404, "GET", "/v2/queues/" + "A" * 3000),
        (404, "GET", "/v2/components/99999999999999999999999999"),
        (404, "GET", "/v2/components/-1"),
        (404, "GET", "/v2/components/1.0"),
        (404, "GET", "/v2/components/²"),
        (404, "GET", "/v2/sprints/0"),
        (404, "GET", "/v2/fields/5b0a10047fffffffffffffff--x"),
        (404, "GET", "/v2/fields/5b0a1004ffffffffffffffff--x"),
        (405, "PUT", "/v2/queues/TEST"),
        (405, "LINK", "/v2/queues/TEST"),
        (405, "DELETE", "/v2/myself"),
        (400, "GET", "/v2/users?perPage=many"),
        (400, "GET", "/v2/users?localized=perhaps"),
        (400, "GET", "/v2/users?language=%00"),
    ],
)
async def test_what_is_not_there_has_the_shape(client: Client, status: int, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status, answer.text
    assert_shape(answer)


async def test_the_body_of_a_get_or_delete_is_not_looked_at(client: Client) -> None:
    for body in (b"null", b"{broken", b"\xff"):
        assert (await client.request("GET", "/v2/myself", content=body)).status_code == 200
        assert (await client.request("DELETE", "/v2/components/999", content=body)).status_code == 404


async def test_head_answers_as_get_without_a_body(client: Client) -> None:
    for path, status in (("/v2/myself", 200), ("/v3/queues/TEST/", 200), ("/v2/issues/NO-1", 404), ("/health", 200)):
        head, read = await client.head(path), await client.get(path)
        assert (head.status_code, head.content) == (read.status_code, b"") == (status, b"")
        assert head.headers["content-length"] == read.headers["content-length"] == str(len(read.content))
    assert (await client.head("/v2/issues/_search")).status_code == (await client.get("/v2/issues/_search")).status_code
    assert (await client.head("/v2/myself", headers={"Authorization": "OAuth wrong"})).status_code == 401


async def test_slashes_too_many_change_nothing(client: Client) -> None:
    for path in ("//v3/myself", "/v2//myself//", "/v2/myself/"):
        answer = await client.get(f"http://shoal.test{path}")
        assert (answer.status_code, answer.json()["login"]) == (200, "rosa"), path


async def test_a_bug_is_logged_once_with_the_id_of_the_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(users, "get", fail)
    with capture_logs() as logs:
        answer = await client.get("/v2/myself", headers={"X-Request-Id": "abc-123"})
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (500, "abc-123")
    assert_shape(answer)
    assert "secret" not in answer.text
    assert [(line["event"], line["path"]) for line in logs] == [("request failed", "/v2/myself")]


async def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    ids = {(await client.get("/v2/myself", headers={"X-Request-Id": "bad id"})).headers["X-Request-Id"] for _ in "ab"}
    assert len(ids) == 2


async def test_a_path_of_nobody_has_no_dialect(client: Client) -> None:
    del client.headers["Authorization"]
    answer = await client.get("/elsewhere")
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, 404)


def all_errors(of: type[ShoalError] = ShoalError) -> Iterator[type[ShoalError]]:
    yield of
    for sub in of.__subclasses__():
        yield from all_errors(sub)


@pytest.mark.parametrize("kind", sorted(set(all_errors()), key=str))
def test_every_error_has_a_status_of_the_caller(kind: type[ShoalError]) -> None:
    expected = {503} if issubclass(kind, Unavailable) else range(400, 500)
    assert errors.status(kind.__new__(kind)) in expected


def test_fields_are_named_as_the_wire_names_them() -> None:
    assert b'"fixVersions":"A value is required."' in errors.refuse(Invalid("required", "fix_versions")).content
    assert b'"storyPoints":' in errors.refuse(UnknownValue("story_points", "x")).content
    assert b'"perPage":' in errors.refuse(WrongParameter("perPage", "at_least", least=1)).content


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "There is no fix version 9.9."),
        ({"Accept-Language": "ru-RU,ru;q=0.9"}, "Не найдено: версия исправления 9.9."),
        ({"Accept-Language": "zh-CN"}, "不存在修复版本 9.9。"),
        ({"Accept-Language": "de"}, "There is no fix version 9.9."),
    ],
)
async def test_errors_are_in_the_language_of_the_request(client: Client, asked: dict[str, str], said: str) -> None:
    answer = await client.patch("/v3/issues/TEST-1", json={"fixVersions": ["9.9"]}, headers=asked)
    assert (answer.status_code, answer.json()["errors"]) == (422, {"fixVersions": said})


async def test_a_refusal_at_the_door_is_in_the_language_of_the_request_too(client: Client) -> None:
    answer = await client.get(
        "/v3/myself?language=ru", headers={"Authorization": "OAuth wrong", "Accept-Language": "zh"}
    )
    assert (answer.status_code, answer.json()["errorMessages"]) == (401, ["С этим токеном войти нельзя."])
