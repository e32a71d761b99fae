"""`Idempotency-Key`: a request that is made again is answered again, and does nothing again.

This runs around the handler, once a route is found. The whole request is one transaction then, the key and the answer
with it: what the handler does in several stands or falls with its last word.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from litestar.datastructures import Headers
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Middleware, Receive, Scope, Send

from shoal.actions import Database, idempotency
from shoal.domain.errors import Invalid

KEY = "idempotency-key"
LONGEST_KEY = 255
SCHEMA = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_KEY,
    "pattern": "^[!-~]+$",
    "description": "With it the request is done once, however often it is sent within 24 hours.",
}

READING = {"reads": True}
"""`opt=READING` on a handler that changes nothing, whatever its method."""

READING_METHODS = {"GET", "HEAD", "OPTIONS"}


class Answer(msgspec.Struct):
    """An answer as it is sent, and kept."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""


class Refused(Exception):
    """The answer is a refusal: nothing is to be left of the request."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def changes_something(handler: object) -> bool:
    if not isinstance(handler, HTTPRouteHandler) or handler.opt.get("reads"):
        return False
    return not handler.http_methods <= READING_METHODS


def middleware(db: Database) -> Middleware:
    """Does what has a key once. Raises KeyUsed, and Invalid for a key that is none."""

    def once(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            key = Headers.from_scope(scope).get(KEY)
            if key is None or scope.get("user") is None or not changes_something(scope["route_handler"]):
                await app(scope, receive, send)
                return
            check(key)
            body = await scope["state"]["read_body"]()  # beforehand: no transaction waits for a slow sender

            async def handle() -> bytes:
                return msgspec.msgpack.encode(await _handle(app, scope, receive))

            try:
                kept = await idempotency.once(db, scope["user"], key, _digest(scope, body), handle)
                answer = msgspec.msgpack.decode(kept, type=Answer)
            except Refused as refused:
                answer = refused.answer
            await _send(answer, send)

        return call

    return once


def check(key: str) -> None:
    if not (key.strip() and len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid("printable_length", "Idempotency-Key", most=LONGEST_KEY)


def _digest(scope: Scope, body: bytes) -> bytes:
    """The same request has the same; of headers nothing is in it."""
    asked = f"{scope.get('method')} {scope['path']}?{scope['query_string'].decode('latin-1')}\n"
    return hashlib.sha256(asked.encode() + body).digest()


async def _handle(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """The handler's answer. Raises Refused."""
    said: list[Any] = []

    async def hear(message: Message) -> None:
        said.append(message)

    await app(scope, receive, hear)
    start, *parts = said
    body = b"".join(part.get("body", b"") for part in parts)
    answer = Answer(start["status"], [(name, value) for name, value in start["headers"]], body)
    if answer.status >= 400:
        raise Refused(answer)
    return answer


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
