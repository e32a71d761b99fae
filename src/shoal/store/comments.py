"""Comments. Each change of one is an entry of the issue's history, and raises the issue's version, in one statement."""

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


ISSUE_OF = "SELECT issue_id FROM comment WHERE org_id = %(org)s AND id = %(id)s"


async def issue_of(tx: Transaction, comment_id: int) -> int | None:
    """The issue on which the comment is."""
    found: int | None = await tx.value(ISSUE_OF, {"id": comment_id})
    return found


OF_ISSUES = """
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
  FROM comment WHERE org_id = %(org)s AND issue_id = ANY(%(issues)s) ORDER BY issue_id, id"""


async def of_issues(tx: Transaction, issue_ids: Sequence[int]) -> list[Comment]:
    """All comments of these issues."""
    return await tx.rows(OF_ISSUES, {"issues": list(issue_ids)}, into=Comment)


GET = """
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
  FROM comment WHERE org_id = %(org)s AND issue_id = %(issue)s AND id = %(id)s"""


async def find(tx: Transaction, issue_id: int, comment_id: int) -> Comment | None:
    return await tx.row(GET, {"issue": issue_id, "id": comment_id}, into=Comment)


INSERT_FOR_NEW = """
INSERT INTO comment (org_id, issue_id, author_id, updated_by, text, summonees)
VALUES (%(org)s, %(issue)s, %(author)s, %(author)s, %(text)s, %(summonees)s) RETURNING id"""


async def insert_for_new(tx: Transaction, issue_id: int, *, author_id: int, text: str, summonees: Sequence[int]) -> int:
    """The comment that an issue is made with; its history is the issue's first entry."""
    params = {"issue": issue_id, "author": author_id, "text": text, "summonees": list(summonees)}
    comment_id: int = await tx.value(INSERT_FOR_NEW, params)
    return comment_id


INSERT = """
WITH said AS (
    INSERT INTO comment (org_id, issue_id, author_id, updated_by, text, summonees)
    VALUES (%(org)s, %(issue)s, %(author)s, %(author)s, %(text)s, %(summonees)s)
    RETURNING id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
), raised AS (
    UPDATE issue SET version = version + 1, updated_at = now(), updated_by = %(author)s, last_comment_at = now()
     WHERE org_id = %(org)s AND id = %(issue)s
), noted AS (
    INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, comment_id, changes)
    SELECT %(org)s, %(issue)s, now(), %(author)s, 'comment_added', %(via)s, id, '{}' FROM said
)
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version FROM said"""


async def insert(
    tx: Transaction, issue_id: int, *, author_id: int, text: str, summonees: Sequence[int], via: str
) -> Comment:
    params = {"issue": issue_id, "author": author_id, "text": text, "summonees": list(summonees), "via": via}
    return (await tx.rows(INSERT, params, into=Comment))[0]


UPDATE = """
WITH said AS (
    UPDATE comment SET text = %(text)s, summonees = %(summonees)s, updated_at = now(), updated_by = %(author)s,
           version = version + 1
     WHERE org_id = %(org)s AND issue_id = %(issue)s AND id = %(id)s
    RETURNING id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version
), raised AS (
    UPDATE issue SET version = version + 1, updated_at = now(), updated_by = %(author)s, last_comment_at = now()
     WHERE org_id = %(org)s AND id = %(issue)s
), noted AS (
    INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, comment_id, changes)
    SELECT %(org)s, %(issue)s, now(), %(author)s, 'comment_updated', %(via)s, id, '{}' FROM said
)
SELECT id, issue_id, author_id, text, summonees, created_at, updated_at, updated_by, version FROM said"""


async def update(
    tx: Transaction, comment: Comment, *, author_id: int, text: str, summonees: Sequence[int], via: str
) -> Comment:
    """Give the comment another text; the caller has locked its issue."""
    params = {
        "issue": comment.issue_id,
        "id": comment.id,
        "author": author_id,
        "text": text,
        "summonees": list(summonees),
        "via": via,
    }
    return (await tx.rows(UPDATE, params, into=Comment))[0]


DELETE = """
WITH unsaid AS (
    DELETE FROM comment WHERE org_id = %(org)s AND issue_id = %(issue)s AND id = %(id)s RETURNING id
), raised AS (
    UPDATE issue SET version = version + 1, updated_at = now(), updated_by = %(author)s
     WHERE org_id = %(org)s AND id = %(issue)s
)
INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, comment_id, changes)
SELECT %(org)s, %(issue)s, now(), %(author)s, 'comment_removed', %(via)s, id, '{}' FROM unsaid"""


async def delete(tx: Transaction, comment: Comment, *, author_id: int, via: str) -> None:
    params = {"issue": comment.issue_id, "id": comment.id, "author": author_id, "via": via}
    await tx.run(DELETE, params)
