"""The bodies that make and change work items, as the edits that they ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec import UNSET, Struct, UnsetType

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read.bodies import Number
from shoal.dialects.codearts.tables import AREAS, PRIORITIES, SEVERITIES, TRACKERS
from shoal.domain import durations
from shoal.domain.errors import WrongParameter
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Clear, Edit, Ref, Set

DEFAULT_SEVERITY = 12
Optional = Number | None | UnsetType
Text = str | None | UnsetType
Hours = float | str | None | UnsetType


class CustomValue(Struct, frozen=True):
    custom_field: str | None = None
    field_name: str | None = None
    value: str | int | float | bool | None = None


class Item(Struct, frozen=True):
    """Creating and updating have the same fields. Null, and the id 0, take a value away."""

    name: Text = UNSET
    description: Text = UNSET
    tracker_id: Optional = UNSET
    status_id: Optional = UNSET
    priority_id: Optional = UNSET
    severity_id: Optional = UNSET
    assigned_id: Optional = UNSET
    developer_id: Optional = UNSET
    domain_id: Optional = UNSET
    iteration_id: Optional = UNSET
    module_id: Optional = UNSET
    parent_issue_id: Optional = UNSET
    done_ratio: Optional = UNSET
    begin_time: Text = UNSET
    end_time: Text = UNSET
    expected_work_hours: Hours = UNSET
    actual_work_hours: Hours = UNSET
    new_custom_fields: list[CustomValue] | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class Wish:
    """What a body asks of a work item. `status` is the wire's number; `people` are the users it names, who must be
    members of the project; `iteration` the sprint, which must be the project's; `custom` the values of custom fields
    by the names of the fields, as text."""

    edits: Mapping[str, Edit]
    status: int | None = None
    people: tuple[int, ...] = ()
    parent: int | None = None
    iteration: int | None = None
    custom: Mapping[str, str] = field(default_factory=dict)


def ref(issue_id: Number, project_id: int, name: str = "issue_id") -> IssueRef:
    """The work item of this id, in this project."""
    own = bodies.number(name, issue_id)
    return IssueRef(str(own), id=own if 0 < own <= ids.LARGEST else 0, within=project_id)


def new(raw: bytes) -> tuple[str, Wish]:
    """The name of a work item to be made, and its values."""
    item = bodies.decode(raw, Item)
    for name in ("name", "priority_id", "tracker_id"):
        if getattr(item, name) in (None, UNSET, ""):
            raise MissingParameter(name)
    asked = wish(item)
    kept = {name: edit for name, edit in asked.edits.items() if not isinstance(edit, Clear) and name != "summary"}
    kept.setdefault("severity", Set(SEVERITIES.ref(DEFAULT_SEVERITY)))
    kept.setdefault("done_ratio", Set(0))
    return str(item.name), Wish(kept, asked.status, asked.people, asked.parent, asked.iteration, asked.custom)


def update(raw: bytes) -> Wish:
    return wish(bodies.decode(raw, Item))


def wish(item: Item) -> Wish:
    edits: dict[str, Edit] = {}
    for wire, (name, read) in FIELDS.items():
        given = getattr(item, wire)
        if given is not UNSET:
            edits[name] = read(wire, given)
    return Wish(
        edits,
        status=_positive("status_id", item.status_id),
        people=tuple(
            number
            for name in ("assigned_id", "developer_id")
            if (number := _positive(name, getattr(item, name))) is not None
        ),
        parent=_positive("parent_issue_id", item.parent_issue_id),
        iteration=_positive("iteration_id", item.iteration_id),
        custom=_custom(item.new_custom_fields or ()) if item.new_custom_fields is not UNSET else {},
    )


def _positive(name: str, value: Optional) -> int | None:
    """The number, where one is given that is not 0."""
    if value is None or isinstance(value, UnsetType) or value == "":
        return None
    return bodies.number(name, value) or None


# --- one field -----------------------------------------------------------------------------------------------------

Reader = Callable[[str, object], Edit]


def _reference(named: Callable[[int], Ref], *, many: bool = False) -> Reader:
    def read(name: str, value: object) -> Edit:
        assert value is None or isinstance(value, int | str)
        number = _positive(name, value)
        if number is None:
            return Clear()
        return Set((named(number),)) if many else Set(named(number))

    return read


def _by_id(number: int) -> Ref:
    return Ref(id=number)


def _text(name: str, value: object) -> Edit:
    assert value is None or isinstance(value, str)
    return Set(value) if value else Clear()


def _whole(name: str, value: object) -> Edit:
    assert value is None or isinstance(value, int | str)
    return Clear() if value is None or value == "" else Set(bodies.number(name, value))


def _hours(name: str, value: object) -> Edit:
    """Hours of work as minutes."""
    if value is None or value == "":
        return Clear()
    try:
        hours = float(str(value))
    except ValueError:
        raise WrongParameter(name, "a number of hours is expected") from None
    if not math.isfinite(hours) or not 0 <= hours * durations.MINUTES_AN_HOUR <= durations.LONGEST:
        raise WrongParameter(name, "the number of hours is out of range")
    return Set(round(hours * durations.MINUTES_AN_HOUR))


FIELDS: Mapping[str, tuple[str, Reader]] = {
    "name": ("summary", _text),
    "description": ("description", _text),
    "tracker_id": ("type", _reference(TRACKERS.ref)),
    "priority_id": ("priority", _reference(PRIORITIES.ref)),
    "severity_id": ("severity", _reference(SEVERITIES.ref)),
    "assigned_id": ("assignee", _reference(_by_id)),
    "developer_id": ("developer", _reference(_by_id)),
    "domain_id": ("area", _reference(AREAS.ref)),
    "iteration_id": ("sprints", _reference(_by_id, many=True)),
    "module_id": ("components", _reference(_by_id, many=True)),
    "parent_issue_id": ("parent", _reference(_by_id)),
    "done_ratio": ("done_ratio", _whole),
    "begin_time": ("start", _text),
    "end_time": ("end", _text),
    "expected_work_hours": ("estimation", _hours),
    "actual_work_hours": ("spent", _hours),
}
"""By the wire's name: the field of an issue, and how its value is read."""


