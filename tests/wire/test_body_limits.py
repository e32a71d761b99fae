"""The largest body that a route takes, and the first that it does not: neither keeps the others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from time import thread_time
from typing import Any

import msgspec
import pytest

from shoal.dialects import http
from shoal.dialects.codearts import ids
from shoal.dialects.front import Front
from shoal.settings import Settings
from shoal.store.db import Database
from tests.wire.codearts.conftest import make_client, make_token
from tests.wire.routes import dialects
from tests.world import World, make_issues, make_world

RAW_NAMES = ("keys", "filter", "query", "queue", "order", "summary", "description", "tags", "values")
"""What the bodies may have that are no struct."""
READS_A_BODY = {"body", "payload"}
Route = tuple[str, str, str]


def routes_with_a_body() -> Iterator[tuple[Route, Any]]:
    """Dialect, method and path of every route that reads a body; its handler."""
    for dialect in dialects().values():
        for route in (route for router in dialect.routers for route in router.routes):
            for handler in getattr(route, "route_handlers", []):
                is_again = dialect.name == "yandex" and route.path.startswith("/v2")
                if handler.parsed_fn_signature.parameters.keys() & READS_A_BODY and not is_again:
                    yield from (((dialect.name, str(it), route.path), handler) for it in handler.http_methods)


HANDLERS = dict(routes_with_a_body())


class Watch:
    """The longest time for which the event loop did nothing else, by the processor's clock: how busy the machine is
    does not matter."""

    def __init__(self) -> None:
        self.longest = 0.0

    @asynccontextmanager
    async def over(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._tick())
        yield
        task.cancel()

    async def _tick(self) -> None:
        while True:
            since = thread_time()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, thread_time() - since)


@pytest.fixture(scope="module")
def bound() -> float:
    """As long as reading the most that may be read takes on this machine, several times."""
    body = b"[" + b'{"key":"TEST-1"},' * (http.MOST_VALUES // 2) + b"{}]"
    since = thread_time()
    msgspec.json.decode(body)
    return 0.1 + 10 * (thread_time() - since)


@pytest.fixture(scope="module")
async def quiet(db: Database) -> World:
    world = await make_world(db)
    await make_issues(db, world, 1)
    return world


@pytest.fixture(scope="module")
async def token(db: Database, quiet: World) -> str:
    return await make_token(db, quiet.rosa)


def address(path: str, world: World) -> str:
    """The path with things that exist where the body is read after them."""
    filled = {"project_id:str": ids.project(world.test), "transition_id:str": "start_progress"}
    refs = {"queues": "TEST", "issues": "TEST-1", "components": str(world.components["Core"])}
    filled["ref:str"] = refs.get(path.split("/")[2], "1")
    parts = (part.strip("{}") if part.startswith("{") else None for part in path.split("/"))
    return "/".join(filled.get(name, "1") if name else part for name, part in zip(parts, path.split("/"), strict=True))


def names(handler: Any) -> Iterator[str]:
    """What in the body of this handler may hold much."""
    shape = handler.parsed_fn_signature.parameters.get("payload")
    if shape is None or not isinstance(shape.annotation, type) or not issubclass(shape.annotation, msgspec.Struct):
        yield from RAW_NAMES
        return
    for field in msgspec.structs.fields(shape.annotation):
        if any(word in str(field.type) for word in ("list", "dict", "object", "Any")):
            yield field.encode_name


def largest(limit: int, handler: Any) -> Iterator[tuple[str, bytes]]:
    """Bodies of the largest size, or with the most values, each bad in its own way."""
    yield "one text", filled(b'{"name":"', b"x", b'"}', limit)
    yield "the same key", filled(b"{", b'"a":0,', b'"a":0}', limit)
    yield "lists", filled(b'{"x":[', b"[],", b"[]]}", limit)
    most = min(limit // 12, http.MOST_VALUES - 10)
    yield "keys", b"{%b}" % b",".join(b'"field%d":0' % number for number in range(most // 2))
    for name in names(handler):
        yield f"list of {name}", b'{"%b":[%b"TEST-1"]}' % (name.encode(), b'"TEST-1",' * most)
        yield f"keys of {name}", b'{"%b":{%b}}' % (name.encode(), b",".join(b'"f%d":1' % n for n in range(most // 2)))
        yield f"commas of {name}", b'{"%b":"%b1"}' % (name.encode(), b"1," * (limit // 3))


def filled(begin: bytes, middle: bytes, end: bytes, size: int) -> bytes:
    """So many of the middle that it is as large as may be."""
    body = begin + middle * ((size - len(begin) - len(end)) // len(middle)) + end
    return body + b" " * (size - len(body))


@pytest.mark.parametrize("route", sorted(HANDLERS), ids=" ".join)
async def test_no_body_keeps_the_others_waiting(
    app: Front, quiet: World, token: str, bound: float, route: Route
) -> None:
    (wire, method, path), handler = route, HANDLERS[route]
    limit = handler.request_max_body_size
    if not isinstance(limit, int):
        limit = Settings().body_limit
    times: dict[str, float] = {}
    headers = {"Authorization": f"OAuth {quiet.token}", "X-Org-ID": str(quiet.org_id)} if wire == "yandex" else {}
    async with make_client(app, token=None if wire == "yandex" else token) as client:
        where = address(path, quiet)
        for name, body in largest(limit, handler):
            watch = Watch()
            async with watch.over():
                answer = await client.request(method, where, content=body, headers=headers)
            assert answer.status_code < 500, (name, answer.text[:500])
            assert answer.status_code != 413, name
            times[name] = watch.longest
        watch = Watch()
        async with watch.over():
            answer = await client.request(method, where, content=b" " * (limit + 1), headers=headers)
        assert answer.status_code == 413, answer.text[:500]
        times["too large"] = watch.longest
    assert {name: time for name, time in times.items() if time > bound} == {}, times


def test_there_are_such_routes_of_every_wire() -> None:
    assert {wire for wire, _, _ in HANDLERS} == {"yandex", "codearts", "codearts-iam"}
    assert ("codearts-iam", "POST", "/v3/auth/tokens") in HANDLERS
    assert len(HANDLERS) > 50


async def test_a_body_that_is_too_large_is_refused_before_it_has_come(app: Front) -> None:
    """Nobody has to be known for it, and nothing is kept of what comes after."""
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b"x" * 1024

    async with make_client(app) as client:
        answer = await client.post("/v3/auth/tokens", content=pieces())
    assert (answer.status_code, sent) == (413, 64)
