"""History by page, of all issues of a queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shoal.store import changelog
from shoal.store.db import Database, Transaction
from tests.world import World, make_issues, make_world

LIVED = """
INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, changes)
SELECT %(org)s, issue, now(), %(author)s, 'updated', 'api',
       CASE WHEN n %% 3 = 0 THEN '{}'
            ELSE jsonb_build_object('priority', jsonb_build_array(n, n + 1), 'summary', jsonb_build_array('a', 'b')) END
  FROM generate_series(1, %(times)s) AS n, unnest(%(issues)s::bigint[]) AS issue"""

READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'changelog'"


@dataclass(frozen=True)
class Queue:
    """A queue with a history."""

    world: World
    issues: list[int]
    tx: Transaction

    async def live(self, times: int, issues: list[int] | None = None) -> None:
        """Each of the issues changes so many times more."""
        author = self.world.rosa.user_id
        await self.tx.run(LIVED, {"issues": issues or self.issues, "author": author, "times": times})

    async def page(self, *, limit: int, offset: int = 0) -> tuple[list[tuple[int, list[str]]], int]:
        """Each row as the entry's id and the fields, and the total."""
        entries, total = await changelog.newest_of_queue(
            self.tx, self.world.test, start=None, end=None, limit=limit, offset=offset
        )
        return [(entry.id, list(entry.changes)) for entry in entries], total


@pytest.fixture
async def queue(database_url: str) -> AsyncIterator[Queue]:
    db = Database(database_url)
    await db.open()
    world = await make_world(db)
    issues = await make_issues(db, world, 20)
    async with db.transaction(world.org_id) as tx:
        await tx.run("DELETE FROM changelog WHERE org_id = %(org)s")
        yield Queue(world, issues, tx)
    await db.close()


async def test_a_page_of_a_long_history_does_not_read_it_all(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelog, "COUNTED_AHEAD", 100)
    await queue.live(3000)  # 60,000 entries
    before = await queue.tx.value(READ)
    page, total = await queue.page(limit=10)
    assert (len(page), total) == (10, 110)
    assert await queue.tx.value(READ) - before < 3000


async def test_what_did_not_change_of_late_is_not_read(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelog, "COUNTED_AHEAD", 2)
    await queue.live(100)
    await queue.live(1, queue.issues[:8])
    before = await queue.tx.value(READ)
    await queue.page(limit=2)
    assert await queue.tx.value(READ) - before < 200  # of 2,008


@pytest.mark.parametrize("ahead", [1, 30, 1000])
async def test_pages_hold_every_row_once_whatever_is_counted(
    queue: Queue, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changelog, "COUNTED_AHEAD", ahead)
    await queue.live(4)
    await queue.live(5, queue.issues[3:5])
    ids = "SELECT id, changes FROM changelog WHERE org_id = %(org)s ORDER BY id DESC"
    expected = [
        (id_, [field] if field else [])
        for id_, changes in await queue.tx.tuples(ids)
        for field in sorted(changes) or [None]
    ]
    paged: list[tuple[int, list[str]]] = []
    total = 1  # until the first page tells
    while len(paged) < total:
        page, total = await queue.page(limit=7, offset=len(paged))
        paged += page
        assert total == min(len(expected), len(paged) + ahead)
    assert paged == expected


async def test_beyond_the_last_page_the_total_is_still_told(queue: Queue) -> None:
    await queue.live(2)
    assert await queue.page(limit=10, offset=2**63 - 1) == ([], 80)


async def test_nothing_happened_yet(queue: Queue) -> None:
    assert await queue.page(limit=10) == ([], 0)
