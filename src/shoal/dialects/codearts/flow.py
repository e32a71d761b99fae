"""A work item taken to another status, and the shape that it is answered in."""

from __future__ import annotations

from typing import Any, TypeVar

from litestar import post

from shoal.actions import catalogues, issues
from shoal.dialects.codearts import bodies, ids, issue_edits, rules, searching
from shoal.dialects.codearts.bodies import DemandingBody, Digits, ProjectId, UserOrNone
from shoal.dialects.codearts.dependencies import Payload, TheActor, TheDatabase
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_answers import AnyItem, any_item, iteration_of, module_of, story_point
from shoal.dialects.codearts.issue_edits import WorkItemEdit
from shoal.dialects.codearts.tables import STATUS_CATEGORIES
from shoal.dialects.codearts.values import (
    AccountUser,
    Answer,
    ItemUser,
    Named,
    Result,
    day,
    hours,
    item_user,
    millis,
    moment,
)
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.patch import Ref, Set
from shoal.domain.queue import QueueCard
from shoal.domain.reference import References

U = TypeVar("U", bound="FlowUser")


class Flow(DemandingBody):
    """With the status, perhaps another owner, and a comment."""

    id: Digits
    status_id: Digits
    assigned_to_id: UserOrNone | None = None
    notes: str | None = None
    projectUUId: ProjectId | None = None
    project_uuid: ProjectId | None = None
    type: str | None = None

    @property
    def project(self) -> str:
        project = self.projectUUId or self.project_uuid
        if not project:
            raise MissingParameter("projectUUId")
        return project


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
    status_attribute: TextNamed | None
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


@post("/v2/workitem/issue-flowage", status_code=200)
async def update_scrum_issue_workflow(db: TheDatabase, actor: TheActor, payload: Payload[Flow]) -> Result[Flowed]:
    """Take a work item to another status."""
    number = bodies.number("status_id", payload.status_id)
    assignee = bodies.user_or_none("assigned_to_id", payload.assigned_to_id)
    project = await rules.project(db, actor, payload.project)
    item = issue_edits.ref(payload.id, project.id, "id")
    edits = {} if assignee is None else {"assignee": Set(Ref(id=assignee))}
    change = rules.change(WorkItemEdit(edits, number), comment=payload.notes)
    with rules.for_one_item():
        found = await issues.change(db, actor, item, change, depth=rules.SHALLOW)
    below = await searching.children(db, actor, project, found.issue.id, limit=1)
    status = await catalogues.get(db, actor, Kind.STATUS, Ref(id=found.issue.status_id))
    category, is_parent = status.category or "", below.total > 0
    return flowed(found, project, category=category, is_parent=is_parent, org_id=actor.org_id)


def flowed(found: Found, project: QueueCard, *, category: str, is_parent: bool, org_id: int) -> Result[Flowed]:
    one, known = found.issue, found.references
    whole_hours = {
        "expected_work_hours": int(hours(one.estimation)),
        "actual_work_hours": int(hours(one.spent)),
    }
    issue = FlowedItem(
        **{**any_item(one, known), **whole_hours},
        module=module_of(one, known),
        fixed_version=iteration_of(one, known),
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
