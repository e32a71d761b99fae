"""Boards and sprints: everybody reads them; who may write in some queue plans sprints."""

from __future__ import annotations

from shoal.actions import lookups
from shoal.domain.actor import Actor, Right
from shoal.domain.errors import Forbidden, Invalid, NotFound, UnknownValue
from shoal.domain.patch import Operand, Ref
from shoal.domain.sprint import Board, NewSprint, Sprint
from shoal.store import rights, sprints
from shoal.store.db import Database, Transaction

LONGEST_NAME = 250


async def list_boards(db: Database, actor: Actor, *, limit: int, offset: int) -> tuple[list[Board], int]:
    async with db.transaction(actor.org_id) as tx:
        return await sprints.list_boards(tx, limit=limit, offset=offset)


async def get_board(db: Database, actor: Actor, board_id: int) -> Board:
    async with db.transaction(actor.org_id) as tx:
        return await _board(tx, board_id)


async def list_all(db: Database, actor: Actor, *, board_id: int | None = None) -> list[Sprint]:
    """The sprints of one board, or of all. NotFound without the board."""
    async with db.transaction(actor.org_id) as tx:
        if board_id is not None:
            await _board(tx, board_id)
        return await sprints.list_all(tx, board_id=board_id)


async def get(db: Database, actor: Actor, sprint_id: int) -> Sprint:
    async with db.transaction(actor.org_id) as tx:
        return await _sprint(tx, sprint_id)


async def create(db: Database, actor: Actor, new: NewSprint) -> Sprint:
    """Plan a sprint. Raises Forbidden, Invalid, UnknownValue, or Conflict if the board has one of this name."""
    if not new.name.strip() or len(new.name) > LONGEST_NAME:
        raise Invalid({"name": f"a name has 1 to {LONGEST_NAME} characters"})
    if new.start_date and new.end_date and new.start_date > new.end_date:
        raise Invalid({"end_date": "a sprint does not end before it begins"})
    async with db.transaction(actor.org_id) as tx:
        if not (await rights.load(tx, actor)).queues(Right.WRITE):
            raise Forbidden("no right to write in any queue")
        sprint_id = await sprints.insert(
            tx,
            board_id=await _named_board(tx, new.board),
            name=new.name,
            start_date=new.start_date,
            end_date=new.end_date,
            user_id=actor.user_id,
        )
        return await _sprint(tx, sprint_id)


async def create_board(db: Database, actor: Actor, name: str) -> Board:
    """Make a board. Raises Forbidden, Invalid, or Conflict if the name is taken."""
    actor.require_admin()
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid({"name": f"a name has 1 to {LONGEST_NAME} characters"})
    async with db.transaction(actor.org_id) as tx:
        return await sprints.insert_board(tx, name)


async def _named_board(tx: Transaction, board: Operand) -> int:
    mark = board.id if isinstance(board, Ref) else board
    board_id = lookups.as_id(mark)
    if board_id is None or await sprints.find_board(tx, board_id) is None:
        raise UnknownValue("board", str(board))
    return board_id


async def _board(tx: Transaction, board_id: int) -> Board:
    board = await sprints.find_board(tx, board_id)
    if board is None:
        raise NotFound(f"there is no board {board_id}")
    return board


async def _sprint(tx: Transaction, sprint_id: int) -> Sprint:
    sprint = await sprints.find(tx, sprint_id)
    if sprint is None:
        raise NotFound(f"there is no sprint {sprint_id}")
    return sprint
