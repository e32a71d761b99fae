"""A PostgreSQL for the tests. `python -m tests.database` keeps one running, for SHOAL_TEST_DATABASE_URL."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from shoal.postgres import Postgres
from shoal.store import migrate

# A test's database is thrown away: nothing needs to reach the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "1min",
}

ROOM = 4 * 2**30
"""Bytes that are enough for every test: databases are dropped as they end."""

_numbers = count(1)


@contextmanager
def server() -> Iterator[str]:
    """An embedded server in a temporary folder, or the one that SHOAL_TEST_DATABASE_URL names; its URL."""
    if given := os.environ.get("SHOAL_TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="shoal-test-", dir=_in_memory()))
    postgres = Postgres(folder, settings=FAST)
    try:
        postgres.start()
        yield postgres.url
    finally:
        postgres.stop()
        shutil.rmtree(folder)


def _in_memory() -> str | None:
    """A folder that is no disk, if it has room: copying a database is most of what tests wait for."""
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if has_room else None


@contextmanager
def database(server_url: str, *, template: str = "template1") -> Iterator[str]:
    """A new database, a copy of `template`, dropped at the end; its URL."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _create(server_url, name, template)
    try:
        yield with_database(server_url, name)
    finally:
        _drop(server_url, name)


@contextmanager
def migrated_template(server_url: str) -> Iterator[str]:
    """A database with the schema at head, to be copied; its name."""
    with database(server_url) as url:
        migrate.upgrade(url)
        yield urlsplit(url).path.removeprefix("/")


def with_database(url: str, name: str) -> str:
    """The same server's URL with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _create(server_url: str, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)


def _drop(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def main() -> None:
    """Serves until Ctrl-C or SIGTERM."""
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    with server() as url:
        print(f"export SHOAL_TEST_DATABASE_URL='{url}'", flush=True)
        signal.sigwait(stop)


if __name__ == "__main__":
    main()
