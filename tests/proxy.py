"""A TCP proxy before a PostgreSQL server, so that a test can take the database away from who comes through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit


class Proxy:
    """Passes bytes both ways. While it is `cut`, nobody is connected and nobody gets in."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        options = {name: values[0] for name, values in parse_qs(self._parts.query).items()}
        self._host = options.get("host") or self._parts.hostname or "127.0.0.1"
        self._port = int(options.get("port") or self._parts.port or 5432)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The database's URL by way of the proxy."""
        user, password = quote(self._parts.username or "", safe=""), quote(self._parts.password or "", safe="")
        netloc = f"{user}:{password}@127.0.0.1:{self.port}"
        return urlunsplit(self._parts._replace(netloc=netloc, query=""))

    async def restore(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._host.startswith("/"):
            there = await asyncio.open_unix_connection(f"{self._host}/.s.PGSQL.{self._port}")
        else:
            there = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._copy(reader, there[1]), self._copy(there[0], writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        self._open.discard(writer)
        writer.transport.abort()


@asynccontextmanager
async def proxy(url: str) -> AsyncIterator[Proxy]:
    """A proxy before the database of this URL."""
    made = Proxy(url)
    await made.restore()
    try:
        yield made
    finally:
        await made.cut()
