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


# A tracker in little, in the words of the first revision.
LITTLE = """
INSERT INTO organisation (id, name) VALUES (1, 'Reef');
INSERT INTO users (org_id, id, login) VALUES (1, 1, 'rosa');
INSERT INTO catalogue (org_id, id, kind, key, name, category) VALUES
    (1, 1, 'type', 'bug', '{"en": "Bug"}', NULL), (1, 2, 'status', 'open', '{"en": "Open"}', 'new'),
    (1, 3, 'priority', 'normal', '{"en": "Normal"}', NULL);
INSERT INTO queue (org_id, id, key, name, default_type_id, default_priority_id) VALUES (1, 1, 'TEST', 'Testing', 1, 3);
INSERT INTO board (org_id, id, name, queue_id) VALUES (1, 1, 'Board', 1);
INSERT INTO sprint (org_id, id, board_id, name) VALUES (1, 1, 1, 'Sprint');
INSERT INTO field (org_id, id, key, name, kind) VALUES (1, 1, 'bay', '{"en": "Bay"}', 'string');
INSERT INTO issue (org_id, id, queue_id, number, type_id, status_id, priority_id, author_id, updated_by, summary,
                   custom)
     SELECT 1, n, 1, n, 1, 2, 3, 1, 1, 'Issue ' || n, '{"1": "x"}' FROM generate_series(1, 100) AS n;
INSERT INTO issue_text (org_id, issue_id, search) SELECT 1, id, search_vector(summary, '') FROM issue;
INSERT INTO comment (org_id, issue_id, author_id, updated_by, text) SELECT 1, id, 1, 1, 'Said' FROM issue;
INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, changes)
     SELECT 1, id, now(), 1, 'created', 'api', '{}' FROM issue"""

KEPT = """
SELECT (SELECT count(*) FROM issue WHERE custom = '{"1": "x"}'), (SELECT count(*) FROM comment),
       (SELECT count(*) FROM changelog), (SELECT name FROM sprint), (SELECT key FROM queue)"""


@pytest.mark.parametrize("revision", migrate.REVISIONS)
def test_data_of_every_earlier_schema_is_kept(empty_url: str, revision: str) -> None:
    migrate.upgrade(empty_url, revision)
    options = "-c search_path=shoal"
    with psycopg.connect(empty_url, options=options) as connection:
        connection.execute(LITTLE)
    migrate.upgrade(empty_url)
    migrate.check(empty_url)
    with psycopg.connect(empty_url, options=options) as connection:
        assert connection.execute(KEPT).fetchone() == (100, 100, 100, "Sprint", "TEST")


# Operations as the release before left them: one to be cancelled, one that was, one that had ended.
ASKED = """
INSERT INTO bulk_change (org_id, id, author_id, change, cancel, state, total, skipped, started_at, finished_at) VALUES
    (1, 1, 1, '{"kind": "update"}', true, 'running', 2, 0, now(), NULL),
    (1, 2, 1, '{"kind": "update"}', true, 'cancelled', 2, 2, now(), now()),
    (1, 3, 1, '{"kind": "update"}', false, 'complete', 0, 0, now(), now())"""


def test_what_was_to_be_cancelled_still_is(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0003_outbox")
    with psycopg.connect(empty_url, options="-c search_path=shoal") as connection:
        connection.execute(LITTLE)
        connection.execute(ASKED)
    migrate.upgrade(empty_url)
    with psycopg.connect(empty_url, options="-c search_path=shoal") as connection:
        assert connection.execute("SELECT wanted FROM bulk_change ORDER BY id").fetchall() == [
            ("cancel",),
            (None,),
            (None,),
        ]


SHAPE = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
 WHERE table_schema = 'shoal' ORDER BY 1, 2"""


def test_a_fresh_install_is_what_the_steps_lead_to(database_url: str, empty_url: str) -> None:
    for revision in migrate.REVISIONS:
        migrate.upgrade(empty_url, revision)
    shapes = []
    for url in (database_url, empty_url):
        with psycopg.connect(url) as connection:
            shapes.append(connection.execute(SHAPE).fetchall())
    assert shapes[0] == shapes[1]


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
