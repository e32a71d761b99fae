"""Comments, read. They are written with their issue, by `store.apply`."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.domain.comment import Comment
from shoal.store.db import Transaction

LIST = """
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
  FROM comment
 WHERE org_id = %(org)s AND issue_id = %(issue)s AND id > %(after)s
 ORDER BY id LIMIT %(limit)s"""


async def list_after(tx: Transaction, issue_id: int, *, after: int = 0, limit: int) -> list[Comment]:
    """Comments of an issue after this one, oldest first."""
    return await tx.rows(LIST, {"issue": issue_id, "after": after, "limit": limit}, into=Comment)


COUNT = "SELECT count(*) FROM comment WHERE org_id = %(org)s AND issue_id = %(issue)s"

NEWEST = """
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
  FROM comment
 WHERE org_id = %(org)s AND issue_id = %(issue)s
 ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s"""


async def newest(tx: Transaction, issue_id: int, *, limit: int, offset: int) -> tuple[list[Comment], int]:
    """A page of an issue's comments, newest first, and how many there are."""
    page = await tx.rows(NEWEST, {"issue": issue_id, "limit": limit, "offset": offset}, into=Comment)
    return page, int(await tx.value(COUNT, {"issue": issue_id}))


ISSUE_OF = """
SELECT c.issue_id FROM comment c JOIN issue i ON i.org_id = %(org)s AND i.id = c.issue_id
 WHERE c.org_id = %(org)s AND c.id = %(id)s AND i.queue_id = ANY(%(readable)s)"""


async def issue_of(tx: Transaction, comment_id: int, *, readable: Sequence[int]) -> int | None:
    """The issue on which the comment is, if it may be read."""
    found: int | None = await tx.value(ISSUE_OF, {"id": comment_id, "readable": list(readable)})
    return found


OF_ISSUES = """
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
  FROM unnest(%(issues)s::bigint[]) AS one (issue)
 CROSS JOIN LATERAL (SELECT * FROM comment WHERE org_id = %(org)s AND issue_id = one.issue ORDER BY id LIMIT %(each)s) c
 ORDER BY issue_id, id"""


async def of_issues(tx: Transaction, issue_ids: Sequence[int], *, each: int) -> list[Comment]:
    """The first comments of each of these issues."""
    return await tx.rows(OF_ISSUES, {"issues": list(issue_ids), "each": each}, into=Comment)


GET = """
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
  FROM comment WHERE org_id = %(org)s AND issue_id = %(issue)s AND id = %(id)s"""


async def find(tx: Transaction, issue_id: int, comment_id: int) -> Comment | None:
    return await tx.row(GET, {"issue": issue_id, "id": comment_id}, into=Comment)
