"""Issues and comments in masses: COPY into a temporary table, then one statement for each table they go to.

Row-level security allows no COPY into a table behind it, so the rows take this step to the side; it costs a tenth of
what their search vectors do. Nothing is checked here but what the schema checks: ids and values are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from shoal.domain.errors import Conflict, Invalid
from shoal.domain.patch import Stored
from shoal.store.db import Transaction

REFUSALS: tuple[type[Exception], ...] = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    Conflict,
    Invalid,
)
"""What a row among many may be refused with; anything else is not the rows' fault."""


@dataclass(frozen=True, slots=True)
class LoadedIssue:
    """A row of the table `issue` without its id and number. The fields from `description` on go to other tables."""

    type_id: int
    status_id: int
    priority_id: int
    resolution_id: int | None
    author_id: int
    assignee_id: int | None
    updated_by: int
    resolver_id: int | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    status_since: datetime
    parent_id: int | None
    epic_id: int | None
    deadline: date | None
    story_points: float | None
    summary: str
    tags: list[str]
    components: list[int]
    fix_versions: list[int]
    affected_versions: list[int]
    sprints: list[int]
    description: str
    history: Sequence[LoadedChange]
    comments: Sequence[LoadedComment] = ()
    source: str | None = None
    """The issue's key where it comes from; with it goes `digest`, the SHA-256 of its record there."""
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class LoadedChange:
    """A row of the changelog."""

    at: datetime
    author_id: int
    kind: str
    changes: Mapping[str, Sequence[Stored | Sequence[Stored] | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadedComment:
    author_id: int
    text: str
    created_at: datetime
    updated_at: datetime
    source: str | None = None
    """The comment's id where it comes from: a second one with it is passed over."""


async def issues(tx: Transaction, queue_id: int, rows: Sequence[LoadedIssue]) -> int:
    """Insert issues with their texts, comments and history; the number of the first, that after the queue's last."""
    if not rows:
        return 0
    first = await tx.value(TAKE_NUMBERS, {"queue": queue_id, "count": len(rows)})
    ids = [row[0] for row in await tx.tuples(TAKE_IDS, {"count": len(rows)})]
    await _copy(tx, CREATE_ISSUES, COPY_ISSUES, _issue_tuples(rows, ids, first))
    for statement in (INSERT_ISSUES, INSERT_TEXTS, INSERT_ORIGINS):
        await tx.run(statement, {"queue": queue_id})
    await _insert_history(tx, ids, rows)
    await _insert_comments(tx, [(issue_id, it) for issue_id, row in zip(ids, rows, strict=True) for it in row.comments])
    await tx.run(DROP)
    return int(first)


async def comments(tx: Transaction, rows: Sequence[tuple[int, LoadedComment]]) -> int:
    """Insert comments of issues that are there, each under its issue's id; how many were new."""
    if not rows:
        return 0
    await tx.run(LOCK_ISSUES, {"ids": sorted({issue_id for issue_id, _ in rows})})
    count = await _insert_comments(tx, rows)
    await tx.run(TOUCH_ISSUES)
    await tx.run(DROP)
    return count


TAKE_NUMBERS = """
UPDATE queue SET last_number = last_number + %(count)s
 WHERE org_id = %(org)s AND id = %(queue)s
RETURNING last_number - %(count)s + 1"""

TAKE_IDS = """
SELECT nextval(pg_get_serial_sequence('issue', 'id')) FROM generate_series(1, %(count)s)"""

# In id order, as a chunk of a bulk change does: so the two cannot deadlock.
LOCK_ISSUES = """
SELECT id FROM issue WHERE org_id = %(org)s AND id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"""

# At once, not at the commit: one transaction may load twice.
DROP = "DROP TABLE IF EXISTS load_issue, load_change, load_comment"


# --- issues --------------------------------------------------------------------------------------------------------

# Of the row as it is given; up to the description they are the table's own, and the last comment's time with them.
GIVEN = tuple(column.name for column in fields(LoadedIssue) if column.name not in {"history", "comments"})
ROW = attrgetter(*GIVEN)

_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, ("last_comment_at", *GIVEN[: GIVEN.index("description")])))

CREATE_ISSUES = sql.SQL(
    """CREATE TEMPORARY TABLE load_issue AS
       SELECT id, number, {columns}, ''::text AS description, ''::text AS source, ''::bytea AS digest
         FROM issue WITH NO DATA"""
).format(columns=_COLUMNS)

COPY_ISSUES = sql.SQL("COPY load_issue (id, number, last_comment_at, {columns}) FROM STDIN").format(
    columns=sql.SQL(", ").join(map(sql.Identifier, GIVEN))
)


