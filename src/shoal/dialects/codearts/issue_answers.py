"""Work items, in the shapes that the wire has for them: alone and in the lists of the fourth version, in the older
list, after a comment, after a change of status, and in the list of all projects. Each has words of its own for the
same things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.fields import field_type, wire_name
from shoal.dialects.codearts.tables import STATUS_CATEGORIES
from shoal.dialects.codearts.values import (
    AccountUser,
    Answer,
    ItemUser,
    Named,
    NumberedAccountUser,
    Result,
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
from shoal.domain.queue import QueueCard
from shoal.domain.reference import Reference, References

U = TypeVar("U", bound="FlowUser")


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


def _any_item(one: Issue, known: References) -> dict[str, Any]:
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


def _placed_item(one: Issue, known: References) -> dict[str, Any]:
    return {**_any_item(one, known), "module": _module(one, known), "iteration": _iteration(one, known)}


def _module(one: Issue, known: References) -> Named | None:
    return named(known, Kind.COMPONENT, next(iter(one.components), None))


def _iteration(one: Issue, known: References) -> Named | None:
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
        **_placed_item(one, known),
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
        **_placed_item(one, known),
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


# --- after a comment -----------------------------------------------------------------------------------------------


class RoledUser(NumberedAccountUser):
    """Roles belong to members, not to items."""

    role_id: None = None
    role_name: None = None
    role_code: None = None


class DetailProject(Answer):
    id: int
    identifier: str
    name: str
    project_type: str = "scrum"


class ItemDetail(PlacedItem):
    subject: str
    description: str
    inner_text: str
    project: DetailProject | None
    parent_issue: Named | None
    assigned_to: RoledUser | None
    author: RoledUser | None
    developer: RoledUser | None
    assigned_cc_user: list[RoledUser]
    start_date: str | None
    end_time: str | None
    created_on: str | None
    updated_on: str | None
    closed_time: str | None
    story_point: Named | None
    custom_fields: tuple[()] = ()
    custom_value_new: None = None
    release_dev: None = None
    find_release_dev: None = None
    env: None = None
    accessories_list: tuple[()] = ()


class CommentedItem(Answer):
    issue: ItemDetail


def commented(found: Found, *, org_id: int, text: str) -> Result[CommentedItem]:
    one, known = found.issue, found.references
    queue = known.find(Kind.QUEUE, one.queue_id)
    issue = ItemDetail(
        **_placed_item(one, known),
        subject=one.summary,
        description=one.description,
        inner_text=text,
        project=DetailProject(**_numbered_project(queue)) if queue else None,
        parent_issue=named(known, Kind.ISSUE, one.parent_id),
        assigned_to=_roled_user(known, one.assignee_id, org_id),
        author=_roled_user(known, one.author_id, org_id),
        developer=_roled_user(known, one.developer_id, org_id),
        assigned_cc_user=[user for id_ in one.followers if (user := _roled_user(known, id_, org_id)) is not None],
        start_date=day(one.start_date),
        end_time=day(one.end_date),
        created_on=moment(one.created_at),
        updated_on=moment(one.updated_at),
        closed_time=moment(one.resolved_at),
        story_point=story_point(one.story_points),
    )
    return Result(result=CommentedItem(issue=issue))


def _numbered_project(queue: Reference) -> dict[str, Any]:
    return {"id": queue.id, "identifier": ids.project(queue.id), "name": queue.name("en")}


def _roled_user(known: References, user_id: int | None, org_id: int) -> RoledUser | None:
    one = known.find(Kind.USER, user_id)
    if one is None:
        return None
    return RoledUser(
        user_num_id=one.id,
        user_id=ids.user(one.id),
        user_name=one.key,
        nick_name=one.name("en"),
        domain_id=ids.domain(org_id),
        domain_name=None,
    )


# --- after a change of status --------------------------------------------------------------------------------------


class TextNamed(Answer):
    id: str
    name: str


class FlowUser(Answer):
    id: int
    identifier: str
    name: str | None
    firstName: str
    lastName: str
    image_id: None = None


class FlowAssignee(FlowUser, kw_only=True):
    assignedNickName: str


class FlowAuthor(FlowUser, kw_only=True):
    authorNickName: str


class FlowCreator(AccountUser):
    gender: None = None


class FlowProject(Answer):
    project_num_id: int
    project_id: str
    name: str
    description: str
    created_time: int | None
    updated_time: int | None
    project_code: str
    is_archived: bool
    creator: FlowCreator | None
    region: None = None
    type: str = "scrum"


class FlowedItem(AnyItem):
    """Hours are whole numbers in this shape."""

    subject: str
    project: FlowProject
    tracker: Named | None
    status: Named | None
    status_attribute: TextNamed | None
    priority: Named | None
    severity: Named | None
    domain: Named | None
    module: Named | None
    fixed_version: Named | None
    assigned_to: FlowAssignee | None
    author: FlowAuthor | None
    developer: ItemUser | None
    closeder: ItemUser | None
    assigned_cc_user: str
    isParent: bool
    is_archived: bool
    expected_work_hours: int
    actual_work_hours: int
    story_point: Named | None
    start_date: str | None
    due_date: str | None
    created_on: str | None
    updated_on: str | None
    closed_flag: int
    deleted: bool = False
    is_watcher: bool = False
    position: None = None
    releaseDev: None = None
    findReleaseDev: None = None
    custom_value_new: None = None


class Flowed(Answer):
    issue: FlowedItem


def flowed(found: Found, project: QueueCard, *, category: str, is_parent: bool, org_id: int) -> Result[Flowed]:
    one, known = found.issue, found.references
    whole_hours = {
        "expected_work_hours": int(hours(one.estimation)),
        "actual_work_hours": int(hours(one.spent)),
    }
    issue = FlowedItem(
        **{**_any_item(one, known), **whole_hours},
        module=_module(one, known),
        fixed_version=_iteration(one, known),
        subject=one.summary,
        project=_flow_project(project, org_id),
        status_attribute=_attribute(category),
        assigned_to=_flow_user(FlowAssignee, known, one.assignee_id, "assignedNickName"),
        author=_flow_user(FlowAuthor, known, one.author_id, "authorNickName"),
        developer=item_user(known, one.developer_id),
        closeder=item_user(known, one.resolver_id),
        assigned_cc_user=",".join(str(id_) for id_ in one.followers),
        isParent=is_parent,
        is_archived=project.archived,
        story_point=story_point(one.story_points),
        start_date=day(one.start_date),
        due_date=day(one.end_date),
        created_on=moment(one.created_at),
        updated_on=moment(one.updated_at),
        closed_flag=int(one.resolved_at is not None),
    )
    return Result(result=Flowed(issue=issue))


def _attribute(category: str) -> TextNamed | None:
    attribute = STATUS_CATEGORIES.get(category)
    return None if attribute is None else TextNamed(id=str(attribute[0]), name=attribute[1])


def _flow_user(shape: type[U], known: References, user_id: int | None, nick_name: str) -> U | None:
    """Assignee and author differ in what they call the nick name."""
    one = known.find(Kind.USER, user_id)
    if one is None:
        return None
    first, _, last = one.name("en").partition(" ")
    nick: dict[str, Any] = {nick_name: one.name("en")}
    return shape(id=one.id, identifier=ids.user(one.id), name=one.key, firstName=first, lastName=last, **nick)


def _flow_project(project: QueueCard, org_id: int) -> FlowProject:
    creator = None
    if project.maker_id is not None:
        creator = FlowCreator(
            user_id=ids.user(project.maker_id),
            user_name=project.maker_login,
            nick_name=project.maker_display,
            domain_id=ids.domain(org_id),
            domain_name=None,
        )
    return FlowProject(
        project_num_id=project.id,
        project_id=ids.project(project.id),
        name=project.name,
        description=project.description,
        created_time=millis(project.created_at),
        updated_time=millis(project.updated_at),
        project_code=project.key,
        is_archived=project.archived,
        creator=creator,
    )


# --- of all projects -----------------------------------------------------------------------------------------------


class Subject(Answer):
    id: int
    subject: str


class RowProject(Answer):
    id: int
    identifier: str
    name: str
    type: str = "scrum"


class RowModule(Named, frozen=True):
    path_name: str


class RowUser(Answer):
    id: int
    identifier: str
    name: str | None


class Row(AnyItem):
    subject: str
    parent_issue_id: int | None
    parent_issue: Subject | None
    project: RowProject | None
    module: RowModule | None
    assigned_to: RowUser | None
    author: RowUser | None
    developer: RowUser | None
    closeder: RowUser | None
    deleted: bool
    closed_flag: int
    created_on: str | None
    updated_on: str | None
    due_date: str | None
    is_watcher: bool = False
    order: Named = Named(0, "0")
    position: int = 0
    release_dev: None = None
    find_release_dev: None = None


class WorkTable(Answer):
    issue_list: list[Row]
    total: int


def everywhere(found: Found) -> WorkTable:
    return WorkTable(issue_list=[_row(one, found.references) for one in found.issues], total=found.total)


def _row(one: Issue, known: References) -> Row:
    parent, module = named(known, Kind.ISSUE, one.parent_id), _module(one, known)
    queue = known.find(Kind.QUEUE, one.queue_id)
    return Row(
        **_any_item(one, known),
        subject=one.summary,
        parent_issue_id=one.parent_id,
        parent_issue=Subject(id=parent.id, subject=parent.name) if parent else None,
        project=RowProject(**_numbered_project(queue)) if queue else None,
        module=RowModule(id=module.id, name=module.name, path_name=module.name) if module else None,
        assigned_to=_row_user(known, one.assignee_id),
        author=_row_user(known, one.author_id),
        developer=_row_user(known, one.developer_id),
        closeder=_row_user(known, one.resolver_id),
        deleted=one.deleted_at is not None,
        closed_flag=int(one.resolved_at is not None),
        created_on=moment(one.created_at),
        updated_on=moment(one.updated_at),
        due_date=day(one.end_date),
    )


def _row_user(known: References, user_id: int | None) -> RowUser | None:
    one = known.find(Kind.USER, user_id)
    return None if one is None else RowUser(id=one.id, identifier=ids.user(one.id), name=one.key)
