"""The bodies of the batch operations.

The document of 2025-09-10 types every part of a batch edit as a string and shows one id; clients send numbers and
arrays too, and several ids with commas between. All of these mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import UNSET, Struct

from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read import issues as read_issues
from shoal.dialects.codearts.read.bodies import Ids, Number
from shoal.dialects.codearts.read.issues import Item, Optional, Wish
from shoal.domain.errors import WrongParameter
from shoal.domain.issue import IssueRef

MOST_DELETED = 100
"""By one request of the fourth version."""


class Body(Struct, frozen=True):
    assigned_to_id: Number | None = None
    issue_ids: Ids | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Which items of which project, in the order in which they were named."""

    project: str
    items: Sequence[int]


@dataclass(frozen=True, slots=True)
class Assignment(Batch):
    assignee: int = 0


def edit(raw: bytes) -> Assignment:
    body = bodies.decode(raw, Body)
    if body.assigned_to_id is None or str(body.assigned_to_id).strip() == "":
        raise MissingParameter("assigned_to_id")
    batch = _batch(body)
    return Assignment(batch.project, batch.items, bodies.number("assigned_to_id", body.assigned_to_id))


def delete(raw: bytes) -> Batch:
    return _batch(bodies.decode(raw, Body))


def _batch(body: Body) -> Batch:
    items = bodies.items("issue_ids", body.issue_ids)
    if not body.project_id:
        raise MissingParameter("project_id")
    return Batch(body.project_id, items)


def delete_v4(raw: bytes) -> Sequence[int]:
    items = bodies.items("issue_ids", bodies.decode(raw, Body).issue_ids)
    if len(items) > MOST_DELETED:
        raise WrongParameter("issue_ids", f"at most {MOST_DELETED} ids at once, not {len(items)}")
    return items


def refs(items: Sequence[int]) -> tuple[IssueRef, ...]:
    return tuple(IssueRef(str(item), id=item) for item in items)


# --- several values at once ----------------------------------------------------------------------------------------


class Attribute(Struct, frozen=True):
    status_id: Optional = UNSET
    priority_id: Optional = UNSET
    severity_id: Optional = UNSET
    assigned_id: Optional = UNSET
    done_ratio: Optional = UNSET
    iteration_id: Optional = UNSET
    module_id: Optional = UNSET


class Update(Struct, frozen=True):
    id: Ids | None = None
    attribute: Attribute | None = None


def update(raw: bytes) -> tuple[Sequence[int], Wish]:
    """Which items, and what becomes of them all."""
    body = bodies.decode(raw, Update)
    items = bodies.items("id", body.id)
    given = {name: value for name in ATTRIBUTES if (value := getattr(body.attribute, name, UNSET)) is not UNSET}
    if not given:
        raise MissingParameter("attribute")
    return items, read_issues.wish(Item(**given))


ATTRIBUTES = Attribute.__struct_fields__


# --- IPD -----------------------------------------------------------------------------------------------------------

FIRST_IPD = 10**18
"""An IPD item is known by 19 digits: ours are this and the id, so that either is known by the other."""


class IpdUpdate(Struct, frozen=True):
    id: list[Number] | None = None
    attribute: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class IpdBatch:
    """The items by the ids that were sent; an id that cannot be one of ours has None."""

    items: Mapping[str, int | None]
    wish: Wish


def ipd_item(text: str) -> int | None:
    """The work item of an IPD id of 18 or 19 digits."""
    own = int(text) - FIRST_IPD
    return own if 0 < own <= LARGEST_ITEM else None


LARGEST_ITEM = 9_999_999_999


def ipd_id(item: int) -> str:
    return str(FIRST_IPD + item)


def ipd_update(raw: bytes) -> IpdBatch:
    body = bodies.decode(raw, IpdUpdate)
    texts = dict.fromkeys(_ipd_text(value) for value in body.id or ())
    if not texts:
        raise MissingParameter("id")
    if len(texts) > bodies.MOST_ITEMS:
        raise WrongParameter("id", f"at most {bodies.MOST_ITEMS} ids at once, not {len(texts)}")
    if not body.attribute:
        raise MissingParameter("attribute")
    given = {IPD_NAMES[name]: _ipd_value(name, value) for name, value in body.attribute.items() if name in IPD_NAMES}
    ignored = sorted(body.attribute.keys() - IPD_NAMES.keys() - {"category"})
    if not given:
        raise WrongParameter("attribute", f"nothing here is known to this server: {', '.join(ignored)[:200]}")
    return IpdBatch({text: ipd_item(text) for text in texts}, read_issues.wish(Item(**given)))


IPD_NAMES: Mapping[str, str] = {
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
PEOPLE = frozenset({"assignee", "develop_owner"})
DATES = frozenset({"plan_start_date", "plan_end_date"})


def _ipd_text(value: Number) -> str:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 18 <= len(text) <= 19):
        raise WrongParameter("id", "the id of an IPD item is 18 or 19 digits")
    return text


def _ipd_value(name: str, value: Any) -> Any:
    if name in PEOPLE:
        return _ipd_user(name, value)
    if (value is not None and not isinstance(value, str | int | float)) or isinstance(value, bool):
        raise WrongParameter(f"attribute.{name}", "a text is expected")
    if name in DATES and value:
        return _ipd_day(name, str(value))
    return str(value) if value is not None else None


def _ipd_user(name: str, value: Any) -> Number | None:
    own = value.get("id") if isinstance(value, dict) else value
    if own is None or own == "":
        return None
    if isinstance(own, bool) or not isinstance(own, int | str):
        raise WrongParameter(f"attribute.{name}", "the id of a user is expected")
    known = read_issues.user(own)
    if known is None:
        raise WrongParameter(f"attribute.{name}", "the id of a user is expected")
    return known


def _ipd_day(name: str, text: str) -> str:
    """The day, in UTC, of milliseconds since the epoch."""
    if not bodies.MILLIS.fullmatch(text):
        raise WrongParameter(f"attribute.{name}", "milliseconds since the epoch are expected")
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text))).date().isoformat()
    except OverflowError:
        raise WrongParameter(f"attribute.{name}", "the time is outside the calendar") from None
