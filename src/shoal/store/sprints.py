"""Boards and their sprints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from psycopg.types.json import Jsonb

from shoal.domain.sprint import Board, Day, Progress, Sprint, SprintChange, Which
from shoal.store.db import Transaction

# --- boards --------------------------------------------------------------------------------------------------------

# The board of a queue is seen by those who see the queue.
BOARDS = """
SELECT id, name, version FROM board
 WHERE org_id = %(org)s AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))
   AND (%(id)s::bigint IS NULL OR id = %(id)s)
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""

COUNT_BOARDS = """
SELECT count(*) FROM board WHERE org_id = %(org)s AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))"""


async def list_boards(tx: Transaction, *, readable: Sequence[int], limit: int, offset: int) -> tuple[list[Board], int]:
    params = {"readable": list(readable), "id": None, "limit": limit, "offset": offset}
    return await tx.rows(BOARDS, params, into=Board), await tx.value(COUNT_BOARDS, params)


async def find_board(tx: Transaction, board_id: int, *, readable: Sequence[int]) -> Board | None:
    params = {"readable": list(readable), "id": board_id, "limit": 1, "offset": 0}
    return await tx.row(BOARDS, params, into=Board)


MAKE_BOARD_OF = """
INSERT INTO board (org_id, name, queue_id)
SELECT %(org)s, name, id FROM queue WHERE org_id = %(org)s AND id = %(queue)s
    ON CONFLICT DO NOTHING"""

BOARD_OF = "SELECT id FROM board WHERE org_id = %(org)s AND queue_id = %(queue)s"


async def board_of(tx: Transaction, queue_id: int) -> int:
    """The queue's own board, which is made the first time that it is needed."""
    await tx.run(MAKE_BOARD_OF, {"queue": queue_id})
    return int(await tx.value(BOARD_OF, {"queue": queue_id}))


# --- sprints -------------------------------------------------------------------------------------------------------

LIST = """
SELECT s.id, s.board_id, b.name AS board, b.queue_id, s.name, s.description, s.state, s.start_date, s.end_date,
       s.created_by, u.display AS creator, s.created_at, s.updated_at, s.deleted_at, s.version
  FROM sprint s JOIN board b ON b.org_id = %(org)s AND b.id = s.board_id
  LEFT JOIN users u ON u.org_id = %(org)s AND u.id = s.created_by
 WHERE s.org_id = %(org)s AND (b.queue_id IS NULL OR b.queue_id = ANY(%(readable)s))
   AND (%(board)s::bigint IS NULL OR s.board_id = %(board)s)
   AND (%(queue)s::bigint IS NULL OR b.queue_id = %(queue)s)
   AND (%(id)s::bigint IS NULL OR s.id = %(id)s)
   AND (%(deleted)s OR s.deleted_at IS NULL)
   AND (%(since)s::timestamptz IS NULL OR s.updated_at >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR s.updated_at <= %(until)s)
 ORDER BY s.id"""


async def list_all(tx: Transaction, which: Which, *, readable: Sequence[int]) -> list[Sprint]:
    """The sprints wanted, of the queues that may be read and of boards that are no queue's."""
    params = {
        "board": which.board,
        "queue": which.queue,
        "id": which.id,
        "deleted": which.deleted,
        "since": which.since,
        "until": which.until,
        "readable": list(readable),
    }
    return await tx.rows(LIST, params, into=Sprint)


async def find(tx: Transaction, sprint_id: int, *, readable: Sequence[int]) -> Sprint | None:
    return next(iter(await list_all(tx, Which(id=sprint_id), readable=readable)), None)


LOCK = "SELECT 1 FROM sprint WHERE org_id = %(org)s AND id = ANY(%(ids)s) ORDER BY id FOR UPDATE"


async def lock(tx: Transaction, sprint_ids: Sequence[int]) -> None:
    """Let nobody else change these before this transaction ends."""
    await tx.tuples(LOCK, {"ids": list(sprint_ids)})


INSERT = """
INSERT INTO sprint (org_id, board_id, name, description, start_date, end_date, created_by)
VALUES (%(org)s, %(board)s, %(name)s, %(description)s, %(start)s, %(end)s, %(user)s)
RETURNING id"""


async def insert(
    tx: Transaction,
    *,
    board_id: int,
    name: str,
    description: str,
    start_date: date | None,
    end_date: date | None,
    user_id: int,
) -> int:
    params = {
        "board": board_id,
        "name": name,
        "description": description,
        "start": start_date,
        "end": end_date,
        "user": user_id,
    }
    return int(await tx.value(INSERT, params))


