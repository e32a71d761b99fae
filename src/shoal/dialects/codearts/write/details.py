"""Work items in the other shapes of the wire: after a comment, after a change of status, and in the list of all
projects. Each has words of its own for the same things."""

from __future__ import annotations

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.tables import STATUS_CATEGORIES
from shoal.dialects.codearts.write.issues import classified, iteration_of, module_of, story_point
from shoal.dialects.codearts.write.people import flow_assignee, issue_user, simple_user, user_vo
from shoal.dialects.codearts.write.values import day, hours, millis, moment, named
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.queue import QueueCard
from shoal.domain.reference import References

Json = dict[str, object]


def commented(found: Found, *, org_id: int, text: str) -> Json:
    """What is answered to a comment: IssueDetailResponseV2."""
    return {"result": {"issue": _detail(found.issue, found.references, org_id, text)}, "status": "success"}


def _detail(one: Issue, known: References, org_id: int, text: str) -> Json:
    return {
        **classified(one, known),
        "id": one.id,
        "subject": one.summary,
        "description": one.description,
        "inner_text": text,
        "project": _project(one, known, id_="id", kind="project_type"),
        "parent_issue": named(known, Kind.ISSUE, one.parent_id),
        "assigned_to": user_vo(known, one.assignee_id, org_id),
        "author": user_vo(known, one.author_id, org_id),
        "developer": user_vo(known, one.developer_id, org_id),
        "assigned_cc_user": [user for id_ in one.followers if (user := user_vo(known, id_, org_id)) is not None],
        "start_date": day(one.start_date),
        "end_time": day(one.end_date),
        "created_on": moment(one.created_at),
        "updated_on": moment(one.updated_at),
        "closed_time": moment(one.resolved_at),
        "done_ratio": one.done_ratio or 0,
        "expected_work_hours": hours(one.estimation),
        "actual_work_hours": hours(one.spent),
        "story_point": story_point(one.story_points),
        "custom_fields": [],
        "custom_value_new": None,
        "release_dev": None,
        "find_release_dev": None,
        "env": None,
        "accessories_list": [],
    }


def _project(one: Issue, known: References, *, id_: str, kind: str) -> Json | None:
    queue = known.find(Kind.QUEUE, one.queue_id)
    if queue is None:
        return None
    return {id_: queue.id, "identifier": ids.project(queue.id), "name": queue.name("en"), kind: "scrum"}


# --- after a change of status --------------------------------------------------------------------------------------


def flowed(found: Found, project: QueueCard, *, category: str, is_parent: bool, org_id: int) -> Json:
    """IssueNew. Hours are whole numbers in this shape."""
    one, known = found.issue, found.references
    issue: Json = {
        **_flow_things(one, known),
        "id": one.id,
        "subject": one.summary,
        "project": _flow_project(project, org_id),
        "isParent": is_parent,
        "done_ratio": one.done_ratio or 0,
        "story_point": story_point(one.story_points),
        "status_attribute": _attribute(category),
        "start_date": day(one.start_date),
        "due_date": day(one.end_date),
        "created_on": moment(one.created_at),
        "updated_on": moment(one.updated_at),
        "expected_work_hours": int(hours(one.estimation)),
        "actual_work_hours": int(hours(one.spent)),
        "assigned_cc_user": ",".join(str(id_) for id_ in one.followers),
        "closed_flag": int(one.resolved_at is not None),
        "deleted": False,
        "is_watcher": False,
        "is_archived": project.archived,
        "position": None,
        "releaseDev": None,
        "findReleaseDev": None,
        "custom_value_new": None,
    }
    return {"result": {"issue": issue}, "status": "success"}


def _flow_things(one: Issue, known: References) -> Json:
    return {
        "tracker": named(known, Kind.TYPE, one.type_id),
        "status": named(known, Kind.STATUS, one.status_id),
        "priority": named(known, Kind.PRIORITY, one.priority_id),
        "severity": named(known, Kind.SEVERITY, one.severity_id),
        "domain": named(known, Kind.AREA, one.area_id),
        "module": named(known, Kind.COMPONENT, module_of(one)),
        "fixed_version": named(known, Kind.SPRINT, iteration_of(one)),
        "assigned_to": flow_assignee(known, one.assignee_id, "assignedNickName"),
        "author": flow_assignee(known, one.author_id, "authorNickName"),
        "developer": issue_user(known, one.developer_id),
        "closeder": issue_user(known, one.resolver_id),
    }


def _attribute(category: str) -> Json | None:
    attribute = STATUS_CATEGORIES.get(category)
    return None if attribute is None else {"id": str(attribute[0]), "name": attribute[1]}


def _flow_project(project: QueueCard, org_id: int) -> Json:
    creator = None
    if project.maker_id is not None:
        creator = {
            "user_id": ids.user(project.maker_id),
            "user_name": project.maker_login,
            "nick_name": project.maker_display,
            "domain_id": ids.domain(org_id),
            "domain_name": None,
            "gender": None,
        }
    return {
        "project_num_id": project.id,
        "project_id": ids.project(project.id),
        "name": project.name,
        "description": project.description,
        "created_time": millis(project.created_at),
        "updated_time": millis(project.updated_at),
        "project_code": project.key,
        "region": None,
        "is_archived": project.archived,
        "type": "scrum",
        "creator": creator,
    }


# --- of all projects -----------------------------------------------------------------------------------------------


def everywhere(found: Found) -> Json:
    """WorkTableIssuseListResponseBodyIssueList, as the SDK spells it."""
    return {"issue_list": [_row(one, found.references) for one in found.issues], "total": found.total}


def _row(one: Issue, known: References) -> Json:
    things = {name: thing for name, thing in classified(one, known).items() if name != "iteration"}
    return {
        **things,
        "id": one.id,
        "subject": one.summary,
        "parent_issue_id": one.parent_id,
        "parent_issue": named(known, Kind.ISSUE, one.parent_id, name="subject"),
        "project": _project(one, known, id_="id", kind="type"),
        "module": _module(one, known),
        "order": {"id": 0, "name": "0"},
        "position": 0,
        "assigned_to": simple_user(known, one.assignee_id),
        "author": simple_user(known, one.author_id),
        "developer": simple_user(known, one.developer_id),
        "closeder": simple_user(known, one.resolver_id),
        "done_ratio": one.done_ratio or 0,
        "expected_work_hours": hours(one.estimation),
        "actual_work_hours": hours(one.spent),
        "deleted": one.deleted_at is not None,
        "is_watcher": False,
        "closed_flag": int(one.resolved_at is not None),
        "created_on": moment(one.created_at),
        "updated_on": moment(one.updated_at),
        "due_date": day(one.end_date),
        "release_dev": None,
        "find_release_dev": None,
    }


def _module(one: Issue, known: References) -> Json | None:
    module = named(known, Kind.COMPONENT, module_of(one))
    return None if module is None else {**module, "path_name": module["name"]}
