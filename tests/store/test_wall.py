"""The wall between organisations, after what a restored dump or an operator's hand can leave of it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from shoal.domain.errors import Unavailable
from shoal.store import migrate, wall
from shoal.store.db import Database
from tests.world import make_issues, make_world

MATCH = "pg_catalog.ts_match_vq(tsvector, tsquery)"
IS_LEAKPROOF = f"SELECT proleakproof FROM pg_proc WHERE oid = '{MATCH}'::regprocedure"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, max_size=2)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def no_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The cluster has not got the role, as after a dump was restored there. Another name does the same, and leaves the
    role to the other tests of this cluster."""
    name = f"shoal_app_{secrets.token_hex(4)}"
    script = tmp_path / "wall.sql"
    script.write_text(wall.SCRIPT.read_text().replace("shoal_app", name))
    monkeypatch.setattr(wall, "SCRIPT", script)
    monkeypatch.setattr(wall, "APP_ROLE", name.encode())
    monkeypatch.setattr(wall, "SESSION", wall.SESSION.replace("shoal_app", name))
    return name


@pytest.fixture
def dropped_role(no_role: str, database_url: str) -> Iterator[str]:
    yield no_role
    run(database_url, f"DROP OWNED BY {no_role}", f"DROP ROLE {no_role}")


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.usefixtures("no_role")
async def test_without_the_role_nothing_is_read_and_the_check_fails(database_url: str, db: Database) -> None:
    with pytest.raises(migrate.NotWalled, match=r"issue, .*shoal db upgrade"):
        migrate.check(database_url)
    for org_id in (1, None):
        with pytest.raises(Unavailable):
            async with db.transaction(org_id):
                pass


async def test_upgrade_makes_the_role_and_its_grants_anew(database_url: str, dropped_role: str) -> None:
    migrate.upgrade(database_url)
    migrate.check(database_url)
    db = Database(database_url, max_size=1)
    await db.open()
    world = await make_world(db)
    await make_issues(db, world, 3)
    for org_id, seen in ((world.org_id, 3), (world.other_org_id, 0), (None, 0)):
        async with db.transaction(org_id) as tx:
            assert await tx.value("SELECT current_user") == dropped_role
            assert await tx.value("SELECT count(*) FROM issue") == seen
    await db.close()


async def test_role_that_goes_while_the_server_runs_lets_nothing_through(db: Database) -> None:
    async with db.transaction(1) as tx:
        assert await tx.value("SELECT current_user") == "shoal_app"
    async with db.pool.connection() as connection:
        connection.role = b"shoal_gone"
    with pytest.raises(Unavailable):
        async with db.transaction(1):
            pass


@pytest.mark.parametrize(
    "breach",
    [
        "ALTER TABLE shoal.outbox DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE shoal.fresh (org_id bigint)",
        "REVOKE ALL ON shoal.outbox FROM shoal_app",
    ],
)
def test_open_table_is_seen_and_closed_by_an_upgrade(database_url: str, breach: str) -> None:
    run(database_url, breach)
    with pytest.raises(migrate.NotWalled, match=r"on: (outbox|fresh)"):
        migrate.check(database_url)
    migrate.upgrade(database_url)
    migrate.check(database_url)


def test_upgrade_marks_the_match_leakproof_anew(database_url: str) -> None:
    run(database_url, f"ALTER FUNCTION {MATCH} NOT LEAKPROOF")
    migrate.upgrade(database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute(IS_LEAKPROOF.encode()).fetchone() == (True,)


def test_upgrade_waits_for_nobody_when_nothing_is_to_be_done(database_url: str) -> None:
    """Readers hold their locks for as long as they read."""
    with psycopg.connect(database_url) as reader:
        reader.execute("SELECT FROM shoal.issue")
        migrate.upgrade(database_url)
