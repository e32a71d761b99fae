"""The schema's version: what it is, what it should be, and how it gets there.

Revisions are plain SQL in migrations/versions, forward only, each safe under the code of the release before.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import errors
from psycopg.sql import SQL

from shoal.store import wall

OLDEST_SERVER = 18
# Who upgrades holds this lock. Any number will do as long as nothing else of Shoal's takes it: "shoal" in ASCII.
LOCK = 0x73686F616C
SCRIPTS = Path(__file__).parent / "migrations"
# One line of history: a revision's name is its file's, and the order of names is theirs.
REVISIONS = sorted(path.stem for path in (SCRIPTS / "versions").glob("[0-9]*.py"))

VERSION_TABLE = "SELECT to_regclass('shoal.alembic_version')"
VERSION = "SELECT version_num FROM shoal.alembic_version"


class DatabaseNotUsable(Exception):
    """The database is not one that this Shoal can work with."""


class ServerTooOld(DatabaseNotUsable):
    """The server is of a release before PostgreSQL 18."""


class SchemaOutdated(DatabaseNotUsable):
    """The schema is not there, or of an earlier Shoal: `shoal db upgrade` mends it."""


class SchemaTooNew(DatabaseNotUsable):
    """The schema is of a later Shoal than this one."""


class NotWalled(DatabaseNotUsable):
    """Row-level security would not keep organisations apart: `shoal db upgrade` mends it where the role may."""


class Refused(DatabaseNotUsable):
    """The server does not let this role do what is to be done."""


def upgrade(url: str, to: str = "head") -> None:
    """Brings the database to this Shoal's schema, or to an earlier revision on the way, and puts up the wall between
    organisations anew. Several processes may do it at once: one works, the others wait."""
    with psycopg.connect(url) as connection:
        _check_server(connection)
        version = _version(connection)
    _check_known(version)
    if version != head():
        _run_revisions(url, to)
    with psycopg.connect(url) as connection:
        _put_up_wall(connection)
        _check_wall(connection)


def check(url: str) -> None:
    """Raises DatabaseNotUsable when the server is too old, when the schema is not exactly this Shoal's, and when
    nothing would keep whoever connects by this URL from the rows of other organisations."""
    with psycopg.connect(url) as connection:
        _check_server(connection)
        version = _version(connection)
        _check_known(version)
        if version != head():
            state = "has no Shoal schema yet" if version is None else f"has schema {version}, this Shoal needs {head()}"
            raise SchemaOutdated(f"The database {state}. Run: shoal db upgrade")
        _check_wall(connection)


def head() -> str:
    """The revision that this Shoal needs."""
    return REVISIONS[-1]


def _run_revisions(url: str, to: str) -> None:
    from alembic import command  # here, for it takes longer to import than most starts of Shoal need to check
    from alembic.config import Config
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["url"] = url
    try:
        command.upgrade(config, to)
    except (DBAPIError, psycopg.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise Refused(f"The database cannot be upgraded: {said}") from error


def _put_up_wall(connection: psycopg.Connection) -> None:
    try:
        connection.execute("SET LOCAL search_path = shoal, public")
        connection.execute(SQL("SELECT pg_advisory_xact_lock({})").format(LOCK))
        connection.execute("SET LOCAL lock_timeout = '4s'")
        connection.execute(wall.SCRIPT.read_bytes())
        connection.commit()
    except psycopg.DatabaseError as error:
        raise Refused(f"The wall between organisations cannot be put up: {error}") from error


def _check_wall(connection: psycopg.Connection) -> None:
    session = connection.execute(wall.SESSION).fetchone()
    assert session
    connection.execute(b"SET LOCAL ROLE " + wall.role(must_change=session[0]))
    tables = connection.execute(wall.OPEN_TABLES).fetchone()
    if tables and tables[0]:
        raise NotWalled(
            f"Row-level security does not hold for {connection.info.user} on: {tables[0]}. Run shoal db upgrade, as a "
            "superuser or as the owner of the tables; an owner with BYPASSRLS needs the role shoal_app."
        )


def _check_server(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10_000
    if major < OLDEST_SERVER:
        raise ServerTooOld(f"The server is PostgreSQL {major}; Shoal needs {OLDEST_SERVER} or later.")


def _check_known(version: str | None) -> None:
    if version is not None and version not in REVISIONS:
        raise SchemaTooNew(f"The database has schema {version}, which is newer than this Shoal. Upgrade Shoal.")


def _version(connection: psycopg.Connection) -> str | None:
    try:
        table = connection.execute(VERSION_TABLE).fetchone()
        if table is None or table[0] is None:
            return None
        row = connection.execute(VERSION).fetchone()
    except errors.InsufficientPrivilege as error:
        user = connection.info.user
        raise Refused(f"The schema belongs to another role than {user}: {error.diag.message_primary}.") from error
    return None if row is None else str(row[0])
