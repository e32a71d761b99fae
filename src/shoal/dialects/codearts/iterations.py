"""Iterations: the sprints of a queue's own board. In the list, alone with how far they are, and their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import FromPath
from msgspec import UNSET, Struct, UnsetType

from shoal.actions import organisations, sprints
from shoal.actions.sprints import Report
from shoal.dialects.codearts import bodies, ids
from shoal.dialects.codearts.bodies import (
    DAY_PATTERN,
    MANY,
    AnyNumber,
    Body,
    Interval,
    Number,
    PageParameters,
    Text,
    form,
)
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.tables import ITERATION_STATES, SPRINT_STATES
from shoal.dialects.codearts.values import AccountUser, Answer, day, millis, moment
from shoal.dialects.http import LISTS
from shoal.domain.errors import WrongParameter
from shoal.domain.organisation import Organisation
from shoal.domain.sprint import AtEnd, Day, NewSprint, Sprint, SprintChange, SprintEdit, Which

DayOfTime = Annotated[
    str,
    form(
        pattern=rf"^\s*({DAY_PATTERN}( .*)?)?$",
        description="A day; a time of day after it is cut off. The empty text is none.",
    ),
]
Status = Annotated[
    Number,
    form(
        enum=[*SPRINT_STATES, *map(int, SPRINT_STATES)],
        description="0 not started, 1 running, 2 finished; a step goes to a neighbour.",
    ),
]
OverType = Annotated[
    str,
    form(enum=[*AtEnd, ""], description="What becomes of the open items when the iteration ends."),
]


class NewIteration(Body):
    name: Text
    description: str | None = None
    begin_time: DayOfTime | None = None
    end_time: DayOfTime | None = None


class IterationEdit(Body):
    name: str | None = None
    description: str | None = None
    begin_time: DayOfTime | None = None
    end_time: DayOfTime | None = None
    status: Status | None = None
    over_type: OverType | None = None


class IterationIds(Body):
    iteration_ids: Annotated[list[AnyNumber], MANY]


class IterationFilter(Struct):
    updated_time_interval: Interval | None = None
    include_deleted: bool = False


class NewIterationId(Answer):
    id: int


class ListedIteration(Answer):
    id: int
    name: str
    description: str
    begin_time: str | None
    end_time: str | None
    status: str
    updated_time: int | None
    deleted: bool


class IterationList(Answer):
    total: int
    iterations: list[ListedIteration]


class ChartPoint(Answer):
    date: str | None
    finished_num: int
    iteration_id: int
    project_num_id: int | None
    remaining_num: int
    total: int


class Iteration(Answer):
    iteration_id: int
    name: str
    begin_time: str | None
    end_time: str | None
    status: str
    total: int
    opened_total: int
    closed_total: int
    have_task: bool
    progress: str
    created_time: str | None
    updated_time: str | None
    charts: list[ChartPoint]


class HistoryDetail(Answer):
    operate_field_name: str
    old_value: str
    new_value: str


class IterationHistory(Answer):
    iteration_id: str
    project_id: str | None
    operator: AccountUser
    operate: str
    operate_time: str | None
    details: list[HistoryDetail]


class IterationHistoryList(Answer):
    total: int
    histories: list[IterationHistory]


@post("/v4/projects/{project_id:str}/iteration", status_code=200)
async def create_iteration_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[NewIteration]
) -> NewIterationId:
    """Make an iteration."""
    return NewIterationId(id=(await sprints.create(db, actor, new_sprint(payload), queue=str(project.id))).id)


@get("/v4/projects/{project_id:str}/iterations")
async def list_project_iterations_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[IterationFilter]
) -> IterationList:
    """Iterations."""
    since, until = bodies.span("updated_time_interval", params.updated_time_interval)
    which = Which(deleted=params.include_deleted, since=since, until=until)
    return listed(await sprints.list_of_queue(db, actor, str(project.id), which))


@put("/v4/projects/{project_id:str}/iterations/{iteration_id:str}", status_code=204)
async def update_iteration_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, iteration_id: FromPath[str], payload: Payload[IterationEdit]
) -> None:
    """Change an iteration."""
    await sprints.edit(db, actor, str(project.id), bodies.number("iteration_id", iteration_id), sprint_edit(payload))


@delete("/v4/projects/{project_id:str}/iterations/{iteration_id:str}")
async def delete_iteration_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, iteration_id: FromPath[str]
) -> None:
    """Delete an iteration."""
    await sprints.delete(db, actor, str(project.id), [bodies.number("iteration_id", iteration_id)])


@delete("/v4/projects/{project_id:str}/iterations", request_max_body_size=LISTS)
async def batch_delete_iterations_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[IterationIds]
) -> None:
    """Delete several."""
    asked = [bodies.number("iteration_ids", each) for each in payload.iteration_ids]
    await sprints.delete(db, actor, str(project.id), list(dict.fromkeys(asked)))


@get("/v4/iterations/{iteration_id:str}")
async def show_iteration_v4(db: TheDatabase, actor: TheActor, iteration_id: FromPath[str]) -> Iteration:
    """An iteration, and how far it is."""
    return shown(await sprints.report(db, actor, bodies.number("iteration_id", iteration_id)))


@get("/v4/iterations/{iteration_id:str}/histories")
async def list_iteration_histories(
    db: TheDatabase, actor: TheActor, params: Parameters[PageParameters], iteration_id: FromPath[str]
) -> IterationHistoryList:
    """What changed in an iteration."""
    sprint, changes, total = await sprints.history(
        db, actor, bodies.number("iteration_id", iteration_id), limit=params.limit, offset=params.offset
    )
    return history(sprint, changes, total, await organisations.get(db, actor.org_id))


# --- what is sent --------------------------------------------------------------------------------------------------


def new_sprint(asked: NewIteration) -> NewSprint:
    return NewSprint(
        board=None,
        name=asked.name,
        description=asked.description or "",
        start_date=_day("begin_time", asked.begin_time) or None,
        end_date=_day("end_time", asked.end_time) or None,
    )


def sprint_edit(asked: IterationEdit) -> SprintEdit:
    return SprintEdit(
        name=UNSET if asked.name is None else asked.name,
        description=UNSET if asked.description is None else asked.description,
        start_date=_day("begin_time", asked.begin_time),
        end_date=_day("end_time", asked.end_time),
        state=_state(asked.status),
        at_end=_at_end(asked.over_type),
    )


def _day(name: str, text: str | None) -> date | UnsetType | None:
    """Null is left as it is."""
    if text is None:
        return UNSET
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip().partition(" ")[0])
    except ValueError:
        raise WrongParameter(name, "date_expected") from None


def _state(status: Number | None) -> str | UnsetType:
    if status is None:
        return UNSET
    if str(status) not in SPRINT_STATES:
        raise WrongParameter("status", "iteration_state")
    return SPRINT_STATES[str(status)]


def _at_end(over_type: str | None) -> AtEnd | None:
    if not over_type:
        return None
    if over_type not in set(AtEnd):
        raise WrongParameter("over_type", "over_type")
    return AtEnd(over_type)


# --- what is answered ----------------------------------------------------------------------------------------------

FIELD_NAMES: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "start_date": "begin_time",
    "end_date": "end_time",
    "state": "status",
}
OPERATIONS: Mapping[str, str] = {"created": "create", "updated": "update", "deleted": "delete"}


def listed(found: Sequence[Sprint]) -> IterationList:
    return IterationList(total=len(found), iterations=[_in_list(sprint) for sprint in found])


def _in_list(sprint: Sprint) -> ListedIteration:
    return ListedIteration(
        id=sprint.id,
        name=sprint.name,
        description=sprint.description,
        begin_time=day(sprint.start_date),
        end_time=day(sprint.end_date),
        status=ITERATION_STATES[sprint.state],
        updated_time=millis(sprint.updated_at),
        deleted=sprint.deleted_at is not None,
    )


def shown(report: Report) -> Iteration:
    sprint, progress = report.sprint, report.progress
    return Iteration(
        iteration_id=sprint.id,
        name=sprint.name,
        begin_time=day(sprint.start_date),
        end_time=day(sprint.end_date),
        status=ITERATION_STATES[sprint.state],
        total=progress.total,
        opened_total=progress.total - progress.closed,
        closed_total=progress.closed,
        have_task=progress.has_tasks,
        progress=f"{progress.closed * 100 // progress.total if progress.total else 0}%",
        created_time=moment(sprint.created_at),
        updated_time=moment(sprint.updated_at),
        charts=[_point(sprint, point) for point in report.days],
    )


def _point(sprint: Sprint, point: Day) -> ChartPoint:
    return ChartPoint(
        date=day(point.day),
        finished_num=point.finished,
        iteration_id=sprint.id,
        project_num_id=sprint.queue_id,
        remaining_num=point.total - point.finished,
        total=point.total,
    )


def history(
    sprint: Sprint, changes: Sequence[SprintChange], total: int, organisation: Organisation
) -> IterationHistoryList:
    return IterationHistoryList(total=total, histories=[_change(sprint, change, organisation) for change in changes])


def _change(sprint: Sprint, change: SprintChange, organisation: Organisation) -> IterationHistory:
    return IterationHistory(
        iteration_id=str(sprint.id),
        project_id=None if sprint.queue_id is None else ids.project(sprint.queue_id),
        operator=AccountUser(
            user_id=ids.user(change.author_id),
            user_name=change.author_login,
            nick_name=change.author_display,
            domain_id=ids.domain(organisation.id),
            domain_name=organisation.name,
        ),
        operate=OPERATIONS[change.kind],
        operate_time=moment(change.at),
        details=[_detail(name, *values) for name, values in change.changes.items()],
    )


def _detail(name: str, before: str | None, after: str | None) -> HistoryDetail:
    words: Mapping[str, str] = ITERATION_STATES if name == "state" else {}
    return HistoryDetail(
        operate_field_name=FIELD_NAMES[name],
        old_value=words.get(before or "", before or ""),
        new_value=words.get(after or "", after or ""),
    )
