"""What stands before the routes: one request and its answer, as the server passes them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from shoal.dialects import front
from shoal.dialects.front import _Exchange


async def test_an_answer_does_not_wait_for_a_body_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "DRAIN_PATIENCE", 0.01)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    exchange = _Exchange(asyncio.Event().wait, send, "7", body_limit=100, has_body=True)  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await exchange.send({"type": "http.response.start", "status": 401, "headers": []})
    assert [message["status"] for message in sent] == [401]
