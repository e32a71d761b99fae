"""Work items, alone and in the lists of the fourth version, and in the older list. What they share with the shapes of
`comments`, `flow` and `work_table`, which have words of their own for the same things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.fields import field_type, wire_name
from shoal.dialects.codearts.values import (
    Answer,
    ItemUser,
    Named,
    day,
    hours,
    item_user,
    millis,
    moment,
    named,
    plain,
    text,
)
from shoal.domain.fields import Field, Kind, custom_name
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.reference import Reference, References


class AnyItem(Answer):
    """What all shapes have by the same names: what an item is, and how far."""

    id: int
    tracker: Named | None
    status: Named | None
    priority: Named | None
    severity: Named | None
    domain: Named | None
    done_ratio: int
    expected_work_hours: float
    actual_work_hours: float


class PlacedItem(AnyItem):
    """And where it belongs: to the first of its components, and the last of its sprints, for an item that is carried
    over keeps those it was in before."""

    module: Named | None
    iteration: Named | None


def any_item(one: Issue, known: References) -> dict[str, Any]:
    return {
        "id": one.id,
        "tracker": named(known, Kind.TYPE, one.type_id),
        "status": named(known, Kind.STATUS, one.status_id),
        "priority": named(known, Kind.PRIORITY, one.priority_id),
        "severity": named(known, Kind.SEVERITY, one.severity_id),
        "domain": named(known, Kind.AREA, one.area_id),
        "done_ratio": one.done_ratio or 0,
        "expected_work_hours": hours(one.estimation),
        "actual_work_hours": hours(one.spent),
    }


def placed_item(one: Issue, known: References) -> dict[str, Any]:
    return {**any_item(one, known), "module": module_of(one, known), "iteration": iteration_of(one, known)}


def module_of(one: Issue, known: References) -> Named | None:
    return named(known, Kind.COMPONENT, next(iter(one.components), None))


def iteration_of(one: Issue, known: References) -> Named | None:
    return named(known, Kind.SPRINT, next(reversed(one.sprints), None))


# --- the fourth version --------------------------------------------------------------------------------------------


class CustomFieldValue(Answer):
    custom_field: str
    field_name: str
    value: str


class DescribedFieldValue(CustomFieldValue):
    field_type: str
    description: str


class ItemProject(Answer):
    project_id: str
    project_name: str
    project_num_id: int


class Item(PlacedItem):
    name: str
    project: ItemProject | None
    parent_issue: Named | None
    assigned_user: ItemUser | None
    developer: ItemUser | None
    creator: ItemUser | None
    assigned_cc_user: list[ItemUser]
    begin_time: str | None
    end_time: str | None
    created_time: str | None
    updated_time: str | None
    closed_time: str | None
    new_custom_fields: Sequence[CustomFieldValue]
    custom_fields: tuple[()] = ()
    order: Named = Named(0, "0")
    release_dev: None = None
    find_release_dev: None = None
    env: None = None


class ShownItem(Item, kw_only=True):
    """One item, whole. The attachments and versions of the vendor's model are none of ours."""

    description: str
    story_point: Named | None
    new_custom_fields: Sequence[DescribedFieldValue]
    accessories: tuple[()] = ()


class ListedItem(Item, kw_only=True):
    deleted: bool


class ItemList(Answer):
    issues: list[ListedItem]
    total: int


class ChildList(Answer):
    issues: list[Item]
    total: int


def shown(found: Found) -> ShownItem:
    one, known = found.issue, found.references
    described = [
        DescribedFieldValue(
            **_custom_value(*pair, known), field_type=field_type(pair[0]), description=pair[0].description
        )
        for pair in _custom(one, known)
    ]
    return ShownItem(
        **_item(one, known),
        description=one.description,
        story_point=story_point(one.story_points),
        new_custom_fields=described,
    )


def updated(found: Found) -> Item:
    return _plain_item(found.issue, found.references)


def listed(found: Found) -> ItemList:
    known = found.references
    items = [
        ListedItem(**_item(one, known), new_custom_fields=_values(one, known), deleted=one.deleted_at is not None)
        for one in found.issues
    ]
    return ItemList(issues=items, total=found.total)


