"""What this wire demands beyond the core: that people, iterations and parents fit the project and the item. And the
ways in which it speaks of things that the core names otherwise.

The core lets anybody be an assignee and any item be a parent; these are rules of the vendor's product, not of Shoal's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shoal.actions import Database, catalogues, issues, membership, references, searches, sprints
from shoal.dialects.codearts import ids, query
from shoal.dialects.codearts.errors import NoMember, StrangerToItem, UnknownProject
from shoal.dialects.codearts.issue_edits import WorkItemEdit
from shoal.dialects.codearts.tables import STATUSES, TRACKERS, Table
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Transition, Update
from shoal.domain.catalogue import Entry
from shoal.domain.errors import Invalid, NotFound, UnknownValue, WrongParameter
from shoal.domain.fields import Field, Kind
from shoal.domain.found import Depth
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Clear, Edit, NewComment, Operand, Patch, Set
from shoal.domain.queue import QueueCard

SHALLOW = Depth(description=False)
PROJECT = re.compile(r"[A-Za-z0-9]{32}", re.ASCII)


async def project(db: Database, actor: Actor, project_id: str) -> QueueCard:
    """The project of this 32-character id: ours, or the one it had where it came from. Raises UnknownProject, and
    WrongParameter for what is no such id."""
    if not PROJECT.fullmatch(project_id):
        raise WrongParameter("project_id", "32 letters and digits are expected")
    queue_id = ids.read_project(project_id)
    try:
        if queue_id is None:
            return await membership.queue_known_as(db, actor, project_id)
        return await membership.queue(db, actor, queue_id)
    except NotFound:
        raise UnknownProject(f"there is no project {project_id}") from None


# --- people and iterations -----------------------------------------------------------------------------------------


async def check_members(
    db: Database, actor: Actor, project: QueueCard, people: Sequence[int], error: type[NoMember] = NoMember
) -> None:
    """Raise the error unless these users are members of the project."""
    if strangers := await membership.strangers(db, actor, project.id, people):
        raise error(f"the user {strangers[0]} is no member of the project")


async def check_iteration(db: Database, actor: Actor, project: QueueCard, iteration: int | None) -> None:
    """Raise UnknownValue unless the iteration is the project's."""
    if iteration is None:
        return
    try:
        sprint = await sprints.get(db, actor, iteration)
    except NotFound:
        sprint = None
    if sprint is None or sprint.queue_id != project.id:
        raise UnknownValue("iteration_id", str(iteration))


# --- parents -------------------------------------------------------------------------------------------------------

ABOVE: Mapping[str, str | None] = {
    "epic": None,
    "newFeature": "epic",
    "story": "newFeature",
    "task": "story",
    "bug": "story",
}
"""By type: the type that its parent has. Of types that are not here only tasks and bugs cannot be a parent."""
LEAVES = frozenset({"task", "bug"})


def may_stand_above(parent: str | None, child: str | None) -> bool:
    """Whether an item of the one type can be the parent of one of the other; types by their keys."""
    if parent in LEAVES:
        return False
    if parent not in ABOVE or child is None or child not in ABOVE:
        return True
    return ABOVE[child] == parent


async def check_parent(db: Database, actor: Actor, project: QueueCard, parent: int, child_type: str | None) -> None:
    """Raise Invalid unless the item is one of this project's that can be the parent of an item of this type."""
    ref = IssueRef(str(parent), id=parent if 0 < parent <= ids.LARGEST else 0, within=project.id)
    try:
        found = await issues.get(db, actor, ref, SHALLOW)
    except NotFound:
        raise UnknownValue("parent_issue_id", str(parent)) from None
    above = found.references.find(Kind.TYPE, found.issue.type_id)
    if above is None or not may_stand_above(above.key, child_type):
        raise Invalid({"parent_issue_id": f"an item of the type {above.key if above else '?'} is no parent for this"})


async def check_family(db: Database, actor: Actor, project: QueueCard, ref: IssueRef, asked: WorkItemEdit) -> None:
    """The same for an item that is changed, whose parent, type, or both, become others."""
    if "type" not in asked.edits and asked.parent is None:
        return
    found = await issues.get(db, actor, ref, SHALLOW)
    own_type = await type_key(db, actor, asked.edits.get("type"), found.issue.type_id)
    stays = found.issue.parent_id if "parent" not in asked.edits else None
    if (parent := asked.parent or stays) is not None:
        await check_parent(db, actor, project, parent, own_type)
    if "type" in asked.edits:
        await _check_children(db, actor, project, found.issue.id, own_type)


