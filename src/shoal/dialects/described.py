"""The descriptions of the dialects, OpenAPI 3.1, each at `GET /openapi/<dialect>.json`: for everybody, whatever
credential they show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

import msgspec
from litestar import Response, Router, get
from litestar.datastructures import Headers
from litestar.enums import MediaType

from shoal.dialects.front import Dialect
from shoal.dialects.openapi import Schema


def path_of(dialect: str) -> str:
    return f"/openapi/{dialect}.json"


def dialect(name: str, document: Callable[[], Schema], refuse: Callable[[Exception, str], Response[bytes]]) -> Dialect:
    """What claims the one path of a description, and answers it. Errors have the shape of the dialect described."""
    path = path_of(name)

    @cache
    def encoded() -> bytes:
        return msgspec.json.encode(document())

    @get(path)
    async def get_document() -> Response[bytes]:
        # Made once, from all handlers: that takes longer than others should wait.
        return Response(await asyncio.to_thread(encoded), media_type=MediaType.JSON)

    def claims(asked: str, headers: Headers) -> bool:
        return asked.rstrip("/") == path

    return Dialect(f"{name}-openapi", [Router("/", route_handlers=[get_document])], claims, None, refuse)
