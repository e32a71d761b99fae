"""The bodies and queries about iterations."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, Struct, UnsetType

from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read.bodies import Number
from shoal.dialects.codearts.tables import SPRINT_STATES
from shoal.dialects.http import Params
from shoal.domain.errors import WrongParameter
from shoal.domain.sprint import AtEnd, NewSprint, SprintEdit, Which


class _Iteration(Struct, frozen=True):
    """Creating and updating have the same fields; null is left as it is."""

    name: str | None = None
    description: str | None = None
    begin_time: str | None = None
    end_time: str | None = None
    status: Number | None = None
    over_type: str | None = None


def new_iteration(raw: bytes) -> NewSprint:
    asked = bodies.decode(raw, _Iteration)
    return NewSprint(
        board=None,
        name=asked.name or "",
        description=asked.description or "",
        start_date=_day("begin_time", asked.begin_time) or None,
        end_date=_day("end_time", asked.end_time) or None,
    )


def iteration_edit(raw: bytes) -> SprintEdit:
    asked = bodies.decode(raw, _Iteration)
    return SprintEdit(
        name=UNSET if asked.name is None else asked.name,
        description=UNSET if asked.description is None else asked.description,
        start_date=_day("begin_time", asked.begin_time),
        end_date=_day("end_time", asked.end_time),
        state=_state(asked.status),
        at_end=_at_end(asked.over_type),
    )


class _Iterations(Struct, frozen=True):
    iteration_ids: list[Number]


def iteration_ids(raw: bytes) -> list[int]:
    asked = bodies.decode(raw, _Iterations).iteration_ids
    return list(dict.fromkeys(bodies.number("iteration_ids", each) for each in asked))


def which(params: Params) -> Which:
    """`updated_time_interval` and `include_deleted`."""
    since, until = bodies.span("updated_time_interval", params.text("updated_time_interval"))
    return Which(deleted=params.flag("include_deleted"), since=since, until=until)


def _day(name: str, text: str | None) -> date | UnsetType | None:
    """A date, of which a time of day is cut off; an empty text is none."""
    if text is None:
        return UNSET
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip().partition(" ")[0])
    except ValueError:
        raise WrongParameter(name, "a date like 2026-03-04 is expected") from None


def _state(status: Number | None) -> str | UnsetType:
    if status is None:
        return UNSET
    if str(status) not in SPRINT_STATES:
        raise WrongParameter("status", "0, 1 or 2 is expected")
    return SPRINT_STATES[str(status)]


def _at_end(over_type: str | None) -> AtEnd | None:
    if not over_type:
        return None
    if over_type not in set(AtEnd):
        raise WrongParameter("over_type", "close or empty is expected")
    return AtEnd(over_type)