def children(found: Found) -> ChildList:
    return ChildList(issues=[_plain_item(one, found.references) for one in found.issues], total=found.total)


def _plain_item(one: Issue, known: References) -> Item:
    return Item(**_item(one, known), new_custom_fields=_values(one, known))


def _item(one: Issue, known: References) -> dict[str, Any]:
    """What all of these shapes share, but for the custom fields."""
    return {
        **placed_item(one, known),
        "name": one.summary,
        "project": _item_project(known.find(Kind.QUEUE, one.queue_id)),
        "parent_issue": named(known, Kind.ISSUE, one.parent_id),
        "assigned_user": item_user(known, one.assignee_id),
        "developer": item_user(known, one.developer_id),
        "creator": item_user(known, one.author_id),
        "assigned_cc_user": [user for id_ in one.followers if (user := item_user(known, id_)) is not None],
        "begin_time": day(one.start_date),
        "end_time": day(one.end_date),
        "created_time": moment(one.created_at),
        "updated_time": moment(one.updated_at),
        "closed_time": moment(one.resolved_at),
    }


def _item_project(queue: Reference | None) -> ItemProject | None:
    if queue is None:
        return None
    return ItemProject(project_id=ids.project(queue.id), project_name=queue.name("en"), project_num_id=queue.id)


def numbered_project(queue: Reference) -> dict[str, Any]:
    return {"id": queue.id, "identifier": ids.project(queue.id), "name": queue.name("en")}


def story_point(points: float | None) -> Named | None:
    """Known by its whole part."""
    return None if points is None else Named(id=int(points), name=plain(points))


def _custom(one: Issue, known: References) -> Iterator[tuple[Field, object]]:
    for id_, stored in one.custom.items():
        if (field := known.custom(custom_name(int(id_)))) is not None:
            yield field, stored


def _values(one: Issue, known: References) -> list[CustomFieldValue]:
    return [CustomFieldValue(**_custom_value(field, stored, known)) for field, stored in _custom(one, known)]


def _custom_value(field: Field, stored: object, known: References) -> dict[str, Any]:
    return {
        "custom_field": wire_name(field),
        "field_name": (field.names or {}).get("en", field.key),
        "value": text(field, stored, known),
    }


# --- the older list ------------------------------------------------------------------------------------------------


class OlderFieldValue(Answer):
    key: str
    name: str
    value: str


class OlderItem(PlacedItem):
    """Other names, and times as numbers. The SDK's model has no id; without one the list is of no use."""

    subject: str
    author: ItemUser | None
    assigned_user: ItemUser | None
    developer: ItemUser | None
    begin_time: int | None
    end_time: int | None
    created_time: int | None
    updated_time: int | None
    closed_time: int | None
    parent_issue_id: int | None
    root_issue_id: int
    story_point: Named | None
    custom_feilds: list[OlderFieldValue]  # sic, in the document of 2025-09-10
    order: int = 0
    discover_version: None = None
    release_version: None = None


class OlderItemList(Answer):
    issues: list[OlderItem]
    total: int


def listed_older(found: Found, roots: Mapping[int, int]) -> OlderItemList:
    return OlderItemList(issues=[_older_item(one, found.references, roots) for one in found.issues], total=found.total)


def _older_item(one: Issue, known: References, roots: Mapping[int, int]) -> OlderItem:
    return OlderItem(
        **placed_item(one, known),
        subject=one.summary,
        author=item_user(known, one.author_id),
        assigned_user=item_user(known, one.assignee_id),
        developer=item_user(known, one.developer_id),
        begin_time=millis(one.start_date),
        end_time=millis(one.end_date),
        created_time=millis(one.created_at),
        updated_time=millis(one.updated_at),
        closed_time=millis(one.resolved_at),
        parent_issue_id=one.parent_id,
        root_issue_id=roots.get(one.id, one.id),
        story_point=story_point(one.story_points),
        custom_feilds=[
            OlderFieldValue(key=value.custom_field, name=value.field_name, value=value.value)
            for value in _values(one, known)
        ],
    )
