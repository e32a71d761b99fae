"""A client that goes away: nothing is done for it any more, in the database neither."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from shoal.app import build
from shoal.settings import Settings
from shoal.store.db import Database, Purpose
from tests.world import World, make_issues, make_world

WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND backend_type = 'client backend'"""
LOCK = "LOCK TABLE shoal.issue IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
async def patient(database_url: str) -> AsyncIterator[Database]:
    """Its statements wait for ever."""
    opened = Database(database_url, max_size=1, door_size=1, purpose=Purpose(0, 0, 0, is_interactive=True))
    await opened.open()
    yield opened
    await opened.close()


def request(world: World, method: str, path: str, body: bytes) -> dict[str, Any]:
    headers = {"authorization": f"OAuth {world.token}", "x-org-id": str(world.org_id)}
    if body:
        headers["content-length"] = str(len(body))
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 40000),
        "server": ("shoal.test", 80),
    }


async def waiting(connection: psycopg.AsyncConnection[Any], count: int) -> None:
    """Until so many statements wait for a lock."""
    while True:
        cursor = await connection.execute(WAITING)
        if await cursor.fetchone() == (count,):
            return


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v3/issues/TEST-1", b""),
        ("PATCH", "/v3/issues/TEST-1", b'{"summary": "New"}'),
        ("POST", "/v3/issues/_search", b'{"query": "Queue: TEST"}'),
    ],
)
async def test_its_statement_is_cancelled(
    patient: Database, database_url: str, method: str, path: str, body: bytes
) -> None:
    world = await make_world(patient)
    await make_issues(patient, world, 1)
    messages: asyncio.Queue[Any] = asyncio.Queue()
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    app: Any = build(Settings(), patient)
    async with (
        asyncio.timeout(30),
        await psycopg.AsyncConnection.connect(database_url) as holder,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as watcher,
    ):
        await holder.execute(LOCK)
        answering = asyncio.create_task(app(request(world, method, path, body), messages.get, send))
        messages.put_nowait({"type": "http.request", "body": body, "more_body": False})
        await waiting(watcher, 1)
        messages.put_nowait({"type": "http.disconnect"})
        await answering
        await waiting(watcher, 0)
        await holder.rollback()
        async with patient.transaction(world.org_id) as tx:  # the only connection is whole again
            found = await tx.value("SELECT summary FROM issue WHERE org_id = %(org)s")
    assert (said, found) == ([], "Issue 1")
