"""What this wire demands beyond the core: that people, iterations and parents fit the project and the item. And the
ways in which it speaks of things that the core names otherwise.

The core lets anybody be an assignee and any item be a parent; these are rules of the vendor's product, not of Shoal's.
They go with each change, and are checked where it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from shoal.actions import Database, membership
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.errors import AssigneeNotMember, UnknownProject
from shoal.dialects.codearts.issue_edits import WorkItemEdit
from shoal.dialects.codearts.tables import STATUSES
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Transition, Update
from shoal.domain.errors import NotFound, NotMember, WrongParameter
from shoal.domain.found import Depth
from shoal.domain.patch import Demands, Hierarchy, NewComment, Patch, Set
from shoal.domain.queue import QueueCard

SHALLOW = Depth(description=False)
PROJECT = re.compile(r"[A-Za-z0-9]{32}", re.ASCII)
MOST_CHILDREN = 1000

OF_MANY = Demands(is_local=True)
"""Owners are members, and iterations the project's."""
OF_ONE = Demands(
    is_local=True,
    hierarchy=Hierarchy(
        {"epic": None, "newFeature": "epic", "story": "newFeature", "task": "story", "bug": "story"},
        leaves=("task", "bug"),
    ),
)
"""And what is above and below an item is of a type that fits."""

RESOLUTIONS = {"done": "fixed", "cancelled": "wontFix"}
"""By category of the status: with what an item ends there that nobody has given a resolution. This wire has none."""


async def project(db: Database, actor: Actor, project_id: str) -> QueueCard:
    """The project of this 32-character id: ours, or the one it had where it came from. Raises UnknownProject, and
    WrongParameter for what is no such id."""
    if not PROJECT.fullmatch(project_id):
        raise WrongParameter("project_id", "id_form")
    queue_id = ids.read_project(project_id)
    try:
        if queue_id is None:
            return await membership.queue_known_as(db, actor, project_id)
        return await membership.queue(db, actor, queue_id)
    except NotFound:
        raise UnknownProject("no_project", project=project_id) from None


def change(asked: WorkItemEdit, demands: Demands = OF_ONE, *, comment: str | None = None) -> Change:
    """What a body asks for as a change of the core. Raises UnknownValue for a status that cannot be."""
    edits = patch(asked, demands, comment=comment)
    return Update(edits) if asked.status is None else step(asked.status, edits)


def patch(asked: WorkItemEdit, demands: Demands = OF_ONE, *, comment: str | None = None) -> Patch:
    """The values that a body asks for."""
    custom = {name: Set(text, as_text=True) for name, text in asked.custom.items()}
    return Patch({**asked.edits, **custom}, NewComment(comment) if comment else None, demands)


def step(status: int, also: Patch | None = None) -> Transition:
    """The way to the status of this number, whichever it is, with other edits in the same step."""
    return Transition(patch=also or Patch(), to_status=STATUSES.ref(status), resolutions=RESOLUTIONS)


@contextmanager
def for_one_item() -> Iterator[None]:
    """Raise AssigneeNotMember where a work item was to become somebody's who is no member."""
    try:
        yield
    except NotMember as error:
        raise AssigneeNotMember.of(error.problems) from error
