"""A database of the operator's own, in a cluster of several, whose owner may do nothing special. The role shoal_app is
there already and is another's."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from typing import LiteralString
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from shoal.actions import bulk
from shoal.dialects.yandex.query import parse
from shoal.domain.bulk import Listed, NewBulkChange, State, Update
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Patch, Set
from shoal.engine.chunk import run_chunk
from shoal.store import migrate, search
from shoal.store.db import Database
from tests import database
from tests.store.searched import NOW
from tests.store.test_search_plans import MANY
from tests.world import make_issues, make_world

NAME = f"plain_{secrets.token_hex(4)}"
PASSWORD = secrets.token_hex(8)

SAY = """
INSERT INTO comment (org_id, issue_id, author_id, text, updated_by)
VALUES (%(org)s, %(id)s, %(author)s, 'The needle was said', %(author)s)"""

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


EXPLAIN = "EXPLAIN SELECT issue_id FROM "
SET_WORDS = "SELECT set_config('shoal.words', %(words)s, true)"


@pytest.mark.parametrize(
    ("relation", "index"), [("issue_match", "issue_text_search_idx"), ("comment_match", "comment_search_idx")]
)
async def test_words_are_found_by_index_and_of_ones_own_organisation_only(
    db: Database, url: str, relation: LiteralString, index: str
) -> None:
    world = await make_world(db)
    (needle,) = await make_issues(db, world, 1, summary="Needle")
    async with db.transaction(world.org_id) as tx:
        await tx.run(MANY, {"id": needle, "author": world.rosa.user_id})
        await tx.run(SAY, {"id": needle, "author": world.rosa.user_id})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE shoal.issue_text, shoal.comment")
    for org_id, words, found in (
        (world.org_id, "'needl'", {needle}),
        (world.org_id, "", set()),
        (world.other_org_id, "'needl'", set()),
        (None, "'needl'", set()),
    ):
        async with db.transaction(org_id) as tx:
            await tx.run(SET_WORDS, {"words": words})
            assert set(await tx.tuples("SELECT issue_id FROM " + relation)) == {(issue,) for issue in found}
            plan = "\n".join(row[0] for row in await tx.tuples(EXPLAIN + relation))
            assert index in plan
            assert "Seq Scan on issue_text" not in plan
            assert "Seq Scan on comment " not in plan


@pytest.mark.parametrize("query", ["needle", "Summary: needle", "Comment: needle", "needle Comment: said"])
async def test_a_search_finds_what_it_finds_with_a_superuser(db: Database, query: str) -> None:
    world = await make_world(db)
    (needle, _) = await make_issues(db, world, 1, summary="Needle") + await make_issues(db, world, 1)
    async with db.transaction(world.org_id) as tx:
        await tx.run(SAY, {"id": needle, "author": world.rosa.user_id})
        found = await search.prepare(tx, world.rosa, parse(query), readable=[world.test], now=NOW)
        assert await tx.value(search.COUNT.format(found.where), found.params) == 1


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
