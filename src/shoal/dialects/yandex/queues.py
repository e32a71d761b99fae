"""Queues, and who may do what in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import queues
from shoal.dialects.yandex import catalogues, edits, fields, paging, references
from shoal.dialects.yandex.catalogues import CatalogueAnswer, WorkflowAnswer
from shoal.dialects.yandex.dependencies import ParamsOf, Payload, TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.parameters import Parameters, words
from shoal.dialects.yandex.references import Short, named
from shoal.dialects.yandex.shapes import Answer, Body, LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.actor import Right
from shoal.domain.errors import NotFound
from shoal.domain.fields import Kind
from shoal.domain.queue import NewQueue, NewQueueType, Queue, QueuesFound, QueueType, Section
from shoal.domain.workflow import WorkflowHead

SECTIONS: Mapping[str, frozenset[Section]] = {
    "all": frozenset(Section),
    "projects": frozenset({Section.PROJECTS}),
    "components": frozenset({Section.COMPONENTS}),
    "versions": frozenset({Section.VERSIONS}),
    "types": frozenset({Section.TYPES}),
    "issueTypesConfig": frozenset({Section.TYPES}),
    "team": frozenset({Section.TEAM}),
    "workflows": frozenset({Section.TYPES, Section.WORKFLOWS}),
    "fields": frozenset({Section.FIELDS}),
}
"""What `expand` may ask for."""


class QueueParameters(Parameters, frozen=True):
    expand: str | None = None


class TypeConfigBody(Body):
    issue_type: Any
    workflow: Any = None
    resolutions: list[Any] | None = None


class NewQueueBody(Body):
    key: str
    name: str
    description: str | None = None
    lead: Any = None
    default_type: Any = None
    default_priority: Any = None
    issue_types_config: list[TypeConfigBody] | None = None


class TypeConfigAnswer(Answer):
    issue_type: Short | None
    workflow: Short
    resolutions: list[Short]


class QueueAnswer(LinkedAnswer):
    id: int
    key: str
    version: int
    name: str
    description: str
    assign_auto: bool
    allow_externals: bool
    deny_voting: bool
    lead: Short | UnsetType = UNSET
    default_type: Short | UnsetType = UNSET
    default_priority: Short | UnsetType = UNSET
    # what `expand` asks for; a list that would be empty is left out
    issue_types: list[Short] | UnsetType = UNSET
    issue_types_config: list[TypeConfigAnswer] | UnsetType = UNSET
    workflows: list[Short] | dict[str, list[Short]] | UnsetType = UNSET
    components: list[Short] | UnsetType = UNSET
    versions: list[Short] | UnsetType = UNSET
    team_users: list[Short] | UnsetType = UNSET
    fields: list[Short] | UnsetType = UNSET
    projects: list[Short] | UnsetType = UNSET


class GroupAnswer(Answer):
    id: str
    display: str


class HoldersAnswer(Answer):
    """Who holds one right."""

    users: list[Short]
    groups: list[GroupAnswer]
    roles: list[None]


class PermissionsAnswer(LinkedAnswer):
    version: int
    create: HoldersAnswer
    read: HoldersAnswer
    write: HoldersAnswer
    grant: HoldersAnswer


class PermissionAnswer(Answer):
    queue: str
    permission: str
    granted: bool


@get("/queues")
async def list_queues(
    db: TheDatabase, actor: TheActor, view: TheView, page: ThePage, params: ParamsOf[QueueParameters]
) -> Response[list[QueueAnswer]]:
    found = await queues.list_page(
        db, actor, limit=page.size, offset=page.offset, sections=read_sections(params.expand)
    )
    return paging.answer(view, page, [write(view, queue, found) for queue in found.queues], found.total)


@post("/queues")
async def create_queue(db: TheDatabase, actor: TheActor, view: TheView, payload: Payload[NewQueueBody]) -> QueueAnswer:
    queue = await queues.create(db, actor, read_new(payload))
    found = await queues.get(db, actor, queue.key)
    return write(view, found.queue, found)


@get("/queues/{ref:str}")
async def get_queue(
    db: TheDatabase, actor: TheActor, view: TheView, params: ParamsOf[QueueParameters], ref: FromPath[str]
) -> QueueAnswer:
    found = await queues.get(db, actor, ref, read_sections(params.expand))
    return write(view, found.queue, found)


@get("/queues/{ref:str}/issuetypes")
async def list_types(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> list[CatalogueAnswer]:
    return [catalogues.write(view, entry) for entry in await queues.list_types(db, actor, ref)]


@get("/queues/{ref:str}/tags")
async def list_tags(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> list[str]:
    return await queues.list_tags(db, actor, ref)


@get("/queues/{ref:str}/workflows")
async def list_workflows_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[WorkflowAnswer]:
    found = await queues.get(db, actor, ref, SECTIONS["workflows"])
    used = {of.workflow_id for of in found.types.get(found.queue.id, ())}
    return [catalogues.write_workflow(view, head) for head in found.workflows.values() if head.id in used]


@get("/queues/{ref:str}/permissions")
async def get_permissions(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> PermissionsAnswer:
    return write_permissions(view, *await queues.holders(db, actor, ref), under="permissions")


@get("/queues/{ref:str}/access")
async def get_access(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> PermissionsAnswer:
    return write_permissions(view, *await queues.holders(db, actor, ref), under="access")


@get("/queues/{ref:str}/checkPermissions/{right:str}")
async def check_permission(
    db: TheDatabase, actor: TheActor, ref: FromPath[str], right: FromPath[str]
) -> PermissionAnswer:
    if right.lower() not in set(Right):
        raise NotFound("unknown_value", thing="permission", value=right)
    queue = await queues.check_right(db, actor, ref, Right(right.lower()))
    return PermissionAnswer(queue=queue.key, permission=right.lower(), granted=True)


# --- in ------------------------------------------------------------------------------------------------------------


def read_sections(expand: str | None) -> frozenset[Section]:
    """What `expand` asks for; unknown names ask for nothing."""
    return frozenset().union(*(SECTIONS.get(word, frozenset()) for word in words(expand)))


def read_new(sent: NewQueueBody) -> NewQueue:
    return NewQueue(
        key=sent.key,
        name=sent.name,
        description=sent.description or "",
        lead=edits.optional("lead", Kind.USER, sent.lead),
        default_type=edits.optional("defaultType", Kind.TYPE, sent.default_type),
        default_priority=edits.optional("defaultPriority", Kind.PRIORITY, sent.default_priority),
        types=tuple(_read_type(config) for config in sent.issue_types_config or ()),
    )


def _read_type(config: TypeConfigBody) -> NewQueueType:
    part = "issueTypesConfig"
    return NewQueueType(
        type=edits.operand(part, Kind.TYPE, config.issue_type),
        workflow=edits.optional(part, Kind.STRING, config.workflow),
        resolutions=tuple(edits.operand(part, Kind.RESOLUTION, one) for one in config.resolutions or ()),
    )


# --- out -----------------------------------------------------------------------------------------------------------


def write(view: View, queue: Queue, found: QueuesFound) -> QueueAnswer:
    known = found.references
    answer = QueueAnswer(
        link=view.link("queues", queue.key),
        id=queue.id,
        key=queue.key,
        version=queue.version,
        name=queue.name,
        description=queue.description,
        lead=references.find(view, known, Kind.USER, queue.lead_id),
        assign_auto=queue.assign_auto,
        allow_externals=queue.allow_externals,
        default_type=references.find(view, known, Kind.TYPE, queue.default_type_id),
        default_priority=references.find(view, known, Kind.PRIORITY, queue.default_priority_id),
        deny_voting=queue.deny_voting,
        components=_section([named(view, "components", it.id, it.name) for it in found.components.get(queue.id, ())]),
        versions=_section([named(view, "versions", it.id, it.name) for it in found.versions.get(queue.id, ())]),
        team_users=_section(references.references(view, known.all(Kind.USER, found.team.get(queue.id, ())))),
        fields=_section([fields.write_short(view, field) for field in found.local_fields.get(queue.id, ())]),
        projects=_section([named(view, "projects", it.id, it.name) for it in found.projects]),
    )
    if types := found.types.get(queue.id):
        answer.issue_types = references.references(view, known.all(Kind.TYPE, [of.type_id for of in types]))
        answer.issue_types_config = [_type_config(view, of, found) for of in types]
        answer.workflows = _workflows(view, types, found)
    return answer


def _section(things: list[Short]) -> list[Short] | UnsetType:
    return things or UNSET


def _type_config(view: View, of: QueueType, found: QueuesFound) -> TypeConfigAnswer:
    return TypeConfigAnswer(
        issue_type=references.find_or_null(view, found.references, Kind.TYPE, of.type_id),
        workflow=_workflow(view, found.workflows[of.workflow_id]),
        resolutions=references.references(view, found.references.all(Kind.RESOLUTION, of.resolutions)),
    )


def _workflows(view: View, types: Sequence[QueueType], found: QueuesFound) -> list[Short] | dict[str, list[Short]]:
    """A list in v2; in v3 a map of each workflow to the types that go by it."""
    used: dict[WorkflowHead, list[int]] = {}
    for of in types:
        used.setdefault(found.workflows[of.workflow_id], []).append(of.type_id)
    if view.version == "v2":
        return [_workflow(view, head) for head in used]
    return {head.key: references.references(view, found.references.all(Kind.TYPE, ids)) for head, ids in used.items()}


def _workflow(view: View, head: WorkflowHead) -> Short:
    return named(view, "workflows", head.id, head.name)


def write_permissions(
    view: View,
    queue: Queue,
    users: Mapping[Right, list[tuple[int, str]]],
    groups: Mapping[Right, list[tuple[int, str]]],
    *,
    under: str,
) -> PermissionsAnswer:
    """Who holds which right; `under` is the name of the list in the path."""
    holders = {
        str(right): HoldersAnswer(
            users=[references.user(view, user_id, display) for user_id, display in held],
            groups=[GroupAnswer(id=str(group_id), display=name) for group_id, name in groups[right]],
            roles=[],
        )
        for right, held in users.items()
    }
    return PermissionsAnswer(link=view.link("queues", queue.key, under), version=queue.version, **holders)
