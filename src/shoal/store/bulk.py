"""Bulk changes: their selection frozen into chunks, and what came of them. `running` is how they get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from psycopg.sql import SQL, Composed
from psycopg.types.json import Jsonb

from shoal.domain.bulk import BulkChange, NewBulkChange, Outcome
from shoal.domain.issue import IssueRef
from shoal.domain.problems import Problem
from shoal.store import changes
from shoal.store.db import Transaction

COLUMNS = SQL("""
    b.id, b.author_id, u.display AS author, b.state, b.kind, b.query, b.notify, b.wanted, b.total, b.changed,
    b.unchanged, b.failed, b.conflicted, b.skipped, b.chunks, b.chunks_done, b.error, b.created_at, b.started_at,
    b.finished_at""")


# --- making --------------------------------------------------------------------------------------------------------

INSERT = """
INSERT INTO bulk_change (org_id, author_id, token_id, change, query, notify, on_conflict, request_hash)
VALUES (%(org)s, %(author)s, %(token)s, %(change)s, %(query)s, %(notify)s, %(on_conflict)s, %(request_hash)s)
RETURNING id"""


async def insert(
    tx: Transaction, new: NewBulkChange, *, author_id: int, token_id: int | None, query: str | None
) -> int:
    """Store a bulk change without its selection; its id."""
    return int(
        await tx.value(
            INSERT,
            {
                "author": author_id,
                "token": token_id,
                "change": Jsonb(changes.write(new.change)),
                "query": query,
                "notify": new.notify,
                "on_conflict": new.on_conflict,
                "request_hash": new.request_hash,
            },
        )
    )


# The selection becomes chunks in id order; each issue once. Nothing of it comes here but two counts.
FREEZE = SQL("""
WITH {selected},
numbered AS (
    SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / %(size)s AS n FROM selected
), frozen AS (
    INSERT INTO bulk_chunk (org_id, bulk_id, n, ids, versions)
    SELECT %(org)s, %(bulk)s, n, array_agg(id ORDER BY id), array_agg(version ORDER BY id) FROM numbered GROUP BY n
    RETURNING cardinality(ids) AS size
), counted AS (
    SELECT coalesce(sum(size), 0)::bigint AS total, count(*)::integer AS chunks FROM frozen
)
UPDATE bulk_change SET total = counted.total, chunks = counted.chunks, submitted_at = clock_timestamp()
  FROM counted WHERE org_id = %(org)s AND id = %(bulk)s
