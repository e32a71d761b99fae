"""The history of issues: read a page at a time, and written for what does not go through `store.apply`."""

from __future__ import annotations

from collections.abc import Sequence
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


# A row for each field that changed, and one for an entry in which none did.
COUNT_OF_QUEUE = """
SELECT count(*)
  FROM changelog l JOIN issue i ON i.org_id = %(org)s AND i.id = l.issue_id
  LEFT JOIN LATERAL jsonb_object_keys(l.changes) ON true
 WHERE l.org_id = %(org)s AND i.queue_id = %(queue)s
   AND (%(start)s::timestamptz IS NULL OR l.at >= %(start)s) AND (%(end)s::timestamptz IS NULL OR l.at < %(end)s)"""

NEWEST_OF_QUEUE = """
SELECT l.id, l.issue_id, l.at, l.author_id, l.kind, l.via, l.bulk_id, l.comment_id, c.text AS comment,
       CASE WHEN changed.key IS NULL THEN '{}' ELSE jsonb_build_object(changed.key, changed.value) END AS changes
  FROM changelog l JOIN issue i ON i.org_id = %(org)s AND i.id = l.issue_id
  LEFT JOIN comment c ON c.org_id = %(org)s AND c.issue_id = l.issue_id AND c.id = l.comment_id
  LEFT JOIN LATERAL jsonb_each(l.changes) AS changed ON true
 WHERE l.org_id = %(org)s AND i.queue_id = %(queue)s
   AND (%(start)s::timestamptz IS NULL OR l.at >= %(start)s) AND (%(end)s::timestamptz IS NULL OR l.at < %(end)s)
 ORDER BY l.id DESC, changed.key LIMIT %(limit)s OFFSET %(offset)s"""


async def newest_of_queue(
    tx: Transaction, queue_id: int, *, start: datetime | None, end: datetime | None, limit: int, offset: int
) -> tuple[list[Entry], int]:
    """A page of what happened to the issues of a queue, newest first, and how much there is: an entry is parted into
    one for each field that changed."""
    params = {"queue": queue_id, "start": start, "end": end}
    page = await tx.rows(NEWEST_OF_QUEUE, {**params, "limit": limit, "offset": offset}, into=Entry)
    return page, int(await tx.value(COUNT_OF_QUEUE, params))