# --- custom fields -------------------------------------------------------------------------------------------------

CUSTOM = "custom_field"


def _custom(values: list[CustomValue] | tuple[()]) -> dict[str, str]:
    """Values by the domain's names of the fields."""
    return {custom_name(value.custom_field): "" if value.value is None else str(value.value) for value in values}


def custom_name(name: str | None) -> str:
    """`custom.12` of `custom_field12`."""
    digits = (name or "").removeprefix(CUSTOM)
    if not name or not name.startswith(CUSTOM) or not bodies.DIGITS.fullmatch(digits):
        raise WrongParameter("custom_field", "the name of a custom field is custom_field and its number")
    return f"custom.{int(digits)}"


# --- other requests ------------------------------------------------------------------------------------------------


class Flow(Struct, frozen=True):
    id: Number | None = None
    status_id: Number | None = None
    assigned_to_id: Number | None = None
    notes: str | None = None
    projectUUId: str | None = None
    project_uuid: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A work item taken to another status, perhaps to another owner, with a comment."""

    project: str
    id: Number
    status: int
    assignee: int | None
    comment: str | None


def flow(raw: bytes) -> Step:
    body = bodies.decode(raw, Flow)
    project = body.projectUUId or body.project_uuid
    if body.id is None or body.status_id is None or not project:
        raise MissingParameter("id" if body.id is None else "status_id" if body.status_id is None else "projectUUId")
    status = bodies.number("status_id", body.status_id)
    return Step(project, body.id, status, _owner(body.assigned_to_id), body.notes or None)


def _owner(value: Number | None) -> int | None:
    """The user, if one is named."""
    if value is None or value == "":
        return None
    own = user(value)
    if own is None:
        raise WrongParameter("assigned_to_id", "the id of a user is expected")
    return own


def user(value: Number) -> int | None:
    """The user: by the 32-character id that the document names, or by the number that everything else takes."""
    text = str(value).strip()
    return int(text) if bodies.DIGITS.fullmatch(text) else ids.read_user(text)
