"""Statuses with the types that have them, and severities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from litestar import get
from msgspec import Meta

from shoal.actions import catalogues
from shoal.actions.catalogues import UsedStatus
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.bodies import PageParameters
from shoal.dialects.codearts.dependencies import Parameters, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.tables import SEVERITIES, STATUS_CATEGORIES, STATUSES, TRACKERS
from shoal.dialects.codearts.values import Answer, Named, Result
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.fields import Kind


class StatusFilter(PageParameters):
    tracker_id: Annotated[int, Meta(ge=0)] = 0


class Status(Answer):
    """`id` is a second id, by which nothing is looked up."""

    id: str
    status_id: int
    name: str
    tracker_ids: list[int]
    status_attribute: Named


class StatusList(Answer):
    total: int
    issue_statuses: list[Status]


class Severities(Answer):
    """No model of the vendor's has the shape."""

    issue_severities: list[Named]


@get("/v4/projects/{project_id:str}/statuses")
async def list_scrum_project_statuses(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[StatusFilter]
) -> StatusList:
    """Statuses, with the types that have them."""
    return listed(await catalogues.list_used_statuses(db, actor, str(project.id)), params, actor.org_id)


@get("/v2/issue-severity/all")
async def show_scrum_issue_severities(db: TheDatabase, actor: TheActor) -> Result[Severities]:
    """Severities."""
    return severities(await catalogues.list_all(db, actor, Kind.SEVERITY))


def listed(used: Sequence[UsedStatus], asked: StatusFilter, org_id: int) -> StatusList:
    """A page of them, or of those that items of the tracker can be in."""
    found = [_status(one, org_id) for one in used]
    if asked.tracker_id:
        found = [status for status in found if asked.tracker_id in status.tracker_ids]
    return StatusList(total=len(found), issue_statuses=found[asked.offset : asked.offset + asked.limit])


def _status(one: UsedStatus, org_id: int) -> Status:
    attribute_id, attribute = STATUS_CATEGORIES[one.status.category or "new"]
    return Status(
        id=ids.status(org_id, one.status.id),
        status_id=STATUSES.number(one.status.key, one.status.id),
        name=one.status.names["en"],
        tracker_ids=sorted(TRACKERS.number(entry.key, entry.id) for entry in one.types),
        status_attribute=Named(id=attribute_id, name=attribute),
    )


def severities(entries: Sequence[CatalogueEntry]) -> Result[Severities]:
    listed = [Named(id=SEVERITIES.number(entry.key, entry.id), name=entry.names["en"]) for entry in entries]
    return Result(result=Severities(issue_severities=listed))
