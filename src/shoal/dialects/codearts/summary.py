"""A project in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from litestar import get

from shoal.actions import queues
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.tables import TRACKERS
from shoal.dialects.codearts.values import Answer
from shoal.domain.statistics import Count


class StatusCounts(Answer):
    new_num: int
    process_num: int
    solved_num: int
    test_num: int
    closed_num: int
    rejected_num: int


class ModuleStories(StatusCounts):
    module: str
    total: int


class ModuleBugs(Answer):
    module: str
    critical_num: int
    serious_num: int
    normal_num: int
    tip_num: int
    defect_index: float
    total: int


class CompletionRate(Answer):
    tracker_id: int
    issue_status: StatusCounts


class ProjectSummary(Answer):
    """Bugs by module and severity, stories by module and status, and every type by status. What is in none of the
    columns, as an item of a status of one's own, is in the totals."""

    bug_statistics: list[ModuleBugs]
    demand_statistics: list[ModuleStories]
    issue_completion_rates: list[CompletionRate]
    project_id: str


@get("/v4/projects/{project_id:str}/summary")
async def show_project_summary_v4(db: TheDatabase, actor: TheActor, project: TheProject) -> ProjectSummary:
    """A project in numbers."""
    return summary(project.id, await queues.count(db, actor, str(project.id)))


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


def summary(queue_id: int, counts: Sequence[Count]) -> ProjectSummary:
    return ProjectSummary(
        bug_statistics=[_bugs(*part) for part in _by_module(counts, "bug")],
        demand_statistics=[
            ModuleStories(module=module, **_statuses(of), total=_sum(of)) for module, of in _by_module(counts, "story")
        ],
        issue_completion_rates=_rates(counts),
        project_id=ids.project(queue_id),
    )


def _by_module(counts: Sequence[Count], of_type: str) -> list[tuple[str, list[Count]]]:
    found: dict[str, list[Count]] = {}
    for count in counts:
        if count.type == of_type:
            found.setdefault(count.component or "", []).append(count)
    return sorted(found.items())


def _bugs(module: str, counts: Sequence[Count]) -> ModuleBugs:
    columns: Any = {column: _sum(it for it in counts if it.severity == key) for column, key in BY_SEVERITY.items()}
    index = sum(WEIGHTS[column] * number for column, number in columns.items())
    return ModuleBugs(module=module, **columns, defect_index=round(index, 1), total=_sum(counts))


def _rates(counts: Sequence[Count]) -> list[CompletionRate]:
    trackers: dict[int, list[Count]] = {}
    for count in counts:
        trackers.setdefault(TRACKERS.number(count.type, count.type_id), []).append(count)
    return [
        CompletionRate(tracker_id=number, issue_status=StatusCounts(**_statuses(of)))
        for number, of in sorted(trackers.items())
    ]


def _statuses(counts: Sequence[Count]) -> dict[str, Any]:
    return {column: _sum(it for it in counts if it.status == key) for column, key in BY_STATUS.items()}


def _sum(counts: Iterable[Count]) -> int:
    return sum(count.issues for count in counts)
