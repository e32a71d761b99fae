"""Projects: the queues of the core. In the list, alone, and in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import delete, get, post, put
from msgspec import UNSET, Meta

from shoal.actions import members, organisations, queues
from shoal.dialects.codearts import bodies, ids
from shoal.dialects.codearts.bodies import Body, LongPage, Number, form
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.errors import WrongProjectType
from shoal.dialects.codearts.values import Answer, NumberedAccountUser, millis
from shoal.dialects.http import LARGEST
from shoal.dialects.idempotency import READING
from shoal.domain.errors import WrongParameter
from shoal.domain.organisation import Organisation
from shoal.domain.queue import NewQueue, Queue, QueueCard, QueueEdit

SCRUM = "scrum"
"""The type of every project here."""
TYPES = frozenset({SCRUM, "xboard", "normal", "basic", "phoenix", "ipd"})
LONGEST_NAME = 128
LONGEST_SOURCE = 64

ProjectName = Annotated[str, form(minLength=1, maxLength=LONGEST_NAME)]
ProjectType = Annotated[str, form(pattern="^[sS][cC][rR][uU][mM]$", description="`scrum`, the one there is.")]


class NewProject(Body):
    project_name: ProjectName
    project_type: ProjectType
    description: str | None = None
    source: Annotated[str, form(maxLength=LONGEST_SOURCE)] | None = None
    enterprise_id: str | None = None
    template_id: Annotated[Number, form(minimum=-LARGEST, maximum=LARGEST)] | None = None


class ProjectEdit(Body):
    project_name: ProjectName | None = None
    description: str | None = None


class ProjectNameBody(Body):
    project_name: ProjectName


class ProjectFilter(LongPage):
    search: Annotated[str, Meta(description="A part of the name or the description.")] | None = None
    project_type: Annotated[str, form(enum=["", *sorted(TYPES)])] | None = None
    sort: (
        Annotated[
            str,
            Meta(
                description="Up to four of `name`, `author_name`, `created_on`, `memcount`, with commas between; each "
                "with `:asc` or `:desc`."
            ),
        ]
        | None
    ) = None
    archive: Annotated[bool, Meta(description="Only projects that are archived, or that are not.")] | None = None
    query_type: Annotated[str, form(enum=["", "domain_projects", "absent"])] | None = None


class CreatedProject(Answer):
    project_num_id: int
    project_id: str
    project_name: str
    description: str
    user_num_id: int
    project_type: str = SCRUM


class NameExists(Answer):
    exist: bool


class ListedProject(Answer):
    project_num_id: int
    project_id: str
    project_name: str
    description: str
    created_time: int | None
    updated_time: int | None
    creator: NumberedAccountUser | None
    project_type: str = SCRUM


class ProjectList(Answer):
    projects: list[ListedProject]
    total: int


class Project(Answer):
    """Alone it has other names for two things than in the list."""

    project_num_id: int
    project_id: str
    name: str
    created_on: int | None
    updated_on: int | None
    archive: int
    project_code: str
    creator: NumberedAccountUser | None
    project_type: str = SCRUM
    enterprise_id: str = ""


class ProjectInfo(Answer):
    project: Project


@get("/v4/projects")
async def list_projects_v4(db: TheDatabase, actor: TheActor, params: Parameters[ProjectFilter]) -> ProjectList:
    """Projects."""
    is_empty = is_known_to_be_empty(params)
    page, total = await queues.list_cards(
        db,
        actor,
        search=params.search,
        archived=params.archive,
        order=order(params.sort or ""),
        limit=params.limit,
        offset=params.offset,
    )
    organisation = await organisations.get(db, actor.org_id)
    return listed([], 0, organisation) if is_empty else listed(page, total, organisation)


@post("/v4/project", status_code=200)
async def create_project_v4(db: TheDatabase, actor: TheActor, payload: Payload[NewProject]) -> CreatedProject:
    """Make a project."""
    return created(await queues.create(db, actor, new_queue(payload)), actor.user_id)


@post("/v4/projects/check-name", status_code=200, opt=READING)
async def check_project_name_v4(db: TheDatabase, actor: TheActor, payload: Payload[ProjectNameBody]) -> NameExists:
    """Whether a name is taken."""
    return NameExists(exist=await queues.is_named(db, actor, _name(payload.project_name)))


@get("/v4/projects/{project_id:str}")
async def show_project_info_v4(db: TheDatabase, actor: TheActor, project: TheProject) -> ProjectInfo:
    """A project."""
    return shown(project, await organisations.get(db, actor.org_id))


@put("/v4/projects/{project_id:str}", status_code=204)
async def update_project_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[ProjectEdit]
) -> None:
    """Change a project."""
    await queues.edit(db, actor, str(project.id), queue_edit(payload))


@delete("/v4/projects/{project_id:str}")
async def delete_project_v4(db: TheDatabase, actor: TheActor, project: TheProject) -> None:
    """Delete a project."""
    await queues.delete(db, actor, str(project.id))


@delete("/v4/projects/{project_id:str}/quit")
async def remove_project(db: TheDatabase, actor: TheActor, project: TheProject) -> None:
    """Leave a project."""
    await members.leave(db, actor, str(project.id))


# --- what is sent --------------------------------------------------------------------------------------------------


def new_queue(asked: NewProject) -> NewQueue:
    if asked.project_type.lower() != SCRUM:
        raise WrongProjectType("project_type", type=SCRUM, given=asked.project_type[:40])
    if len(asked.source or "") > LONGEST_SOURCE:
        raise WrongParameter("source", "characters_expected", most=LONGEST_SOURCE)
    return NewQueue(key=None, name=_name(asked.project_name), description=asked.description or "", is_name_unique=True)


def queue_edit(asked: ProjectEdit) -> QueueEdit:
    """Null is left as it is: the SDK sends none."""
    return QueueEdit(
        name=UNSET if asked.project_name is None else _name(asked.project_name),
        description=UNSET if asked.description is None else asked.description,
    )


def _name(text: str) -> str:
    return bodies.name("project_name", text, longest=LONGEST_NAME)


def is_known_to_be_empty(asked: ProjectFilter) -> bool:
    """What somebody is not in they may not know of, and there is one type."""
    kind, view = asked.project_type, asked.query_type
    if view not in (None, "domain_projects", "absent"):
        raise WrongParameter("query_type", "query_type")
    if kind is not None and kind.lower() not in TYPES:
        raise WrongParameter("project_type", "one_of_expected", values=", ".join(sorted(TYPES)))
    return view == "absent" or (kind is not None and kind.lower() != SCRUM)


MOST_SORTED = 4
SORTED_BY: Mapping[str, str] = {"name": "name", "author_name": "maker", "created_on": "created", "memcount": "members"}
DIRECTIONS = {"": False, "asc": False, "desc": True}


def order(text: str) -> tuple[tuple[str, bool], ...]:
    """What the list is sorted by, each with whether it descends."""
    asked = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if len(asked) > MOST_SORTED:
        raise WrongParameter("sort", "too_many_sorted", most=MOST_SORTED)
    for by, _, direction in asked:
        if by not in SORTED_BY or direction not in DIRECTIONS:
            raise WrongParameter("sort", "sort_form", names=", ".join(SORTED_BY))
    return tuple((SORTED_BY[by], DIRECTIONS[direction]) for by, _, direction in asked)


# --- what is answered ----------------------------------------------------------------------------------------------


def listed(page: Sequence[QueueCard], total: int, organisation: Organisation) -> ProjectList:
    return ProjectList(projects=[_in_list(card, organisation) for card in page], total=total)


def _in_list(card: QueueCard, organisation: Organisation) -> ListedProject:
    return ListedProject(
        project_num_id=card.id,
        project_id=ids.project(card.id),
        project_name=card.name,
        description=card.description,
        created_time=millis(card.created_at),
        updated_time=millis(card.updated_at),
        creator=_creator(card, organisation),
    )


def shown(card: QueueCard, organisation: Organisation) -> ProjectInfo:
    project = Project(
        project_num_id=card.id,
        project_id=ids.project(card.id),
        name=card.name,
        created_on=millis(card.created_at),
        updated_on=millis(card.updated_at),
        archive=int(card.archived),
        project_code=card.key,
        creator=_creator(card, organisation),
    )
    return ProjectInfo(project=project)


def _creator(card: QueueCard, organisation: Organisation) -> NumberedAccountUser | None:
    if card.maker_id is None:
        return None
    return NumberedAccountUser(
        user_num_id=card.maker_id,
        user_id=ids.user(card.maker_id),
        user_name=card.maker_login,
        nick_name=card.maker_display,
        domain_id=ids.domain(organisation.id),
        domain_name=organisation.name,
    )


def created(queue: Queue, user_id: int) -> CreatedProject:
    return CreatedProject(
        project_num_id=queue.id,
        project_id=ids.project(queue.id),
        project_name=queue.name,
        description=queue.description,
        user_num_id=user_id,
    )
