"""A database of the operator's own, in a cluster of several, whose owner may do nothing special. The role shoal_app is
there already and is another's."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from shoal.actions import bulk
from shoal.domain.bulk import Listed, NewBulkChange, State, Update
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Patch, Set
from shoal.engine.chunk import run_chunk
from shoal.store import migrate
from shoal.store.db import Database
from tests import database
from tests.world import make_issues, make_world

NAME = f"plain_{secrets.token_hex(4)}"
PASSWORD = secrets.token_hex(8)

GRANTED = """
SELECT count(*) FROM information_schema.role_table_grants
 WHERE table_schema IN ('shoal', 'procrastinate') AND grantee = 'shoal_app'"""


def as_owner(url: str) -> str:
    """The same database, entered as its owner."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{NAME}:{quote(PASSWORD)}@{host}"))


@pytest.fixture
def owner(postgres_url: str) -> Iterator[sql.Identifier]:
    role = sql.Identifier(NAME)
    create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD {}")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(create.format(role, sql.Literal(PASSWORD)))
        yield role
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def url(postgres_url: str, template_database: str, owner: sql.Identifier) -> Iterator[str]:
    """Upgraded by its owner. The template was made by a superuser of the same cluster, and shoal_app with it."""
    with database.database(postgres_url) as empty:
        with psycopg.connect(empty, autocommit=True) as connection:
            name = sql.Identifier(urlsplit(empty).path.removeprefix("/"))
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
        migrate.upgrade(as_owner(empty))
        yield as_owner(empty)


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    opened = Database(url, max_size=2)
    await opened.open()
    yield opened
    await opened.close()


def test_the_other_ones_role_gets_nothing(url: str) -> None:
    migrate.check(url)
    with psycopg.connect(url) as connection:
        assert connection.execute(GRANTED).fetchone() == (0,)


async def test_the_owner_sees_nothing_of_another_organisation(db: Database) -> None:
    world = await make_world(db)
    await make_issues(db, world, 3)
    for org_id, seen in ((world.org_id, 3), (world.other_org_id, 0), (None, 0)):
        async with db.transaction(org_id) as tx:
            assert await tx.value("SELECT current_user") == NAME
            assert await tx.value("SELECT count(*) FROM issue") == seen


async def test_a_bulk_change_runs(db: Database) -> None:
    world = await make_world(db)
    made = await make_issues(db, world, 5)
    selection = Listed(tuple(IssueRef(str(it), id=it) for it in made))
    change = await bulk.submit(db, world.rosa, NewBulkChange(selection, Update(Patch({"priority": Set("blocker")}))))
    while await run_chunk(db, world.org_id, change.id):
        pass
    ended = await bulk.get(db, world.rosa, change.id)
    assert (ended.state, ended.changed) == (State.COMPLETE, 5)


def test_what_the_server_refuses_is_told(postgres_url: str, owner: sql.Identifier, database_url: str) -> None:
    """Not the owner of the schema; not even of the database."""
    with pytest.raises(migrate.Refused, match="permission denied for schema shoal"):
        migrate.check(as_owner(database_url))
    with database.database(postgres_url) as empty, pytest.raises(migrate.Refused, match="cannot be upgraded"):
        migrate.upgrade(as_owner(empty))
