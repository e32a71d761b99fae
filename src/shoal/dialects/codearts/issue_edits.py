"""The bodies that make and change work items, as the edits that they ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from shoal.dialects.codearts import bodies, ids
from shoal.dialects.codearts.bodies import (
    DAY_PATTERN,
    MANY,
    Body,
    DemandingBody,
    Digits,
    Hours,
    Number,
    NumberOrNone,
    Percent,
    Scalar,
    Text,
    form,
)
from shoal.dialects.codearts.tables import AREAS, PRIORITIES, SEVERITIES, TRACKERS
from shoal.domain import durations
from shoal.domain.errors import WrongParameter
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Clear, Edit, Ref, Set

DEFAULT_SEVERITY = 12
CUSTOM = "custom_field"

Day = Annotated[str, form(pattern=f"^({DAY_PATTERN})?$", description="The empty text is none.")]
CustomFieldName = Annotated[str, form(pattern=f"^{CUSTOM}[0-9]{{1,18}}$")]


class CustomValue(Body):
    custom_field: CustomFieldName
    field_name: str | None = None
    value: Scalar | None = None


class BatchAttribute(Body):
    """What can be set of many items. Null, and the id 0, take a value away."""

    status_id: NumberOrNone | UnsetType | None = UNSET
    priority_id: NumberOrNone | UnsetType | None = UNSET
    severity_id: NumberOrNone | UnsetType | None = UNSET
    assigned_id: NumberOrNone | UnsetType | None = UNSET
    done_ratio: Percent | UnsetType | None = UNSET
    iteration_id: NumberOrNone | UnsetType | None = UNSET
    module_id: NumberOrNone | UnsetType | None = UNSET


class ItemEdit(BatchAttribute):
    """What can be set of one."""

    name: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    tracker_id: NumberOrNone | UnsetType | None = UNSET
    developer_id: NumberOrNone | UnsetType | None = UNSET
    domain_id: NumberOrNone | UnsetType | None = UNSET
    parent_issue_id: NumberOrNone | UnsetType | None = UNSET
    begin_time: Day | UnsetType | None = UNSET
    end_time: Day | UnsetType | None = UNSET
    expected_work_hours: Hours | UnsetType | None = UNSET
    actual_work_hours: Hours | UnsetType | None = UNSET
    new_custom_fields: Annotated[list[CustomValue], MANY] | UnsetType | None = UNSET


class NewItem(ItemEdit, DemandingBody, kw_only=True):
    name: Text
    priority_id: Digits
    tracker_id: Digits


@dataclass(frozen=True, slots=True)
class WorkItemEdit:
    """What a body asks of a work item. `status` is the wire's number; `custom` the values of custom fields by the names
    of the fields, as text."""

    edits: Mapping[str, Edit]
    status: int | None = None
    custom: Mapping[str, str] = field(default_factory=dict)


def ref(issue_id: Number, project_id: int, name: str = "issue_id") -> IssueRef:
    """The work item of this id, in this project."""
    own = bodies.number(name, issue_id)
    return IssueRef(str(own), id=own if 0 < own <= ids.LARGEST else 0, within=project_id)


def new(item: NewItem) -> WorkItemEdit:
    """The values of a work item to be made, but for its name."""
    asked = edit(item)
    kept = {name: edit for name, edit in asked.edits.items() if not isinstance(edit, Clear) and name != "summary"}
    kept.setdefault("severity", Set(SEVERITIES.ref(DEFAULT_SEVERITY)))
    kept.setdefault("done_ratio", Set(0))
    return replace(asked, edits=kept)


def edit(item: Struct) -> WorkItemEdit:
    """What is asked by a body that has some of the fields of ItemEdit, by these names."""
    given = {name: value for name in item.__struct_fields__ if (value := getattr(item, name, UNSET)) is not UNSET}
    return WorkItemEdit(
        {field: read(name, given[name]) for name, (field, read) in FIELDS.items() if name in given},
        status=bodies.positive("status_id", given.get("status_id")),
        custom=_custom(given.get("new_custom_fields") or ()),
    )


# --- one field -----------------------------------------------------------------------------------------------------

Reader = Callable[[str, object], Edit]


def _reference(named: Callable[[int], Ref], *, many: bool = False) -> Reader:
    def read(name: str, value: object) -> Edit:
        assert value is None or isinstance(value, int | str)
        number = bodies.positive(name, value)
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
        raise WrongParameter(name, "hours_expected") from None
    if not math.isfinite(hours) or not 0 <= hours * durations.MINUTES_AN_HOUR <= durations.LONGEST:
        raise WrongParameter(name, "hours_out_of_range")
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


def _custom(values: Iterable[CustomValue]) -> dict[str, str]:
    """Values by the domain's names of the fields."""
    return {custom_name(value.custom_field): "" if value.value is None else str(value.value) for value in values}


def custom_name(name: str | None) -> str:
    """`custom.12` of `custom_field12`."""
    digits = (name or "").removeprefix(CUSTOM)
    if not name or not name.startswith(CUSTOM) or not bodies.DIGITS.fullmatch(digits):
        raise WrongParameter("custom_field", "custom_field_name")
    return f"custom.{int(digits)}"
