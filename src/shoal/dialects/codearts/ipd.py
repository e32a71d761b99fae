"""The batch edit in the words of IPD, where a work item has other names for what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from litestar import put
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from shoal.dialects.codearts import bodies, ids, issue_edits, rules
from shoal.dialects.codearts.batch import perform, succeeded
from shoal.dialects.codearts.bodies import (
    LARGEST_ITEM,
    MILLIS,
    Body,
    DemandingBody,
    Hours,
    Number,
    NumberOrNone,
    UserOrNone,
    form,
    whole,
)
from shoal.dialects.codearts.dependencies import Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_edits import ItemEdit
from shoal.dialects.codearts.values import Answer, Result, millis
from shoal.dialects.http import LARGEST, LISTS, LONGEST_LIST
from shoal.domain.errors import WrongParameter

FIRST = 10**18
"""An IPD item is known by 19 digits: ours are this and the id, so that either is known by the other."""

ItemId = Annotated[Number, whole(r"\s*[0-9]{18,19}\s*", "An IPD item: 18 or 19 digits.", least=10**17)]
NumberOrText = Annotated[str | int | float, form(minimum=-LARGEST, maximum=LARGEST)]
Millis = Annotated[
    Number,
    whole(
        "([0-9]{10,15})?",
        "Milliseconds since the epoch. The empty text is none.",
        least=10**9,
        most=10**15 - 1,
    ),
]


class User(Body):
    id: UserOrNone | None = None


class Attribute(Body):
    """Of an IPD item a work item has these; the others are taken and ignored."""

    title: NumberOrText | UnsetType | None = UNSET
    description: NumberOrText | UnsetType | None = UNSET
    status: NumberOrNone | UnsetType | None = UNSET
    assignee: User | UserOrNone | UnsetType | None = UNSET
    develop_owner: User | UserOrNone | UnsetType | None = UNSET
    priority: NumberOrNone | UnsetType | None = UNSET
    severity: NumberOrNone | UnsetType | None = UNSET
    plan_iteration: NumberOrNone | UnsetType | None = UNSET
    plan_start_date: Millis | UnsetType | None = UNSET
    plan_end_date: Millis | UnsetType | None = UNSET
    workload: Hours | UnsetType | None = UNSET


class IpdUpdate(DemandingBody):
    id: list[ItemId]
    attribute: Annotated[Attribute, form(minProperties=1)]


class Outcome(Answer):
    id: str
    operator: str
    state: str
    operate_time: str


class Outcomes(Answer):
    success: list[Outcome]
    failed: list[Outcome]
    undeleted_trees: tuple[()] = ()


class IpdUpdated(Result[list[Outcomes]]):
    message: None = None


@put("/v1/ipdprojectservice/projects/{project_id:str}/issues/batch", request_max_body_size=LISTS)
async def batch_update_ipd_issues(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[IpdUpdate]
) -> IpdUpdated:
    """The same in the words of IPD."""
    items = items_of(payload)
    change = rules.change(issue_edits.edit(item_edit(payload.attribute)), rules.OF_MANY)
    ours = [item for item in items.values() if item is not None]
    done = await perform(db, actor, project, ours, change)
    as_asked = set(succeeded(ours, done))
    outcomes: dict[str, list[Outcome]] = {"success": [], "failed": []}
    for sent, item in items.items():
        state = "success" if item in as_asked else "failed"
        outcomes[state].append(
            Outcome(
                id=sent, operator=ids.user(actor.user_id), state=state, operate_time=str(millis(done.bulk.created_at))
            )
        )
    return IpdUpdated(result=[Outcomes(success=outcomes["success"], failed=outcomes["failed"])])


def items_of(asked: IpdUpdate) -> dict[str, int | None]:
    """The items by the ids that were sent; an id that cannot be one of ours has None."""
    if not asked.id:
        raise MissingParameter("id")
    if len(asked.id) > LONGEST_LIST:
        raise WrongParameter("id", "too_many_at_once", most=LONGEST_LIST)
    return {text: own_item(text) for text in map(_checked, asked.id)}


def _checked(value: Number) -> str:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 18 <= len(text) <= 19):
        raise WrongParameter("id", "ipd_id")
    return text


def own_item(text: str) -> int | None:
    """The work item of an IPD id of 18 or 19 digits."""
    own = int(text) - FIRST
    return own if 0 < own <= LARGEST_ITEM else None


def ipd_id(item: int) -> str:
    return str(FIRST + item)


NAMES: Mapping[str, str] = {
    "title": "name",
    "description": "description",
    "status": "status_id",
    "assignee": "assigned_id",
    "develop_owner": "developer_id",
    "priority": "priority_id",
    "severity": "severity_id",
    "plan_iteration": "iteration_id",
    "plan_start_date": "begin_time",
    "plan_end_date": "end_time",
    "workload": "expected_work_hours",
}
"""What of an IPD item a work item has, by the names of both."""
DATES = frozenset({"plan_start_date", "plan_end_date"})


def item_edit(asked: Attribute) -> ItemEdit:
    """The same as the edit of a work item."""
    given = {NAMES[name]: _value(name, value) for name, value in asdict(asked).items() if value is not UNSET}
    if not given:
        raise WrongParameter("attribute", "nothing_known")
    return ItemEdit(**given)


def _value(name: str, value: Any) -> Any:
    if name in ("assignee", "develop_owner"):
        return bodies.user_or_none(f"attribute.{name}", value.id if isinstance(value, User) else value)
    if name in DATES and value:
        return _day(name, str(value))
    return None if value is None else str(value)


def _day(name: str, text: str) -> str:
    """The day, in UTC, of milliseconds since the epoch."""
    if not MILLIS.fullmatch(text):
        raise WrongParameter(f"attribute.{name}", "milliseconds_expected")
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text))).date().isoformat()
    except OverflowError:
        raise WrongParameter(f"attribute.{name}", "time_outside_calendar") from None
