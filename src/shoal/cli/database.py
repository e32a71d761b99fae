"""The database of a command that is not `serve`: the one of the settings, or the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from shoal.cli.options import Refusal
from shoal.postgres import Cluster, Postgres
from shoal.settings import Settings


@contextmanager
def reach(settings: Settings, *, may_create: bool = False) -> Iterator[str]:
    """A URL that answers. The embedded server is started for the time being when no `serve` runs it.

    Raises Refusal where there is no database yet and this is no command to make one.
    """
    if url := settings.database_url or _running(settings):
        yield url
        return
    if not may_create and not Cluster(settings.data_dir).exists():
        raise Refusal(
            f"There is no database in {settings.data_dir}. `shoal serve` or `shoal org create NAME` makes one there; "
            "another folder is named by --data-dir, a database of your own by --database-url."
        )
    with started(settings) as url:
        yield url


@contextmanager
def started(settings: Settings) -> Iterator[str]:
    """The embedded server for as long as the block runs."""
    postgres = Postgres(settings.data_dir, bin_dir=settings.pg_bin, port=settings.pg_port, listen=settings.pg_listen)
    postgres.start()
    try:
        yield postgres.url
    finally:
        postgres.stop()


def get(settings: Settings) -> str:
    """The URL of a database that runs already. Raises Refusal."""
    if url := settings.database_url or _running(settings):
        return url
    raise Refusal(
        f"No database runs in {settings.data_dir}. Start `shoal serve` with this data directory, "
        "or set SHOAL_DATABASE_URL."
    )


def _running(settings: Settings) -> str | None:
    cluster = Cluster(settings.data_dir.resolve())
    if not cluster.exists() or cluster.port() is None:
        return None
    with suppress(psycopg.OperationalError), psycopg.connect(cluster.url(), connect_timeout=5):
        return cluster.url()
    return None