RETURNING counted.total, {missing}""")

LISTED = SQL("""
wanted AS (
    SELECT * FROM unnest(string_to_array(%(queues)s, ' ', '-'), string_to_array(%(numbers)s, ' ', '-')::bigint[],
                         string_to_array(%(ids)s, ' ', '-')::bigint[]) WITH ORDINALITY
        AS wanted (queue, number, id, place)
), keyed AS (
    SELECT wanted.place, queue.id AS queue_id, wanted.number
      FROM wanted JOIN queue ON queue.org_id = %(org)s AND queue.key = wanted.queue
), otherwise AS (
    SELECT keyed.place, issue_alias.issue_id
      FROM keyed JOIN issue_alias ON issue_alias.org_id = %(org)s AND issue_alias.queue_id = keyed.queue_id
                                 AND issue_alias.number = keyed.number
     UNION ALL
    SELECT place, id FROM wanted WHERE id IS NOT NULL
), found AS (
    SELECT keyed.place, issue.id, issue.version
      FROM keyed JOIN issue ON issue.org_id = %(org)s AND issue.queue_id = keyed.queue_id
                           AND issue.number = keyed.number
     WHERE issue.queue_id = ANY(%(readable)s)
     UNION ALL
    SELECT otherwise.place, issue.id, issue.version
      FROM otherwise JOIN issue ON issue.org_id = %(org)s AND issue.id = otherwise.issue_id
     WHERE issue.queue_id = ANY(%(readable)s)
), selected AS (
    SELECT DISTINCT id, version FROM found
)""")

MISSING = SQL("(SELECT array_agg(place ORDER BY place) FROM wanted WHERE place NOT IN (SELECT place FROM found))")


async def freeze_listed(
    tx: Transaction, bulk_id: int, refs: Sequence[IssueRef], *, readable: Sequence[int], chunk_size: int
) -> tuple[int, list[IssueRef]]:
    """Select the issues of a list; how many, and which names mean none that may be read."""
    params = {
        # Words, not lists: a driver's list of 10,000 takes several times as long to bind.
        "queues": " ".join([ref.queue or "-" for ref in refs]),
        "numbers": " ".join([str(ref.number or "-") for ref in refs]),
        "ids": " ".join([str(ref.id or "-") for ref in refs]),
        "readable": list(readable),
        "bulk": bulk_id,
        "size": chunk_size,
    }
    ((total, places),) = await tx.tuples(FREEZE.format(selected=LISTED, missing=MISSING), params)
    return total, [refs[place - 1] for place in places or ()]


MATCHING = SQL("selected AS (SELECT i.id, i.version FROM issue i WHERE {} LIMIT %(most)s)")


async def freeze_matching(
    tx: Transaction,
    bulk_id: int,
    where: Composed,
    params: Mapping[str, object],
    *,
    most: int | None,
    chunk_size: int,
) -> int:
    """Select the issues for which the condition holds, at most `most`; how many."""
    statement = FREEZE.format(selected=MATCHING.format(where), missing=SQL("NULL"))
    ((total, _),) = await tx.tuples(statement, {**params, "bulk": bulk_id, "size": chunk_size, "most": most})
    return int(total)


# --- requests made again -------------------------------------------------------------------------------------------

TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('shoal.bulk.' || %(author)s::text, %(org)s))"


async def take_turns(tx: Transaction, author_id: int) -> None:
    """Let one request of this author at a time see whether it is a repeated one."""
    await tx.run(TAKE_TURNS, {"author": author_id})


# The token's latest operation, when it is this very request, not older than the window, and nobody else has touched
# its issues since.
REPEATED = """
WITH latest AS (
    SELECT id, request_hash, created_at, submitted_at FROM bulk_change
     WHERE org_id = %(org)s AND author_id = %(author)s AND token_id = %(token)s
     ORDER BY id DESC LIMIT 1
)
SELECT id FROM latest
 WHERE request_hash = %(hash)s AND submitted_at > clock_timestamp() - %(window)s * interval '1 second'
   AND NOT EXISTS (
       SELECT FROM bulk_chunk, unnest(bulk_chunk.ids) AS selected (id)
         JOIN changelog ON changelog.org_id = %(org)s AND changelog.issue_id = selected.id
        WHERE bulk_chunk.org_id = %(org)s AND bulk_chunk.bulk_id = latest.id
          AND changelog.at >= latest.created_at AND changelog.bulk_id IS DISTINCT FROM latest.id)"""


async def find_repeated(
    tx: Transaction, *, author_id: int, token_id: int, request_hash: bytes, window: float
) -> int | None:
    """The bulk change that this request already made, within `window` seconds."""
    params = {"author": author_id, "token": token_id, "hash": request_hash, "window": window}
    found = await tx.value(REPEATED, params)
    return int(found) if found is not None else None


# --- reading -------------------------------------------------------------------------------------------------------

GET = SQL(
    "SELECT {} FROM bulk_change b JOIN users u ON u.org_id = %(org)s AND u.id = b.author_id"
    " WHERE b.org_id = %(org)s AND b.id = %(bulk)s"
).format(COLUMNS)


async def find(tx: Transaction, bulk_id: int) -> BulkChange | None:
    return await tx.row(GET, {"bulk": bulk_id}, into=BulkChange)


LIST = SQL(
    "SELECT {} FROM bulk_change b JOIN users u ON u.org_id = %(org)s AND u.id = b.author_id"
    " WHERE b.org_id = %(org)s AND b.author_id = %(author)s"
    " ORDER BY b.id DESC LIMIT %(limit)s OFFSET %(offset)s"
).format(COLUMNS)
COUNT = "SELECT count(*) FROM bulk_change WHERE org_id = %(org)s AND author_id = %(author)s"


async def list_by(tx: Transaction, author_id: int, *, limit: int, offset: int) -> tuple[list[BulkChange], int]:
    """The bulk changes of an author, newest first, and how many there are in all."""
    listed = await tx.rows(LIST, {"author": author_id, "limit": limit, "offset": offset}, into=BulkChange)
    return listed, int(await tx.value(COUNT, {"author": author_id}))


UNFINISHED = SQL(
    "SELECT {} FROM bulk_change b JOIN users u ON u.org_id = %(org)s AND u.id = b.author_id"
    " WHERE b.org_id = %(org)s AND b.finished_at IS NULL ORDER BY b.id"
).format(COLUMNS)


async def list_unfinished(tx: Transaction) -> list[BulkChange]:
    return await tx.rows(UNFINISHED, into=BulkChange)


OUTCOMES = """
WITH failed AS (
    SELECT issue_id, outcome, problems FROM bulk_failure WHERE org_id = %(org)s AND bulk_id = %(bulk)s
), untouched AS (
    SELECT selected.id AS issue_id, 'skipped' AS outcome,
           jsonb_build_array(jsonb_build_object('code', CASE b.state WHEN 'failed' THEN 'internal' ELSE b.state END))
      FROM bulk_change b JOIN bulk_chunk c ON c.org_id = %(org)s AND c.bulk_id = b.id, unnest(c.ids) AS selected (id)
     WHERE b.org_id = %(org)s AND b.id = %(bulk)s AND b.state IN ('cancelled', 'failed') AND c.done_at IS NULL
), succeeded AS (
    SELECT selected.id AS issue_id, 'succeeded' AS outcome, '[]'::jsonb AS problems
      FROM bulk_chunk c, unnest(c.ids) AS selected (id)
     WHERE %(all)s AND c.org_id = %(org)s AND c.bulk_id = %(bulk)s AND c.done_at IS NOT NULL
       AND selected.id NOT IN (SELECT issue_id FROM failed)
), every AS (
    SELECT * FROM failed UNION ALL SELECT * FROM untouched UNION ALL SELECT * FROM succeeded
)
SELECT every.issue_id, coalesce(here.key, before.key), CASE WHEN here.visible THEN here.summary ELSE '' END,
       every.outcome,
       CASE WHEN here.visible OR every.outcome = 'succeeded' THEN every.problems ELSE '[{"code": "not_found"}]' END
  FROM every
  LEFT JOIN LATERAL (
       SELECT q.key || '-' || i.number AS key, i.summary, i.deleted_at IS NULL AS visible
         FROM issue i JOIN queue q ON q.org_id = %(org)s AND q.id = i.queue_id
        WHERE i.org_id = %(org)s AND i.id = every.issue_id AND i.queue_id = ANY(%(readable)s)) AS here ON true
  LEFT JOIN LATERAL (
       SELECT q.key || '-' || a.number AS key
         FROM issue_alias a JOIN queue q ON q.org_id = %(org)s AND q.id = a.queue_id
        WHERE here.key IS NULL AND a.org_id = %(org)s AND a.issue_id = every.issue_id AND a.queue_id = ANY(%(readable)s)
        ORDER BY a.queue_id, a.number LIMIT 1) AS before ON true
 ORDER BY every.issue_id LIMIT %(limit)s OFFSET %(offset)s"""


async def outcomes(
    tx: Transaction, bulk_id: int, *, readable: Sequence[int], include_all: bool, limit: int | None, offset: int
) -> list[Outcome]:
    """What came of the issues: of those that were not changed for a reason, or of all dealt with. In id order."""
    params = {"bulk": bulk_id, "readable": list(readable), "all": include_all, "limit": limit, "offset": offset}
    async with tx.trash_shown():
        rows = await tx.tuples(OUTCOMES, params)
    return [
        Outcome(issue_id, key, summary, outcome, tuple(msgspec.convert(found, list[Problem])))
        for issue_id, key, summary, outcome, found in rows
    ]


ENTRIES = "SELECT issue_id, id FROM changelog WHERE org_id = %(org)s AND bulk_id = %(bulk)s"
FAILURES = "SELECT issue_id, problems FROM bulk_failure WHERE org_id = %(org)s AND bulk_id = %(bulk)s"


async def entries(tx: Transaction, bulk_id: int) -> dict[int, int]:
    """The changelog entries that a bulk change made, by issue."""
    return dict(await tx.tuples(ENTRIES, {"bulk": bulk_id}))


async def failures(tx: Transaction, bulk_id: int) -> dict[int, tuple[Problem, ...]]:
    """Why issues were not changed, by issue."""
    rows = await tx.tuples(FAILURES, {"bulk": bulk_id})
    return {issue_id: tuple(msgspec.convert(found, list[Problem])) for issue_id, found in rows}
