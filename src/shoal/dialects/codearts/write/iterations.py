"""Iterations: in the list, alone with how far they are, and their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal.actions.sprints import Report
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.tables import ITERATION_STATES
from shoal.dialects.codearts.write.values import day, millis, moment
from shoal.domain.organisation import Organisation
from shoal.domain.sprint import Day, Sprint, SprintChange

Json = dict[str, object]

NAMES: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "start_date": "begin_time",
    "end_date": "end_time",
    "state": "status",
}
OPERATIONS: Mapping[str, str] = {"created": "create", "updated": "update", "deleted": "delete"}


def listed(sprints: Sequence[Sprint]) -> Json:
    return {"total": len(sprints), "iterations": [_in_list(sprint) for sprint in sprints]}


def _in_list(sprint: Sprint) -> Json:
    return {
        "id": sprint.id,
        "name": sprint.name,
        "description": sprint.description,
        "begin_time": day(sprint.start_date),
        "end_time": day(sprint.end_date),
        "status": ITERATION_STATES[sprint.state],
        "updated_time": millis(sprint.updated_at),
        "deleted": sprint.deleted_at is not None,
    }


def shown(report: Report) -> Json:
    sprint, progress = report.sprint, report.progress
    return {
        "iteration_id": sprint.id,
        "name": sprint.name,
        "begin_time": day(sprint.start_date),
        "end_time": day(sprint.end_date),
        "status": ITERATION_STATES[sprint.state],
        "total": progress.total,
        "opened_total": progress.total - progress.closed,
        "closed_total": progress.closed,
        "have_task": progress.has_tasks,
        "progress": f"{progress.closed * 100 // progress.total if progress.total else 0}%",
        "created_time": moment(sprint.created_at),
        "updated_time": moment(sprint.updated_at),
        "charts": [_point(sprint, point) for point in report.days],
    }


def _point(sprint: Sprint, point: Day) -> Json:
    return {
        "date": day(point.day),
        "finished_num": point.finished,
        "iteration_id": sprint.id,
        "project_num_id": sprint.queue_id,
        "remaining_num": point.total - point.finished,
        "total": point.total,
    }


def history(sprint: Sprint, changes: Sequence[SprintChange], total: int, organisation: Organisation) -> Json:
    return {"total": total, "histories": [_change(sprint, change, organisation) for change in changes]}


def _change(sprint: Sprint, change: SprintChange, organisation: Organisation) -> Json:
    return {
        "iteration_id": str(sprint.id),
        "project_id": None if sprint.queue_id is None else ids.project(sprint.queue_id),
        "operator": {
            "user_id": ids.user(change.author_id),
            "user_name": change.author_login,
            "nick_name": change.author_display,
            "domain_id": ids.domain(organisation.id),
            "domain_name": organisation.name,
        },
        "operate": OPERATIONS[change.kind],
        "operate_time": moment(change.at),
        "details": [_detail(name, *values) for name, values in change.changes.items()],
    }


def _detail(name: str, before: str | None, after: str | None) -> Json:
    words: Mapping[str, str] = ITERATION_STATES if name == "state" else {}
    return {
        "operate_field_name": NAMES[name],
        "old_value": words.get(before or "", before or ""),
        "new_value": words.get(after or "", after or ""),
    }
