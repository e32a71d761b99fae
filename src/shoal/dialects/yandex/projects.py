"""Projects. They are the organisation's: every queue has them all."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from shoal.actions import projects, queues
from shoal.dialects.yandex import ids
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, TheView
from shoal.dialects.yandex.shapes import LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.project import Project


class ProjectAnswer(LinkedAnswer):
    id: int
    version: int
    key: str
    name: str
    display: str


@get("/projects")
async def list_projects(db: TheDatabase, actor: TheActor, view: TheView) -> list[ProjectAnswer]:
    return [write(view, project) for project in await projects.list_all(db, actor)]


@get("/projects/{ref:str}")
async def get_project(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> ProjectAnswer:
    return write(view, await projects.get(db, actor, ids.known_number("project", ref)))


@get("/queues/{ref:str}/projects")
async def list_projects_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[ProjectAnswer]:
    await queues.get(db, actor, ref)
    return [write(view, project) for project in await projects.list_all(db, actor)]


def write(view: View, project: Project) -> ProjectAnswer:
    return ProjectAnswer(
        link=view.link("projects", project.id),
        id=project.id,
        version=1,
        key=str(project.id),
        name=project.name,
        display=project.name,
    )
