"""Sprints."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import sprints
from shoal.dialects.yandex import edits, ids, references
from shoal.dialects.yandex.dependencies import Payload, TheActor, TheDatabase, TheView
from shoal.dialects.yandex.references import Short, instant
from shoal.dialects.yandex.shapes import Body, LinkedAnswer, or_unset
from shoal.dialects.yandex.view import View
from shoal.domain.fields import Kind
from shoal.domain.sprint import NewSprint, Sprint


class NewSprintBody(Body):
    name: str
    board: Any
    start_date: date | None = None
    end_date: date | None = None


class SprintAnswer(LinkedAnswer):
    id: int
    version: int
    name: str
    board: Short
    status: str
    archived: bool
    created_at: str
    created_by: Short | UnsetType = UNSET
    start_date: date | UnsetType = UNSET
    start_date_time: str | UnsetType = UNSET
    end_date: date | UnsetType = UNSET
    end_date_time: str | UnsetType = UNSET


@get("/sprints")
async def list_sprints(db: TheDatabase, actor: TheActor, view: TheView) -> list[SprintAnswer]:
    return [write(view, sprint) for sprint in await sprints.list_all(db, actor)]


@get("/boards/{ref:str}/sprints")
async def list_sprints_of_board(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[SprintAnswer]:
    found = await sprints.list_all(db, actor, board_id=ids.known_number("board", ref))
    return [write(view, sprint) for sprint in found]


@post("/sprints")
async def create_sprint(
    db: TheDatabase, actor: TheActor, view: TheView, payload: Payload[NewSprintBody]
) -> SprintAnswer:
    return write(view, await sprints.create(db, actor, read_new(payload)))


@get("/sprints/{ref:str}")
async def get_sprint(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> SprintAnswer:
    return write(view, await sprints.get(db, actor, ids.known_number("sprint", ref)))


def read_new(sent: NewSprintBody) -> NewSprint:
    board = edits.operand("board", Kind.STRING, sent.board)
    return NewSprint(board=board, name=sent.name, start_date=sent.start_date, end_date=sent.end_date)


def write(view: View, sprint: Sprint) -> SprintAnswer:
    return SprintAnswer(
        link=view.link("sprints", sprint.id),
        id=sprint.id,
        version=sprint.version,
        name=sprint.name,
        board=references.named(view, "boards", sprint.board_id, sprint.board),
        status=sprint.state,
        archived=sprint.state == "archived",
        created_by=_creator(view, sprint),
        created_at=instant(sprint.created_at),
        start_date=or_unset(sprint.start_date),
        start_date_time=_midnight(sprint.start_date),
        end_date=or_unset(sprint.end_date),
        end_date_time=_midnight(sprint.end_date),
    )


def _creator(view: View, sprint: Sprint) -> Short | UnsetType:
    if sprint.created_by is None:
        return UNSET
    return references.user(view, sprint.created_by, sprint.creator or str(sprint.created_by))


def _midnight(day: date | None) -> str | UnsetType:
    return UNSET if day is None else instant(datetime.combine(day, time(), UTC))
