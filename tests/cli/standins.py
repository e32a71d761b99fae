"""What `serve` runs in these tests in place of Shoal's own API, and `serve` itself with it."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from shoal.cli import api, heartbeat, options
from shoal.cli.tree import Tree

api.DRAIN_SECONDS = 1
heartbeat.SILENT_AFTER = float(os.environ.get("TEST_SILENT_AFTER", heartbeat.SILENT_AFTER))


def asgi() -> Any:
    """An application that says hello, at `/endless` without an end."""
    return _answer


def asgi_that_fails() -> Any:
    raise RuntimeError("this application cannot be made")


async def _answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/endless":
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await asyncio.Event().wait()
    await send({"type": "http.response.body", "body": b"hello"})


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            print("lifespan ended")
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def serve(application: str) -> None:
    python = (sys.executable, "-u", "-m")
    api_command = (*python, "tests.cli.standins", "api", application)
    with options.sentences():
        Tree(options.read(), api=api_command, worker=(*python, "tests.cli.standin_worker")).run()


if __name__ == "__main__":
    role, name = sys.argv[1:]
    if role == "api":
        api.main(f"tests.cli.standins:{name}")
    serve(name)
