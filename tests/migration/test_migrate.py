"""The migrations: where they lead, and what is said of a database they cannot be run on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import psycopg
import pytest
from alembic.script import ScriptDirectory

from shoal.store import migrate
from tests import database


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    with database.database(postgres_url) as url:
        yield url


def test_upgraded_database_passes_the_check(database_url: str) -> None:
    migrate.check(database_url)


def test_revisions_are_one_line_in_the_order_of_their_names() -> None:
    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    assert [script.revision for script in scripts.walk_revisions()][::-1] == migrate.REVISIONS


def test_empty_database_is_refused_with_the_command_to_type(empty_url: str) -> None:
    with pytest.raises(migrate.SchemaOutdated, match="shoal db upgrade"):
        migrate.check(empty_url)


def test_upgrade_twice_changes_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)
    migrate.check(database_url)


def test_upgrades_at_once_all_succeed(empty_url: str) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(migrate.upgrade, [empty_url] * 3))
    migrate.check(empty_url)


def test_schema_of_a_later_release_is_neither_used_nor_touched(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE shoal.alembic_version SET version_num = '9999_future'")
    with pytest.raises(migrate.SchemaTooNew, match="9999_future"):
        migrate.check(database_url)
    with pytest.raises(migrate.SchemaTooNew):
        migrate.upgrade(database_url)


def test_old_server_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST_SERVER", 99)
    with pytest.raises(migrate.ServerTooOld, match="PostgreSQL 18; Shoal needs 99"):
        migrate.check(database_url)


def test_procrastinate_has_a_schema_of_its_own(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%%' GROUP BY 1", []
        ).fetchall()
    assert tables == [("procrastinate",)]
