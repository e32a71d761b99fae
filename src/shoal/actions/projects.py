"""Projects, as everybody may read them."""

from __future__ import annotations

from shoal.domain.actor import Actor
from shoal.domain.errors import NotFound
from shoal.domain.project import Project
from shoal.store import projects
from shoal.store.db import Database


async def list_all(db: Database, actor: Actor) -> list[Project]:
    async with db.transaction(actor.org_id) as tx:
        return await projects.list_all(tx)


async def get(db: Database, actor: Actor, project_id: int) -> Project:
    found = [project for project in await list_all(db, actor) if project.id == project_id]
    if not found:
        raise NotFound("no_project", project=project_id)
    return found[0]
