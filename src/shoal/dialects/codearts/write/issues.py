"""Work items, as the fourth version of the service shows them."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.write.people import issue_user
from shoal.dialects.codearts.write.values import day, hours, millis, moment, named, plain, text
from shoal.domain.fields import Field, Kind, custom_name
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.reference import References

Json = dict[str, object]

FIELD_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "textArea",
    Kind.INTEGER: "number",
    Kind.FLOAT: "number",
    Kind.DATE: "date",
    Kind.DATETIME: "time_date",
}


def shown(found: Found) -> Json:
    """One item, whole. The attachments and versions of the vendor's model are none of ours."""
    one, known = found.issue, found.references
    return {
        **item(one, known),
        "description": one.description,
        "story_point": story_point(one.story_points),
        "accessories": [],
        "new_custom_fields": [
            {**value, "field_type": field_type(field), "description": field.description}
            for field, value in _custom(one, known)
        ],
    }


def updated(found: Found) -> Json:
    return item(found.issue, found.references)


def listed(found: Found) -> Json:
    items = [{**item(one, found.references), "deleted": one.deleted_at is not None} for one in found.issues]
    return {"issues": items, "total": found.total}


def children(found: Found) -> Json:
    return {"issues": [item(one, found.references) for one in found.issues], "total": found.total}


def item(one: Issue, known: References) -> Json:
    return {
        "id": one.id,
        "name": one.summary,
        "project": project(one, known),
        **classified(one, known),
        "parent_issue": named(known, Kind.ISSUE, one.parent_id),
        "assigned_user": issue_user(known, one.assignee_id),
        "developer": issue_user(known, one.developer_id),
        "creator": issue_user(known, one.author_id),
        "assigned_cc_user": [user for id_ in one.followers if (user := issue_user(known, id_)) is not None],
        "begin_time": day(one.start_date),
        "end_time": day(one.end_date),
        "created_time": moment(one.created_at),
        "updated_time": moment(one.updated_at),
        "closed_time": moment(one.resolved_at),
        "done_ratio": one.done_ratio or 0,
        "expected_work_hours": hours(one.estimation),
        "actual_work_hours": hours(one.spent),
        "custom_fields": [],
        "new_custom_fields": [value for _, value in _custom(one, known)],
        "order": {"id": 0, "name": "0"},
        "release_dev": None,
        "find_release_dev": None,
        "env": None,
    }


def classified(one: Issue, known: References) -> Json:
    """What an item is, and where it belongs."""
    return {
        "tracker": named(known, Kind.TYPE, one.type_id),
        "status": named(known, Kind.STATUS, one.status_id),
        "priority": named(known, Kind.PRIORITY, one.priority_id),
        "severity": named(known, Kind.SEVERITY, one.severity_id),
        "domain": named(known, Kind.AREA, one.area_id),
        "module": named(known, Kind.COMPONENT, module_of(one)),
        "iteration": named(known, Kind.SPRINT, iteration_of(one)),
    }


def module_of(one: Issue) -> int | None:
    """The first of the components."""
    return next(iter(one.components), None)


def iteration_of(one: Issue) -> int | None:
    """The last of the sprints: an item that is carried over keeps those it was in before."""
    return next(reversed(one.sprints), None)


def project(one: Issue, known: References) -> Json | None:
    queue = known.find(Kind.QUEUE, one.queue_id)
    if queue is None:
        return None
    return {"project_id": ids.project(queue.id), "project_name": queue.name("en"), "project_num_id": queue.id}


def story_point(points: float | None) -> Json | None:
    """Known by its whole part."""
    return None if points is None else {"id": int(points), "name": plain(points)}


def _custom(one: Issue, known: References) -> list[tuple[Field, Json]]:
    fields = ((known.custom(custom_name(int(id_))), stored) for id_, stored in one.custom.items())
    return [
        (
            field,
            {
                "custom_field": f"custom_field{field.id}",
                "field_name": (field.names or {}).get("en", field.key),
                "value": text(field, stored, known),
            },
        )
        for field, stored in fields
        if field is not None
    ]


def field_type(field: Field) -> str:
    if field.options is not None:
        return "checkbox" if field.is_list else "select"
    return FIELD_TYPES.get(field.kind, "text")


# --- the older list ------------------------------------------------------------------------------------------------


def listed_sf(found: Found, roots: Mapping[int, int]) -> Json:
    return {"issues": [item_sf(one, found.references, roots) for one in found.issues], "total": found.total}


def item_sf(one: Issue, known: References, roots: Mapping[int, int]) -> Json:
    """Other names, and times as numbers. The SDK's model has no id; without one the list is of no use."""
    return {
        "id": one.id,
        "subject": one.summary,
        **classified(one, known),
        "author": issue_user(known, one.author_id),
        "assigned_user": issue_user(known, one.assignee_id),
        "developer": issue_user(known, one.developer_id),
        "begin_time": millis(one.start_date),
        "end_time": millis(one.end_date),
        "created_time": millis(one.created_at),
        "updated_time": millis(one.updated_at),
        "closed_time": millis(one.resolved_at),
        "done_ratio": one.done_ratio or 0,
        "expected_work_hours": hours(one.estimation),
        "actual_work_hours": hours(one.spent),
        "parent_issue_id": one.parent_id,
        "root_issue_id": roots.get(one.id, one.id),
        "story_point": story_point(one.story_points),
        "custom_feilds": [
            {"key": value["custom_field"], "name": value["field_name"], "value": value["value"]}
            for _, value in _custom(one, known)
        ],
        "order": 0,
        "discover_version": None,
        "release_version": None,
    }
