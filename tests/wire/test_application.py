"""The application as an ASGI server meets it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from shoal.app import build
from shoal.domain.errors import Unavailable
from shoal.settings import Settings
from shoal.store.db import Database


def request(path: str) -> dict[str, Any]:
    """A GET as the least of servers would hand it over."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "client": ("192.0.2.1", 40000),
        "server": ("shoal.test", 80),
    }


@pytest.mark.parametrize("path", ["/openapi/codearts.json", "/health"])
async def test_a_server_may_hand_over_a_request_without_a_state(path: str, db: Database) -> None:
    said: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    await build(Settings(), db)(request(path), receive, send)  # type: ignore[arg-type]
    assert said[0]["status"] == 200
    assert b"x-request-id" in dict(said[0]["headers"])


async def test_the_database_is_open_from_the_start_to_the_end(database_url: str) -> None:
    database = Database(database_url, max_size=1)
    orders: asyncio.Queue[Any] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()
    application = build(Settings(), database)
    life = asyncio.create_task(application({"type": "lifespan", "asgi": {}, "state": {}}, orders.get, told.put))  # type: ignore[arg-type]
    await orders.put({"type": "lifespan.startup"})
    assert (await told.get())["type"] == "lifespan.startup.complete"
    async with database.transaction(1) as tx:
        assert await tx.value("SELECT 1") == 1
    await orders.put({"type": "lifespan.shutdown"})
    assert (await told.get())["type"] == "lifespan.shutdown.complete"
    await life
    with pytest.raises(Unavailable):
        async with database.transaction(1):
            pass
