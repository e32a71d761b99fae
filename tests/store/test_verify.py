"""`store.verify`: a sound database passes; each invariant, once broken, is named."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest

from shoal.actions import apply, bulk
from shoal.domain.bulk import Listed, Move, NewBulkChange, Update
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Adjust, NewComment, Patch, Set
from shoal.engine.chunk import run_chunk
from shoal.store import verify
from shoal.store.db import Database
from tests.world import World, make_issues, make_world

BREAK = {
    verify.HISTORY: "UPDATE issue SET tags = '{lost}'",
    verify.ENTRIES_WITHOUT_ISSUE: "UPDATE changelog SET issue_id = 999999 WHERE kind = 'created'",
    verify.COMMENTS_WITHOUT_ISSUE: "UPDATE comment SET issue_id = 999999",
    verify.TALLY: """ALTER TABLE bulk_change DROP CONSTRAINT bulk_change_complete_check;
                     UPDATE bulk_change SET total = total + 1""",
    verify.CHANGED: "UPDATE bulk_change SET changed = changed - 1, unchanged = unchanged + 1 WHERE changed > 0",
    verify.FAILURES: "UPDATE bulk_change SET changed = changed - 1, failed = failed + 1 WHERE changed > 0",
    verify.CHUNKS: "UPDATE bulk_chunk SET done_at = NULL",
    verify.SELECTED_ONCE: """INSERT INTO bulk_chunk (org_id, bulk_id, n, ids, versions)
                             SELECT org_id, bulk_id, 99 + n, ids, versions FROM bulk_chunk""",
    verify.ONE_OUTCOME: """INSERT INTO bulk_failure (org_id, bulk_id, issue_id, problems)
                           SELECT org_id, bulk_id, issue_id, '[]' FROM changelog WHERE bulk_id IS NOT NULL""",
    verify.JOBS: "UPDATE procrastinate_jobs SET status = 'failed', queueing_lock = NULL",
    verify.ALIASES: "UPDATE issue_alias SET issue_id = 999999",
    verify.CATALOGUES: "UPDATE issue SET resolution_id = type_id, resolved_at = now()",
    verify.USERS: "UPDATE issue SET followers = '{999999}'",
    verify.QUEUES: "UPDATE issue SET queue_id = 999999, number = id",
    verify.COMPONENTS: "UPDATE issue SET components = ARRAY(SELECT id FROM component WHERE name = 'Interface')",
    verify.VERSIONS: "UPDATE issue SET fix_versions = '{999999}'",
    verify.SPRINTS: "UPDATE issue SET sprints = '{999999}'",
    verify.AREAS: "UPDATE issue SET area_id = 999999",
    verify.PARENTS: "UPDATE issue SET parent_id = 999999",
    verify.CIRCLES: """UPDATE issue SET parent_id = CASE id WHEN least_id THEN most_id ELSE least_id END
                         FROM (SELECT min(id) AS least_id, max(id) AS most_id FROM issue) AS ends""",
    verify.TEXTS: "UPDATE issue_text SET search = ''",
    verify.OUTBOX: "UPDATE outbox SET entry_id = 999999 WHERE entry_id IS NOT NULL",
}


@pytest.fixture
async def used(database_url: str) -> AsyncIterator[tuple[Database, World]]:
    """A database with an edit, a move, and two bulk changes, of which one has not begun."""
    db = Database(database_url)
    await db.open()
    world = await make_world(db)
    made = await make_issues(db, world, 4)
    async with db.transaction(world.org_id) as tx:
        await apply.one(tx, world.rosa, made[0], Update(Patch({"description": Set("Coral")}, NewComment("Seen"))))
        await apply.one(tx, world.rosa, made[1], Move(world.demo))
    for tag in ("first", "second"):
        selection = Listed(tuple(IssueRef(str(issue), id=issue) for issue in made))
        new = NewBulkChange(selection, Update(Patch({"tags": Adjust(add=(tag,))})))
        submitted = await bulk.submit(db, world.rosa, new, chunk_size=2)
        while tag == "first" and await run_chunk(db, world.org_id, submitted.id):
            pass
    yield db, world
    await db.close()


def test_each_invariant_is_broken_by_a_test() -> None:
    assert set(BREAK) == set(verify.INVARIANTS.values())


async def test_a_database_in_use_is_sound(used: tuple[Database, World], database_url: str) -> None:
    assert list(verify.verify(database_url)) == []


@pytest.mark.parametrize("invariant", verify.INVARIANTS)
async def test_a_broken_invariant_is_named(used: tuple[Database, World], database_url: str, invariant: str) -> None:
    _, world = used
    with psycopg.connect(database_url) as connection:
        connection.execute("SET search_path = shoal, procrastinate, public")
        connection.execute(BREAK[verify.INVARIANTS[invariant]])
    found = [broken for broken in verify.verify(database_url) if broken.invariant == invariant]
    assert [(broken.org_id, bool(broken.count), bool(broken.ids)) for broken in found] == [(world.org_id, True, True)]
