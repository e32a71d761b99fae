"""What the planner does with a search among many issues."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg import sql

from shoal.dialects.yandex.query import parse
from shoal.store import search
from shoal.store.db import Database
from tests.store.searched import NOW, Finder, Place
from tests.world import make_issues, make_world

MANY = """
WITH made AS (
    INSERT INTO issue (org_id, queue_id, number, type_id, status_id, priority_id, author_id, updated_by, summary)
    SELECT org_id, queue_id, 10000 + n, type_id, status_id, priority_id, author_id, updated_by, 'Pearl ' || md5(n::text)
      FROM issue, generate_series(1, 20000) AS n WHERE org_id = %(org)s AND id = %(id)s
    RETURNING id, summary
), commented AS (
    INSERT INTO comment (org_id, issue_id, author_id, text, updated_by)
    SELECT %(org)s, id, %(author)s, summary, %(author)s FROM made
)
INSERT INTO issue_text (org_id, issue_id, search) SELECT %(org)s, id, search_vector(summary, '') FROM made"""


@pytest.fixture
async def crowd(database_url: str) -> AsyncIterator[Finder]:
    db = Database(database_url)
    await db.open()
    world = await make_world(db)
    (id_,) = await make_issues(db, world, 1, summary="Needle")
    async with db.transaction(world.org_id) as tx:
        await tx.run(MANY, {"id": id_, "author": world.rosa.user_id})
    async with db.pool.connection() as connection:
        await connection.execute("ANALYZE shoal.issue, shoal.issue_text, shoal.comment")
    yield Finder(db, Place(database_url, world, {id_: "a"}, {}))
    await db.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("Key: TEST-1", "issue_pkey"),
        ("Summary: needle", "issue_text_search_idx"),
        ("needle", "issue_text_search_idx"),
        ("Comment: needle", "comment_search_idx"),
    ],
)
async def test_key_and_text_are_found_by_index(crowd: Finder, query: str, index: str) -> None:
    world = crowd.place.world
    async with crowd.db.transaction(world.org_id) as tx:
        found = await search.prepare(tx, world.rosa, parse(query), readable=[world.test, world.demo], now=NOW)
        rows = await tx.tuples(sql.SQL("EXPLAIN ") + search.COUNT.format(found.where), found.params)
    plan = "\n".join(row[0] for row in rows)
    assert index in plan
    assert "Seq Scan" not in plan