def _issue_tuples(rows: Sequence[LoadedIssue], ids: Sequence[int], first: int) -> Iterable[tuple[Any, ...]]:
    for number, (issue_id, row) in enumerate(zip(ids, rows, strict=True), start=first):
        last_comment_at = max((comment.created_at for comment in row.comments), default=None)
        yield (issue_id, number, last_comment_at, *ROW(row))


INSERT_ISSUES = sql.SQL(
    """INSERT INTO issue (org_id, queue_id, id, number, {columns})
       SELECT %(org)s, %(queue)s, id, number, {columns} FROM load_issue ORDER BY id"""
).format(columns=_COLUMNS)

INSERT_TEXTS = """
INSERT INTO issue_text (org_id, issue_id, description, search)
SELECT %(org)s, id, description, search_vector(summary, description) FROM load_issue ORDER BY id"""

INSERT_ORIGINS = """
INSERT INTO import_origin (org_id, queue_id, source, issue_id, digest)
SELECT %(org)s, %(queue)s, source, id, digest FROM load_issue WHERE source IS NOT NULL"""


# --- history -------------------------------------------------------------------------------------------------------

CREATE_CHANGES = sql.SQL(
    """CREATE TEMPORARY TABLE load_change (n integer, issue_id bigint, at timestamptz, author_id bigint, kind text,
                                           changes jsonb)"""
)
COPY_CHANGES = sql.SQL("COPY load_change (n, issue_id, at, author_id, kind, changes) FROM STDIN")

INSERT_CHANGES = """
INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, changes)
SELECT %(org)s, issue_id, at, author_id, kind, 'import', changes FROM load_change ORDER BY n"""


async def _insert_history(tx: Transaction, ids: Sequence[int], rows: Sequence[LoadedIssue]) -> None:
    changes = ((issue_id, change) for issue_id, row in zip(ids, rows, strict=True) for change in row.history)
    tuples = (
        (n, issue_id, change.at, change.author_id, change.kind, msgspec.json.encode(change.changes).decode())
        for n, (issue_id, change) in enumerate(changes)
    )
    await _copy(tx, CREATE_CHANGES, COPY_CHANGES, tuples)
    await tx.run(INSERT_CHANGES)


# --- comments ------------------------------------------------------------------------------------------------------

CREATE_COMMENTS = sql.SQL(
    """CREATE TEMPORARY TABLE load_comment (n integer, issue_id bigint, author_id bigint, text text,
                                            created_at timestamptz, updated_at timestamptz, source text)"""
)
COPY_COMMENTS = sql.SQL("COPY load_comment (n, issue_id, author_id, text, created_at, updated_at, source) FROM STDIN")

# The search vector is made before a conflict is seen, so those that are there already are left out beforehand.
INSERT_COMMENTS = """
INSERT INTO comment (org_id, issue_id, author_id, text, created_at, updated_at, updated_by, source)
SELECT %(org)s, issue_id, author_id, text, created_at, updated_at, author_id, source
  FROM load_comment
 WHERE source IS NULL OR NOT EXISTS (
           SELECT FROM comment here
            WHERE here.org_id = %(org)s AND here.issue_id = load_comment.issue_id AND here.source = load_comment.source)
 ORDER BY n
ON CONFLICT (org_id, issue_id, source) WHERE source IS NOT NULL DO NOTHING"""

TOUCH_ISSUES = """
UPDATE issue SET last_comment_at = latest.at
  FROM (SELECT issue_id, max(created_at) AS at FROM load_comment GROUP BY issue_id) latest
 WHERE issue.org_id = %(org)s AND issue.id = latest.issue_id
   AND (issue.last_comment_at IS NULL OR issue.last_comment_at < latest.at)"""


async def _insert_comments(tx: Transaction, rows: Sequence[tuple[int, LoadedComment]]) -> int:
    tuples = (
        (n, issue_id, row.author_id, row.text, row.created_at, row.updated_at, row.source)
        for n, (issue_id, row) in enumerate(rows)
    )
    await _copy(tx, CREATE_COMMENTS, COPY_COMMENTS, tuples)
    return await tx.run(INSERT_COMMENTS)


Composed = sql.SQL | sql.Composed


ANALYZE = "ANALYZE issue, issue_text, comment, changelog"


async def refresh_statistics(tx: Transaction) -> None:
    """Let the planner know of what came in, before it would see by itself: else it reads tables from end to end."""
    await tx.run(ANALYZE)


async def _copy(tx: Transaction, create: Composed, copy: Composed, rows: Iterable[tuple[Any, ...]]) -> None:
    await tx.run(create)
    async with tx.connection.cursor() as cursor, cursor.copy(copy) as stream:
        for row in rows:
            await stream.write_row(row)
