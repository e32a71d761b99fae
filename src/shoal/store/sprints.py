"""Boards and their sprints."""

from __future__ import annotations

from datetime import date

from shoal.domain.sprint import Board, Sprint
from shoal.store.db import Transaction

BOARDS = """
SELECT id, name, version FROM board WHERE org_id = %(org)s
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""

COUNT_BOARDS = "SELECT count(*) FROM board WHERE org_id = %(org)s"


async def list_boards(tx: Transaction, *, limit: int, offset: int) -> tuple[list[Board], int]:
    boards = await tx.rows(BOARDS, {"limit": limit, "offset": offset}, into=Board)
    return boards, await tx.value(COUNT_BOARDS)


FIND_BOARD = "SELECT id, name, version FROM board WHERE org_id = %(org)s AND id = %(id)s"


async def find_board(tx: Transaction, board_id: int) -> Board | None:
    return await tx.row(FIND_BOARD, {"id": board_id}, into=Board)


LIST = """
SELECT s.id, s.board_id, b.name AS board, s.name, s.state, s.start_date, s.end_date, s.created_by,
       u.display AS creator, s.created_at, s.version
  FROM sprint s JOIN board b ON b.org_id = %(org)s AND b.id = s.board_id
  LEFT JOIN users u ON u.org_id = %(org)s AND u.id = s.created_by
 WHERE s.org_id = %(org)s AND (%(board)s::bigint IS NULL OR s.board_id = %(board)s)
   AND (%(id)s::bigint IS NULL OR s.id = %(id)s)
 ORDER BY s.id"""


async def list_all(tx: Transaction, *, board_id: int | None = None) -> list[Sprint]:
    """The sprints of one board, or of all."""
    return await tx.rows(LIST, {"board": board_id, "id": None}, into=Sprint)


async def find(tx: Transaction, sprint_id: int) -> Sprint | None:
    return await tx.row(LIST, {"board": None, "id": sprint_id}, into=Sprint)


INSERT = """
INSERT INTO sprint (org_id, board_id, name, start_date, end_date, created_by)
VALUES (%(org)s, %(board)s, %(name)s, %(start)s, %(end)s, %(user)s)
RETURNING id"""


async def insert(
    tx: Transaction, *, board_id: int, name: str, start_date: date | None, end_date: date | None, user_id: int
) -> int:
    params = {"board": board_id, "name": name, "start": start_date, "end": end_date, "user": user_id}
    return int(await tx.value(INSERT, params))


INSERT_BOARD = "INSERT INTO board (org_id, name) VALUES (%(org)s, %(name)s) RETURNING id, name, version"


async def insert_board(tx: Transaction, name: str) -> Board:
    board = await tx.row(INSERT_BOARD, {"name": name}, into=Board)
    assert board is not None
    return board
