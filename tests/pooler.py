"""PgBouncer between a test and its database, in transaction mode and otherwise as it comes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from shoal.postgres.account import choose
from tests.ports import free_port
from tests.processes import temporary_folder

# Debian keeps it where only root's PATH leads.
PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

CONFIGURATION = """
[databases]
* = host='{host}' port={port} user='{user}' password='{password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
log_connections = 0
log_disconnections = 0
log_stats = 0
"""


@contextmanager
def pooler(url: str, *, sessions: int) -> Iterator[str]:
    """The URL by which the database is reached through the pooler, which has so many sessions for all who come."""
    if PROGRAM is None:
        pytest.skip("PgBouncer is not installed: apt install pgbouncer")
    given, port = conninfo_to_dict(url), free_port()
    host = str(given.get("host", ""))
    given |= {"host": "127.0.0.1" if host.startswith("/") else host}  # the server's socket is not for everybody
    with temporary_folder(prefix="shoal-pooler-") as folder:
        file = folder / "pgbouncer.ini"
        file.write_text(CONFIGURATION.format(**{"port": 5432, **given}, listen_port=port, sessions=sessions))
        with _running(PROGRAM, file):
            yield f"postgresql://anybody@127.0.0.1:{port}/{given['dbname']}"


@contextmanager
def _running(program: str, file: Path) -> Iterator[None]:
    account = choose(file.parent / "data")  # as PostgreSQL, it does not run as root
    for path in (file.parent, file) if account else ():
        account.own(path)
    with subprocess.Popen(
        [program, str(file)], stderr=subprocess.PIPE, text=True, **(account.popen() if account else {})
    ) as process:
        assert process.stderr
        try:
            said = iter(process.stderr.readline, "")
            assert any("process up" in line for line in said), "PgBouncer does not start"
            yield
        finally:
            process.terminate()
