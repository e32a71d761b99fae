"""Boards, sprints, projects."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import projects, sprints
from shoal.dialects import http
from shoal.dialects.yandex import ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.read import directories as read
from shoal.dialects.yandex.write import sprint as write


@get(["/boards", "/boards/_paginate"])
async def list_boards(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[bytes]:
    boards, total = await sprints.list_boards(db, actor, limit=page.size, offset=page.offset)
    return paging.json(view, page, [write.board(view, board) for board in boards], total)


@get("/boards/{ref:str}")
async def get_board(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    board = await sprints.get_board(db, actor, ids.known_number("board", ref))
    return http.json(write.board(view, board))


@get("/boards/{ref:str}/columns")
async def list_columns(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> Response[bytes]:
    await sprints.get_board(db, actor, ids.known_number("board", ref))
    return http.json([])


@get("/boards/{ref:str}/sprints")
async def list_sprints_of_board(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    found = await sprints.list_all(db, actor, board_id=ids.known_number("board", ref))
    return http.json([write.sprint(view, sprint) for sprint in found])


@get("/sprints")
async def list_sprints(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    found = await sprints.list_all(db, actor)
    return http.json([write.sprint(view, sprint) for sprint in found])


@post("/sprints")
async def create_sprint(db: TheDatabase, actor: TheActor, view: TheView, body: RawBody) -> Response[bytes]:
    sprint = await sprints.create(db, actor, read.new_sprint(body))
    return http.json(write.sprint(view, sprint), status=201)


@get("/sprints/{ref:str}")
async def get_sprint(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    sprint = await sprints.get(db, actor, ids.known_number("sprint", ref))
    return http.json(write.sprint(view, sprint))


@get("/projects")
async def list_projects(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    found = await projects.list_all(db, actor)
    return http.json([write.project(view, project) for project in found])


@get("/projects/{ref:str}")
async def get_project(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    project = await projects.get(db, actor, ids.known_number("project", ref))
    return http.json(write.project(view, project))


handlers = [
    list_boards,
    get_board,
    list_columns,
    list_sprints_of_board,
    list_sprints,
    create_sprint,
    get_sprint,
    list_projects,
    get_project,
]
