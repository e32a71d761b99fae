"""Boards. They have no columns of their own: issues stand in the order of their statuses."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import sprints
from shoal.dialects.yandex import ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.shapes import LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.sprint import Board


class BoardAnswer(LinkedAnswer):
    id: int
    version: int
    name: str


@get(["/boards", "/boards/_paginate"])
async def list_boards(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[list[BoardAnswer]]:
    boards, total = await sprints.list_boards(db, actor, limit=page.size, offset=page.offset)
    return paging.answer(view, page, [write(view, board) for board in boards], total)


@get("/boards/{ref:str}")
async def get_board(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> BoardAnswer:
    return write(view, await sprints.get_board(db, actor, ids.known_number("board", ref)))


@get("/boards/{ref:str}/columns")
async def list_columns(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> list[None]:
    await sprints.get_board(db, actor, ids.known_number("board", ref))
    return []


def write(view: View, board: Board) -> BoardAnswer:
    return BoardAnswer(link=view.link("boards", board.id), id=board.id, version=board.version, name=board.name)
