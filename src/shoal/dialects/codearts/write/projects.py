"""Projects: in the list, alone, and in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.tables import TRACKERS
from shoal.dialects.codearts.write.values import millis
from shoal.domain.organisation import Organisation
from shoal.domain.queue import Queue, QueueCard
from shoal.domain.statistics import Count

Json = dict[str, object]
TYPE = "scrum"


def listed(page: Sequence[QueueCard], total: int, organisation: Organisation) -> Json:
    return {"projects": [_in_list(card, organisation) for card in page], "total": total}


def _in_list(card: QueueCard, organisation: Organisation) -> Json:
    return {
        "project_num_id": card.id,
        "project_id": ids.project(card.id),
        "project_name": card.name,
        "description": card.description,
        "created_time": millis(card.created_at),
        "updated_time": millis(card.updated_at),
        "project_type": TYPE,
        "creator": _creator(card, organisation),
    }


def shown(card: QueueCard, organisation: Organisation) -> Json:
    """Alone it is wrapped, and two of its names are others."""
    project = {
        "project_num_id": card.id,
        "project_id": ids.project(card.id),
        "name": card.name,
        "created_on": millis(card.created_at),
        "updated_on": millis(card.updated_at),
        "project_type": TYPE,
        "archive": int(card.archived),
        "enterprise_id": "",
        "project_code": card.key,
        "creator": _creator(card, organisation),
    }
    return {"project": project}


def _creator(card: QueueCard, organisation: Organisation) -> Json | None:
    if card.maker_id is None:
        return None
    return {
        "user_num_id": card.maker_id,
        "user_id": ids.user(card.maker_id),
        "user_name": card.maker_login,
        "domain_id": ids.domain(organisation.id),
        "domain_name": organisation.name,
        "nick_name": card.maker_display,
    }


def created(queue: Queue, user_id: int) -> Json:
    return {
        "project_num_id": queue.id,
        "project_id": ids.project(queue.id),
        "project_name": queue.name,
        "description": queue.description,
        "project_type": TYPE,
        "user_num_id": user_id,
    }


# --- in numbers ----------------------------------------------------------------------------------------------------

BY_STATUS: Mapping[str, str] = {
    "new_num": "open",
    "process_num": "inProgress",
    "solved_num": "resolved",
    "test_num": "testing",
    "closed_num": "closed",
    "rejected_num": "rejected",
}
BY_SEVERITY: Mapping[str, str] = {
    "critical_num": "critical",
    "serious_num": "important",
    "normal_num": "normal",
    "tip_num": "hint",
}
WEIGHTS: Mapping[str, float] = {"critical_num": 10, "serious_num": 3, "normal_num": 1, "tip_num": 0.1}
"""Of a defect of each severity in the index of defects: the weights that are usual for it."""


def summary(queue_id: int, counts: Sequence[Count]) -> Json:
    """Bugs by module and severity, stories by module and status, and every type by status. What is in none of the
    columns, as an item of a status of one's own, is in the totals."""
    return {
        "bug_statistics": [_bugs(*part) for part in _by_module(counts, "bug")],
        "demand_statistics": [_demands(*part) for part in _by_module(counts, "story")],
        "issue_completion_rates": _rates(counts),
        "project_id": ids.project(queue_id),
    }


def _by_module(counts: Sequence[Count], of_type: str) -> list[tuple[str, list[Count]]]:
    found: dict[str, list[Count]] = {}
    for count in counts:
        if count.type == of_type:
            found.setdefault(count.component or "", []).append(count)
    return sorted(found.items())


def _bugs(module: str, counts: Sequence[Count]) -> Json:
    columns = {column: _sum(it for it in counts if it.severity == key) for column, key in BY_SEVERITY.items()}
    index = sum(WEIGHTS[column] * number for column, number in columns.items())
    return {"module": module, **columns, "defect_index": round(index, 1), "total": _sum(counts)}


def _demands(module: str, counts: Sequence[Count]) -> Json:
    return {"module": module, **_statuses(counts), "total": _sum(counts)}


def _rates(counts: Sequence[Count]) -> list[Json]:
    trackers: dict[int, list[Count]] = {}
    for count in counts:
        trackers.setdefault(TRACKERS.number(count.type, count.type_id), []).append(count)
    return [{"tracker_id": number, "issue_status": _statuses(of)} for number, of in sorted(trackers.items())]


def _statuses(counts: Sequence[Count]) -> Json:
    return {column: _sum(it for it in counts if it.status == key) for column, key in BY_STATUS.items()}


def _sum(counts: Iterable[Count]) -> int:
    return sum(count.issues for count in counts)
