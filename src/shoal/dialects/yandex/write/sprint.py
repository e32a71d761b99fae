"""Boards, sprints, projects in full."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write.reference import instant, named, user
from shoal.domain.project import Project
from shoal.domain.sprint import Board, Sprint


def board(view: View, board: Board) -> dict[str, object]:
    return {"self": view.link("boards", board.id), "id": board.id, "version": board.version, "name": board.name}


def sprint(view: View, sprint: Sprint) -> dict[str, object]:
    full: dict[str, object] = {
        "self": view.link("sprints", sprint.id),
        "id": sprint.id,
        "version": sprint.version,
        "name": sprint.name,
        "board": named(view, "boards", sprint.board_id, sprint.board),
        "status": sprint.state,
        "archived": sprint.state == "archived",
        "createdAt": instant(sprint.created_at),
    }
    if sprint.created_by is not None:
        full["createdBy"] = user(view, sprint.created_by, sprint.creator or str(sprint.created_by))
    for name, day in (("start", sprint.start_date), ("end", sprint.end_date)):
        if day is not None:
            full[f"{name}Date"] = day.isoformat()
            full[f"{name}DateTime"] = instant(_midnight(day))
    return full


def project(view: View, project: Project) -> dict[str, object]:
    return {
        "self": view.link("projects", project.id),
        "id": project.id,
        "version": 1,
        "key": str(project.id),
        "name": project.name,
        "display": project.name,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