UPDATE = """
UPDATE sprint
   SET name = %(name)s, description = %(description)s, start_date = %(start)s, end_date = %(end)s, state = %(state)s,
       version = version + 1, updated_at = now()
 WHERE org_id = %(org)s AND id = %(id)s"""


async def update(tx: Transaction, sprint: Sprint) -> None:
    """Store all of it, as its next version."""
    params = {
        "id": sprint.id,
        "name": sprint.name,
        "description": sprint.description,
        "start": sprint.start_date,
        "end": sprint.end_date,
        "state": sprint.state,
    }
    await tx.run(UPDATE, params)


DELETE = """
UPDATE sprint SET deleted_at = now(), updated_at = now(), version = version + 1
 WHERE org_id = %(org)s AND id = %(id)s"""


async def delete(tx: Transaction, sprint_id: int) -> None:
    """Take it out of use; it is kept for its history."""
    await tx.run(DELETE, {"id": sprint_id})


# --- its history and its progress ----------------------------------------------------------------------------------

RECORD = """
INSERT INTO sprint_history (org_id, sprint_id, author_id, kind, changes)
VALUES (%(org)s, %(sprint)s, %(author)s, %(kind)s, %(changes)s)"""


async def record(
    tx: Transaction, sprint_id: int, *, author_id: int, kind: str, changes: Mapping[str, Sequence[str | None]]
) -> None:
    params = {"sprint": sprint_id, "author": author_id, "kind": kind, "changes": Jsonb(dict(changes))}
    await tx.run(RECORD, params)


HISTORY = """
SELECT h.id, h.sprint_id, h.at, h.author_id, u.login AS author_login, u.display AS author_display, h.kind, h.changes
  FROM sprint_history h JOIN users u ON u.org_id = %(org)s AND u.id = h.author_id
 WHERE h.org_id = %(org)s AND h.sprint_id = %(sprint)s
 ORDER BY h.id DESC LIMIT %(limit)s OFFSET %(offset)s"""

COUNT_HISTORY = "SELECT count(*) FROM sprint_history WHERE org_id = %(org)s AND sprint_id = %(sprint)s"


async def history(tx: Transaction, sprint_id: int, *, limit: int, offset: int) -> tuple[list[SprintChange], int]:
    """What became of it, the newest first, and how much that is in all."""
    params = {"sprint": sprint_id, "limit": limit, "offset": offset}
    return await tx.rows(HISTORY, params, into=SprintChange), await tx.value(COUNT_HISTORY, params)


PROGRESS = """
SELECT count(*) AS total, count(*) FILTER (WHERE s.category IN ('done', 'cancelled')) AS closed,
       coalesce(bool_or(t.key = 'task'), false) AS has_tasks
  FROM issue i JOIN catalogue s ON s.org_id = %(org)s AND s.id = i.status_id
  JOIN catalogue t ON t.org_id = %(org)s AND t.id = i.type_id
 WHERE i.org_id = %(org)s AND i.queue_id = ANY(%(readable)s) AND i.sprints @> ARRAY[%(sprint)s::bigint]"""


async def progress(tx: Transaction, sprint_id: int, *, readable: Sequence[int]) -> Progress:
    found = await tx.row(PROGRESS, {"sprint": sprint_id, "readable": list(readable)}, into=Progress)
    assert found is not None
    return found


# The stories, as the vendor's chart counts them; a year at most, and nothing of days to come.
BURN_DOWN = """
WITH story AS MATERIALIZED (
    SELECT i.resolved_at::date AS done
      FROM issue i JOIN catalogue t ON t.org_id = %(org)s AND t.id = i.type_id AND t.key = 'story'
     WHERE i.org_id = %(org)s AND i.queue_id = ANY(%(readable)s) AND i.sprints @> ARRAY[%(sprint)s::bigint]
)
SELECT day::date AS day, count(story.*) FILTER (WHERE story.done <= day::date) AS finished, count(story.*) AS total
  FROM generate_series(%(start)s::date, least(%(end)s::date, current_date, %(start)s::date + 366), '1 day') AS day
  LEFT JOIN story ON true
 GROUP BY day ORDER BY day"""


async def burn_down(tx: Transaction, sprint: Sprint, *, readable: Sequence[int]) -> list[Day]:
    """Day by day from its beginning; nothing for a sprint without dates."""
    if sprint.start_date is None or sprint.end_date is None:
        return []
    params = {
        "sprint": sprint.id,
        "start": sprint.start_date,
        "end": sprint.end_date,
        "readable": list(readable),
    }
    return await tx.rows(BURN_DOWN, params, into=Day)
