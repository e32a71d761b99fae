"""The API's process: one, so that its pid is all of it.

granian's usual server forks its workers; after a kill -9 of the parent they go on and hold the port. The embedded
server runs in this process. With a trivial application both answer as many requests a second.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import structlog
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from shoal import log, settings
from shoal.cli import heartbeat
from shoal.settings import Settings

APPLICATION = "shoal.app:asgi"

# Connections accepted at once, streams of events among them, and those that wait in the kernel beyond.
CONNECTIONS = 2048
BACKLOG = 1024

# How long an answer may take after a request to stop. Streams of events never end by themselves.
DRAIN_SECONDS = 3


def main(target: str = APPLICATION) -> None:
    """Serves the application that the factory `module:function` makes."""
    effective = settings.from_environment()
    log.configure(format=effective.log_format, level=effective.log_level)
    sys.exit(uvloop.run(_serve(effective, _load(target))))


async def _serve(effective: Settings, factory: Callable[[], Any]) -> int:
    server = _server(effective, factory)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    beating = asyncio.create_task(_beat_forever())
    try:
        await server.serve()
    except TimeoutError:
        structlog.get_logger("shoal.api").info(f"Answers were still open after {DRAIN_SECONDS} s and are cut off")
    finally:
        beating.cancel()
    return 1 if server.interrupt_children else 0


async def _beat_forever() -> None:
    while True:
        heartbeat.beat()
        await asyncio.sleep(heartbeat.INTERVAL)


def _server(effective: Settings, factory: Callable[[], Any]) -> Server:
    server = Server(
        factory,
        address=effective.host,
        port=effective.port,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(keep_alive=True, header_read_timeout=30_000),
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}},
    )
    server.workers_kill_timeout = DRAIN_SECONDS
    return server


def _load(target: str) -> Callable[[], Any]:
    module, _, name = target.partition(":")
    factory: Callable[[], Any] = getattr(import_module(module), name)
    return factory


if __name__ == "__main__":
    main(*sys.argv[1:])
