"""Domains: areas, in the core's word; built in, and a project's own. Their ids are text here, in work items numbers."""

from __future__ import annotations

from litestar import delete, get, post, put
from litestar.params import FromPath

from shoal.actions import areas
from shoal.dialects.codearts import bodies
from shoal.dialects.codearts.bodies import Body, PageParameters, Text
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.tables import AREAS, OTHERS
from shoal.dialects.codearts.values import Answer
from shoal.domain.area import Area
from shoal.domain.errors import Conflict, NotFound


class DomainBody(Body):
    domain_name: Text


class Domain(Answer):
    domain_name: str
    domain_id: str


class DomainList(Answer):
    total: int
    domains: list[Domain]


@post("/v4/projects/{project_id:str}/domain", status_code=200)
async def create_project_domain(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[DomainBody]
) -> Domain:
    """Make a domain."""
    return shown(await areas.create(db, actor, str(project.id), payload.domain_name))


@get("/v4/projects/{project_id:str}/domains")
async def list_project_domains(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[PageParameters]
) -> DomainList:
    """Domains, built in and own."""
    found = await areas.list_of_queue(db, actor, str(project.id))
    page = found[params.offset : params.offset + params.limit]
    return DomainList(total=len(found), domains=[shown(area) for area in page])


@put("/v4/projects/{project_id:str}/domains/{domain_id:str}")
async def update_project_domain(
    db: TheDatabase, actor: TheActor, project: TheProject, domain_id: FromPath[str], payload: Payload[DomainBody]
) -> Domain:
    """Change a domain of one's own."""
    return shown(await areas.rename(db, actor, str(project.id), own_area(domain_id), payload.domain_name))


@delete("/v4/projects/{project_id:str}/domains/{domain_id:str}")
async def cancel_project_domain(
    db: TheDatabase, actor: TheActor, project: TheProject, domain_id: FromPath[str]
) -> None:
    """Delete a domain of one's own."""
    await areas.delete(db, actor, str(project.id), own_area(domain_id))


def own_area(text: str) -> int:
    """The area of this number, which is to be changed: one of a project's own. Those that are built in stay."""
    number = bodies.number("domain_id", text)
    if number in AREAS.numbers.values():
        raise Conflict("domain_built_in", domain=number)
    if number <= OTHERS:
        raise NotFound("no_domain", domain=number)
    return number - OTHERS


def shown(area: Area) -> Domain:
    return Domain(domain_name=area.name, domain_id=str(AREAS.number(area.key, area.id)))
