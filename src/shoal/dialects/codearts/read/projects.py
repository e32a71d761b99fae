"""The bodies and queries about projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET, Struct

from shoal.dialects.codearts.errors import WrongProjectType
from shoal.dialects.codearts.read import bodies, numbers
from shoal.dialects.codearts.read.bodies import Number
from shoal.dialects.codearts.read.numbers import Page
from shoal.dialects.http import Params
from shoal.domain.errors import WrongParameter
from shoal.domain.queue import NewQueue, QueueEdit

SCRUM = "scrum"
"""The type of every project here."""
TYPES = frozenset({SCRUM, "xboard", "normal", "basic", "phoenix", "ipd"})
LONGEST_NAME = 128
LONGEST_SOURCE = 64
MOST_SORTED = 4
SORTED_BY: Mapping[str, str] = {"name": "name", "author_name": "maker", "created_on": "created", "memcount": "members"}
DIRECTIONS = {"": False, "asc": False, "desc": True}


class _NewProject(Struct, frozen=True):
    project_name: str
    project_type: str
    description: str | None = None
    source: str | None = None
    enterprise_id: str | None = None
    template_id: Number | None = None


def new_project(raw: bytes) -> NewQueue:
    asked = bodies.decode(raw, _NewProject)
    if asked.project_type.lower() != SCRUM:
        raise WrongProjectType(f"projects are of the type {SCRUM} here, not {asked.project_type[:40]}")
    if len(asked.source or "") > LONGEST_SOURCE:
        raise WrongParameter("source", f"at most {LONGEST_SOURCE} characters are expected")
    return NewQueue(
        key=None,
        name=numbers.name("project_name", asked.project_name, longest=LONGEST_NAME),
        description=asked.description or "",
        is_name_unique=True,
    )


class _Project(Struct, frozen=True):
    project_name: str | None = None
    description: str | None = None


def project_edit(raw: bytes) -> QueueEdit:
    """Null is left as it is: the SDK sends none."""
    asked = bodies.decode(raw, _Project)
    if asked.project_name is not None:
        numbers.name("project_name", asked.project_name, longest=LONGEST_NAME)
    return QueueEdit(
        name=UNSET if asked.project_name is None else asked.project_name,
        description=UNSET if asked.description is None else asked.description,
    )


class _Name(Struct, frozen=True):
    project_name: str


def project_name(raw: bytes) -> str:
    return numbers.name("project_name", bodies.decode(raw, _Name).project_name, longest=LONGEST_NAME)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which projects are to be listed; `nothing` is a question whose answer is known to be empty."""

    page: Page
    search: str | None
    archived: bool | None
    order: tuple[tuple[str, bool], ...]
    nothing: bool


def wanted(params: Params) -> Wanted:
    kind, view = params.text("project_type"), params.text("query_type")
    if view not in (None, "domain_projects", "absent"):
        raise WrongParameter("query_type", "domain_projects or absent is expected")
    if kind is not None and kind.lower() not in TYPES:
        raise WrongParameter("project_type", f"one of {', '.join(sorted(TYPES))} is expected")
    return Wanted(
        page=numbers.page(params, default=10, most=1000),
        search=params.text("search"),
        archived=None if params.text("archive") is None else params.flag("archive"),
        order=_order(params.text("sort") or ""),
        # What somebody is not in they may not know of.
        nothing=view == "absent" or (kind is not None and kind.lower() != SCRUM),
    )


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    asked = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if len(asked) > MOST_SORTED:
        raise WrongParameter("sort", f"at most {MOST_SORTED} of them are expected")
    for by, _, direction in asked:
        if by not in SORTED_BY or direction not in DIRECTIONS:
            raise WrongParameter("sort", f"{', '.join(SORTED_BY)}, each with :asc or :desc, are expected")
    return tuple((SORTED_BY[by], DIRECTIONS[direction]) for by, _, direction in asked)