async def _check_children(db: Database, actor: Actor, project: QueueCard, issue_id: int, own_type: str | None) -> None:
    below = await searches.search(
        db, actor, query.children(project.id, issue_id), now=datetime.now(UTC), limit=MOST_CHILDREN, depth=SHALLOW
    )
    types = (below.references.find(Kind.TYPE, child.type_id) for child in below.issues)
    if any(kind is not None and not may_stand_above(own_type, kind.key) for kind in types):
        raise Invalid({"tracker_id": "the item has children of which an item of this type cannot be the parent"})


MOST_CHILDREN = 1000


# --- types and statuses --------------------------------------------------------------------------------------------


async def type_key(db: Database, actor: Actor, edit: Edit | None, otherwise: int | None = None) -> str | None:
    """The key of the type that an edit sets; without an edit that of the type with the id `otherwise`."""
    named = edit.value if isinstance(edit, Set) else None
    for entry in await catalogues.list_all(db, actor, Kind.TYPE):
        if entry.id == otherwise if named is None else _is(entry, TRACKERS, named):
            return entry.key
    return None


def _is(entry: Entry, table: Table, named: object) -> bool:
    return named == table.ref(table.number(entry.key, entry.id))


@dataclass(frozen=True, slots=True)
class Status:
    id: int
    category: str


RESOLUTIONS: Mapping[str, str] = {"done": "fixed", "cancelled": "wontFix"}
"""By category of the status: with what an item ends there that nobody has given a resolution. This wire has none."""


async def status(db: Database, actor: Actor, number: int) -> Status:
    """The status of this number. Raises UnknownValue."""
    for entry in await catalogues.list_all(db, actor, Kind.STATUS):
        if STATUSES.number(entry.key, entry.id) == number:
            return Status(entry.id, entry.category or "")
    raise UnknownValue("status_id", str(number))


def step(to: Status, also: Mapping[str, Edit] | None = None, comment: str | None = None) -> Transition:
    """The way to this status, whichever it is, with other edits in the same step."""
    resolution = RESOLUTIONS.get(to.category)
    ended: dict[str, Edit] = {"resolution": Set(resolution, if_empty=True)} if resolution else {}
    said = NewComment(comment) if comment else None
    return Transition(patch=Patch({**ended, **(also or {})}, said), to_status=to.id)


# --- a whole edit --------------------------------------------------------------------------------------------------


async def change(
    db: Database, actor: Actor, project: QueueCard, asked: WorkItemEdit, stranger: type[NoMember] = StrangerToItem
) -> Change:
    """What the body asks for as a change of the core. Raises as `edits` does, and UnknownValue."""
    checked = await edits(db, actor, project, asked, stranger)
    if asked.status is None:
        return Update(Patch(checked))
    return step(await status(db, actor, asked.status), checked)


async def edits(
    db: Database, actor: Actor, project: QueueCard, asked: WorkItemEdit, stranger: type[NoMember] = StrangerToItem
) -> dict[str, Edit]:
    """The edits of the body, once people and iteration are found to fit. Raises `stranger` for people who are no
    members."""
    await check_members(db, actor, project, asked.people, stranger)
    await check_iteration(db, actor, project, asked.iteration)
    return {**asked.edits, **await custom_edits(db, actor, asked.custom)}


# --- custom fields -------------------------------------------------------------------------------------------------

YES = {"true": True, "1": True, "false": False, "0": False}


async def custom_edits(db: Database, actor: Actor, values: Mapping[str, str]) -> dict[str, Edit]:
    """Values that came as text, as the fields want them. Raises WrongParameter for an unknown field."""
    known = await references.custom_fields(db, actor, values)
    if unknown := values.keys() - known.keys():
        raise WrongParameter("custom_field", f"there is no custom_field{sorted(unknown)[0].removeprefix('custom.')}")
    return {name: _custom_edit(known[name], text) for name, text in values.items()}


def _custom_edit(field: Field, text: str) -> Edit:
    if not text.strip():
        return Clear()
    if field.is_list:
        return Set(tuple(_custom_operand(field, word.strip()) for word in text.split(",") if word.strip()))
    return Set(_custom_operand(field, text))


def _custom_operand(field: Field, text: str) -> Operand:
    """Numbers and truth are not text in the core; everything else is read from text there."""
    match field.kind:
        case Kind.INTEGER | Kind.FLOAT:
            return _custom_number(field, text.strip())
        case Kind.BOOLEAN:
            return YES.get(text.strip().lower(), text)
        case _:
            return text


def _custom_number(field: Field, text: str) -> Operand:
    try:
        value = float(text)
    except ValueError:
        raise WrongParameter(f"custom_field{field.id}", "a number is expected") from None
    return int(value) if field.kind is Kind.INTEGER and value.is_integer() else value
