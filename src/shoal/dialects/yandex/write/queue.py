"""A queue in full, with the sections that were asked for, and who may do what in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import catalogue, component, version
from shoal.dialects.yandex.write import field as write_field
from shoal.dialects.yandex.write.reference import Short, named, reference, references, user
from shoal.domain.actor import Right
from shoal.domain.fields import Kind
from shoal.domain.queue import Queue, QueuesFound, QueueType
from shoal.domain.reference import References
from shoal.domain.workflow import WorkflowHead


def queue(view: View, queue: Queue, found: QueuesFound) -> dict[str, object]:
    known = found.references
    full: dict[str, object] = {
        "self": view.link("queues", queue.key),
        "id": queue.id,
        "key": queue.key,
        "version": queue.version,
        "name": queue.name,
        "description": queue.description,
        "lead": _short(view, known, Kind.USER, queue.lead_id),
        "assignAuto": queue.assign_auto,
        "allowExternals": queue.allow_externals,
        "defaultType": _short(view, known, Kind.TYPE, queue.default_type_id),
        "defaultPriority": _short(view, known, Kind.PRIORITY, queue.default_priority_id),
        "denyVoting": queue.deny_voting,
        **_types(view, queue, found),
        **_sections(view, queue, found),
    }
    return {name: value for name, value in full.items() if value is not None}


def _types(view: View, queue: Queue, found: QueuesFound) -> dict[str, object]:
    types = found.types.get(queue.id, ())
    if not types:
        return {}
    return {
        "issueTypes": references(view, found.references.all(Kind.TYPE, [of.type_id for of in types])),
        "issueTypesConfig": [_config(view, of, found) for of in types],
        "workflows": _workflows(view, types, found),
    }


def _config(view: View, of: QueueType, found: QueuesFound) -> dict[str, object]:
    return {
        "issueType": _short(view, found.references, Kind.TYPE, of.type_id),
        "workflow": catalogue.workflow(view, found.workflows[of.workflow_id]),
        "resolutions": references(view, found.references.all(Kind.RESOLUTION, of.resolutions)),
    }


def _workflows(view: View, types: Sequence[QueueType], found: QueuesFound) -> list[Short] | dict[str, list[Short]]:
    """A list in v2; in v3 a map of each workflow to the types that go by it."""
    used: dict[WorkflowHead, list[int]] = {}
    for of in types:
        used.setdefault(found.workflows[of.workflow_id], []).append(of.type_id)
    if view.version == "v2":
        return [catalogue.workflow(view, head) for head in used]
    return {head.key: references(view, found.references.all(Kind.TYPE, ids)) for head, ids in used.items()}


def used_workflows(view: View, found: QueuesFound) -> list[dict[str, object]]:
    """The workflows by which the types of the one queue go, in full."""
    used = {of.workflow_id for of in found.types.get(found.queue.id, ())}
    return [catalogue.whole_workflow(view, head) for head in found.workflows.values() if head.id in used]


def _sections(view: View, queue: Queue, found: QueuesFound) -> dict[str, object]:
    sections: dict[str, list[Short]] = {
        "components": [component.short(view, part) for part in found.components.get(queue.id, ())],
        "versions": [version.short(view, release) for release in found.versions.get(queue.id, ())],
        "teamUsers": references(view, found.references.all(Kind.USER, found.team.get(queue.id, ()))),
        "fields": [write_field.short(view, own) for own in found.local_fields.get(queue.id, ())],
        "projects": [named(view, "projects", project.id, project.name) for project in found.projects],
    }
    return {name: section for name, section in sections.items() if section}


def permissions(
    view: View,
    queue: Queue,
    users: Mapping[Right, list[tuple[int, str]]],
    groups: Mapping[Right, list[tuple[int, str]]],
    *,
    under: str,
) -> dict[str, object]:
    """Who holds which right; `under` is the name of the list in the path."""
    parts = {
        str(right): {
            "users": [user(view, user_id, display) for user_id, display in held],
            "groups": [{"id": str(group_id), "display": name} for group_id, name in groups[right]],
            "roles": [],
        }
        for right, held in users.items()
    }
    return {"self": view.link("queues", queue.key, under), "version": queue.version, **parts}


def _short(view: View, known: References, kind: Kind, thing_id: int | None) -> Short | None:
    thing = known.find(kind, thing_id)
    return None if thing is None else reference(view, thing)
