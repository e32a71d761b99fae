"""The history of issues: read a page at a time, and written for what does not go through `store.apply`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shoal.domain.changelog import ChangeKind, Entry
from shoal.store.db import Transaction

LIST = """
SELECT l.id, l.issue_id, l.at, l.author_id, l.kind, l.via, l.bulk_id, l.comment_id, c.text AS comment, l.changes
  FROM changelog l
  LEFT JOIN comment c ON c.org_id = %(org)s AND c.issue_id = l.issue_id AND c.id = l.comment_id
 WHERE l.org_id = %(org)s AND l.issue_id = %(issue)s AND l.id > %(after)s
   AND (%(field)s::text IS NULL OR l.changes ? %(field)s::text)
   AND (%(kinds)s::text[] IS NULL OR l.kind = ANY(%(kinds)s))
 ORDER BY l.id LIMIT %(limit)s"""


async def list_after(
    tx: Transaction,
    issue_id: int,
    *,
    after: int = 0,
    limit: int,
    field: str | None = None,
    kinds: Sequence[ChangeKind] | None = None,
) -> list[Entry]:
    """Entries after this one, oldest first; those that touch the field, of these kinds."""
    listed = [str(kind) for kind in kinds] if kinds is not None else None
    params = {"issue": issue_id, "after": after, "limit": limit, "field": field, "kinds": listed}
    return await tx.rows(LIST, params, into=Entry)


GET = """
SELECT l.id, l.issue_id, l.at, l.author_id, l.kind, l.via, l.bulk_id, l.comment_id, c.text AS comment, l.changes
  FROM changelog l
  LEFT JOIN comment c ON c.org_id = %(org)s AND c.issue_id = l.issue_id AND c.id = l.comment_id
 WHERE l.org_id = %(org)s AND l.issue_id = %(issue)s AND l.id = %(id)s"""


async def find(tx: Transaction, issue_id: int, entry_id: int) -> Entry | None:
    return await tx.row(GET, {"issue": issue_id, "id": entry_id}, into=Entry)


# --- newest first, by page -----------------------------------------------------------------------------------------

COUNT = "SELECT count(*) FROM changelog WHERE org_id = %(org)s AND issue_id = %(issue)s"

NEWEST = """
SELECT l.id, l.issue_id, l.at, l.author_id, l.kind, l.via, l.bulk_id, l.comment_id, c.text AS comment, l.changes
  FROM changelog l
  LEFT JOIN comment c ON c.org_id = %(org)s AND c.issue_id = l.issue_id AND c.id = l.comment_id
 WHERE l.org_id = %(org)s AND l.issue_id = %(issue)s
 ORDER BY l.id DESC LIMIT %(limit)s OFFSET %(offset)s"""


async def newest(tx: Transaction, issue_id: int, *, limit: int, offset: int) -> tuple[list[Entry], int]:
    """A page of an issue's entries, newest first, and how many there are."""
    page = await tx.rows(NEWEST, {"issue": issue_id, "limit": limit, "offset": offset}, into=Entry)
    return page, int(await tx.value(COUNT, {"issue": issue_id}))


# --- newest first, of all issues of a queue ------------------------------------------------------------------------

COUNTED_AHEAD = 10_000
"""The total of a page is exact while no more rows than this follow the page; else it says that so many do."""

# By the primary key alone: an index by queue is one that a bulk change would pay for with every issue. The last few
# entries of each issue tell how far back to go: where they are enough, nothing older than them is among the newest, and
# nothing older is read. An entry becomes a row for each field that changed; one in which none did becomes one.
NEWEST_OF_QUEUE = """
WITH latest AS (
    SELECT i.id AS issue_id, entry.id
      FROM issue i CROSS JOIN LATERAL (
               SELECT l.id FROM changelog l
                WHERE l.org_id = %(org)s AND l.issue_id = i.id
                  AND (%(start)s::timestamptz IS NULL OR l.at >= %(start)s)
                  AND (%(end)s::timestamptz IS NULL OR l.at < %(end)s)
                ORDER BY l.id DESC
                LIMIT (SELECT 1 + 2 * %(most)s / greatest(count(*), 1) FROM issue
                        WHERE org_id = %(org)s AND queue_id = %(queue)s)) AS entry
     WHERE i.org_id = %(org)s AND i.queue_id = %(queue)s
     ORDER BY entry.id DESC LIMIT %(most)s
), newest AS (
    SELECT entry.*
      FROM (SELECT DISTINCT issue_id FROM latest) AS touched CROSS JOIN LATERAL (
               SELECT l.* FROM changelog l
                WHERE l.org_id = %(org)s AND l.issue_id = touched.issue_id
                  AND l.id >= (SELECT CASE WHEN count(*) < %(most)s THEN 0 ELSE min(id) END FROM latest)
                  AND (%(start)s::timestamptz IS NULL OR l.at >= %(start)s)
                  AND (%(end)s::timestamptz IS NULL OR l.at < %(end)s)
                ORDER BY l.id DESC LIMIT %(most)s) AS entry
     ORDER BY entry.id DESC LIMIT %(most)s
), part AS (
    SELECT newest.*, changed.key AS field, changed.value AS change
      FROM newest LEFT JOIN LATERAL jsonb_each(newest.changes) AS changed ON true
     ORDER BY newest.id DESC, changed.key LIMIT %(most)s
), page AS (
    SELECT part.*, count(*) OVER () AS total FROM part ORDER BY id DESC, field LIMIT %(limit)s OFFSET %(offset)s
)
SELECT l.id, l.issue_id, l.at, l.author_id, l.kind, l.via, l.bulk_id, l.comment_id, c.text AS comment, l.total,
       CASE WHEN l.field IS NULL THEN '{}' ELSE jsonb_build_object(l.field, l.change) END AS changes
  FROM page l
  LEFT JOIN comment c ON c.org_id = %(org)s AND c.issue_id = l.issue_id AND c.id = l.comment_id
 ORDER BY l.id DESC, l.field"""


@dataclass(frozen=True, slots=True)
class CountedEntry(Entry):
    total: int


async def newest_of_queue(
    tx: Transaction, queue_id: int, *, start: datetime | None, end: datetime | None, limit: int, offset: int
) -> tuple[Sequence[Entry], int]:
    """A page of what happened to the issues of a queue, newest first, and how much there is (see COUNTED_AHEAD): an
    entry is parted into one for each field that changed."""
    params = {"queue": queue_id, "start": start, "end": end, "limit": limit, "offset": offset}
    most = min(offset + limit + COUNTED_AHEAD, 2**62 - 1)
    page = await tx.rows(NEWEST_OF_QUEUE, {**params, "most": most}, into=CountedEntry)
    if page or not offset:
        return page, page[0].total if page else 0
    return page, (await newest_of_queue(tx, queue_id, start=start, end=end, limit=1, offset=0))[1]
