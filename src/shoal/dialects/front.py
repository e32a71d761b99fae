"""What happens to every request before a route is looked for: its id, its dialect, who asks.

Clients must get their 401 before the path and the body are looked at, and a body that nobody read must be taken off
the connection before the answer: a client that is still sending would see a broken pipe instead, and try again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
import uuid_utils
from litestar import Request, Response, Router
from litestar.datastructures import Headers
from litestar.enums import MediaType, ScopeType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from shoal.dialects import spelling
from shoal.domain.actor import Actor
from shoal.domain.errors import Malformed, NotFound, TooManyAttempts, TooSlow, Unavailable

log = structlog.get_logger("shoal.http")

DRAIN_LIMIT = 64 * 2**20
DRAIN_PATIENCE = 5.0
"""Seconds in all that an answer waits for the rest of a body that is not wanted."""
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
AnyRequest = Request[Any, Any, Any]


class NoSuchPath(NotFound):
    """The path is none that anything could have."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request before a route is looked for. Where it is signed, its body too tells who asks."""

    scope: HTTPScope
    headers: Headers
    read_body: Callable[[], Awaitable[bytes]]
    """The body, whole; the handler gets it all the same. Raises RequestEntityTooLarge."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the front and the error handler must know of a dialect."""

    name: str
    routers: Sequence[Router]
    claims: Callable[[str, Headers], bool]
    """Whether a request to this path with these headers is this dialect's, also when no route has the path."""
    authenticate: Callable[[Arrival], Awaitable[Actor | None]] | None
    """Who asks; None where nobody has to say so."""
    refuse: Callable[[Exception, str], Response[bytes]]
    """The answer to an error, in the dialect's shape and this language. Never raises."""
    language: Callable[[Scope], str] = lambda _: "en"
    """In which language to answer the request."""


class Front:
    """The ASGI application around the routes. Two wires may have the same path: each dialect has its application.

    What is no request, as the start and the end of the process, goes to `lifespan`.
    """

    def __init__(
        self,
        applications: Sequence[tuple[Dialect, ASGIApp]],
        *,
        lifespan: ASGIApp,
        body_limit: int,
        address: Callable[[Scope], str],
    ) -> None:
        self.applications = applications
        self.lifespan = lifespan
        self.body_limit = body_limit
        self.address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.lifespan(scope, receive, send)
            return
        headers = Headers.from_scope(scope)
        request_id = _request_id(headers)
        spelling.begin()
        dialect, app = next(it for it in self.applications if it[0].claims(scope["path"], headers))
        exchange = _Exchange(receive, send, request_id, body_limit=self.body_limit, has_body=_has_body(headers))
        scope.setdefault("state", {}).update(
            request_id=request_id, dialect=dialect, address=self.address(scope), read_body=exchange.read_body
        )
        arrival = Arrival(scope, headers, exchange.read_body)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await _while_waited_for(_respond(arrival, dialect, app, exchange), exchange)


async def _respond(arrival: Arrival, dialect: Dialect, app: ASGIApp, exchange: _Exchange) -> None:
    refusal = await _refusal(arrival, dialect)
    await (app if refusal is None else _as_asgi(refusal))(arrival.scope, exchange.receive, exchange.send)


async def _while_waited_for(answering: Coroutine[Any, Any, None], exchange: _Exchange) -> None:
    """Answer, unless the client goes away: what it asked for is broken off then, also in the database."""
    task, gone = asyncio.create_task(answering), asyncio.create_task(exchange.gone())
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
    if not task.cancelled():
        task.result()


async def _refusal(arrival: Arrival, dialect: Dialect) -> Response[bytes] | None:
    """Find out who asks; the answer, if they are not to come in."""
    try:
        if dialect.authenticate is not None:
            arrival.scope["user"] = await dialect.authenticate(arrival)
        _check_path(arrival.scope["path"])
    except Exception as error:  # whatever it is, the caller gets an answer in their dialect
        return answer(error, arrival.scope)
    return None


def answer(error: Exception, scope: Scope) -> Response[bytes]:
    """The error in the dialect of the request. What is not the caller's doing is logged, once."""
    dialect: Dialect = scope["state"]["dialect"]
    response = dialect.refuse(error, dialect.language(scope))
    if isinstance(error, Unavailable | TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unavailable | TooSlow):
        cause = str(error.__cause__)
        log.warning("not answered", method=scope.get("method"), path=scope["path"], told=str(error), error=cause)
    elif (response.status_code or 500) >= 500:
        log.error("request failed", method=scope.get("method"), path=scope["path"], exc_info=error)
    return response


def _as_asgi(response: Response[bytes]) -> ASGIApp:
    """The answer as an application: Litestar makes one only where a route was found."""
    return ASGIResponse(
        body=response.content,
        status_code=response.status_code or 200,
        media_type=response.media_type or MediaType.JSON,
        headers=response.headers,
    )


def _check_path(path: str) -> None:
    if "\0" in path or not path.isprintable():
        raise NoSuchPath("no_path")


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())


class _Exchange:
    """One request and its answer, as the server passes them."""

    def __init__(self, receive: Receive, send: Send, request_id: str, *, body_limit: int, has_body: bool) -> None:
        self._receive = receive
        self._send = send
        self._request_id = request_id.encode()
        self._left = body_limit
        self._has_body = has_body
        self._is_read = asyncio.Event()
        self._is_gone = asyncio.Event()
        self._body: bytes | None = None if has_body else b""
        if not has_body:
            self._is_read.set()

    async def receive(self) -> Any:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self._is_read.is_set():
            await self._is_gone.wait()
            return {"type": "http.disconnect"}
        message = await self._take()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise RequestEntityTooLarge
        return message

    async def gone(self) -> None:
        """Return when the client has gone away. What it sends has to be read first, by whoever needs it."""
        await self._is_read.wait()
        if not self._has_body:
            await self._take()  # where there is no body, the server says so
        if not self._is_gone.is_set():
            await self._take()
        await self._is_gone.wait()

    async def read_body(self) -> bytes:
        """All of it, once; `receive` gives it again."""
        parts = [self._body or b""]
        while not self._is_read.is_set():
            message = await self.receive()
            if message["type"] != "http.request":
                raise Malformed("body_cut_off")
            parts.append(message.get("body", b""))
        self._body = b"".join(parts)
        return self._body

    async def _take(self) -> Any:
        message = await self._receive()
        if message["type"] != "http.request":
            self._is_gone.set()
        if self._is_gone.is_set() or not message.get("more_body", False):
            self._is_read.set()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._drain()
            message["headers"] = [*message["headers"], (b"x-request-id", self._request_id)]
        await self._send(message)

    async def _drain(self) -> None:
        """Read what the caller still sends, so that they hear the answer; but wait for nobody who sends nothing."""
        left = DRAIN_LIMIT
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_PATIENCE):
                while not self._is_read.is_set() and left > 0:
                    left -= len((await self._take()).get("body", b""))
