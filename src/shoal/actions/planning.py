"""What a change does to issues of one queue, type and status: a plan, or what stands against it.

Issues of such a group share rights, workflow and the meaning of names, so all of them are decided at once. Nothing here
but `load` reads the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from msgspec import structs

from shoal.actions import values
from shoal.domain import problems
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import Change, Delete, Move, Transition, Update
from shoal.domain.changelog import ChangeKind
from shoal.domain.fields import STANDARD, Field, Kind, by_name
from shoal.domain.patch import FieldEdit, Patch, Set, SetTo
from shoal.domain.plan import AddComment, Family, Group, MoveTo, Plan
from shoal.domain.problems import Problem, problem
from shoal.domain.workflow import Transition as Step
from shoal.domain.workflow import Workflow, Workflows
from shoal.store import catalogues, names, queues, rights, workflows
from shoal.store.db import Transaction
from shoal.store.directories import COMPONENTS, VERSIONS

RESOLUTION = STANDARD["resolution"]
TYPE = STANDARD["type"]
PARENT = STANDARD["parent"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides what a change does to a group, read once for all groups."""

    rights: Rights
    workflows: Workflows
    named: values.Resolution
    to_status: int | None = None
    types: Mapping[int, str] = field(default_factory=dict)
    """Keys of the types by id, where a hierarchy is demanded."""


async def load(tx: Transaction, actor: Actor, queue_ids: Iterable[int], change: Change, *, hold: bool = True) -> Rules:
    """Read what decides for issues of these queues: the actor's rights at this moment, the workflows, and what the
    patch names. With `hold` nobody deletes any of that, or the target of a move, before the transaction ends. Raises
    Invalid for a patch that is wrong in every queue."""
    if hold and isinstance(change, Move):
        await _hold_target(tx, change)
    allowed = await rights.load(tx, actor)
    concerned = {*queue_ids, *([change.queue_id] if isinstance(change, Move) else [])}
    ways = await workflows.load(tx, sorted(concerned))
    to_status = await _target(tx, change)
    patch = _with_resolution(change, ways, to_status)
    named = await values.resolve(tx, patch, rights=allowed, hold=hold)
    types = await catalogues.list_all(tx, Kind.TYPE) if patch.demands.hierarchy else []
    return Rules(allowed, ways, named, to_status, {entry.id: entry.key for entry in types})


async def _hold_target(tx: Transaction, change: Move) -> None:
    """Let nobody delete the queue that issues move to, or what they may find there by name. It comes before the rights
    are read, for a deleted queue has none."""
    await queues.lock(tx, change.queue_id)
    if change.keep_fields:
        await COMPONENTS.hold(tx, change.queue_id)
        await VERSIONS.hold(tx, change.queue_id)


async def _target(tx: Transaction, change: Change) -> int | None:
    """The status that issues are to be taken to, if one is named."""
    if not isinstance(change, Transition) or change.to_status is None:
        return None
    return await names.find(tx, "status", Kind.STATUS, change.to_status)


def _with_resolution(change: Change, ways: Workflows, to_status: int | None) -> Patch:
    """The patch, with the resolution that issues without one get in the status."""
    patch = change.patch
    if not isinstance(change, Transition) or to_status is None:
        return patch
    resolution = change.resolutions.get(ways.categories.get(to_status, ""))
    if resolution is None:
        return patch
    return structs.replace(patch, edits={RESOLUTION.name: Set(resolution, if_empty=True), **patch.edits})


def plan_group(rules: Rules, group: Group, change: Change) -> Plan | list[Problem]:
    """What the change writes to the issues of a group, or why it may not."""
    if not rules.rights.has(group.queue_id, Right.WRITE):
        return [Problem(problems.FORBIDDEN)]
    match change:
        case Move() if change.queue_id != group.queue_id:
            return _plan_move(rules, group, change)
        case Transition():
            return _plan_transition(rules, group, change)
        case Delete():
            return Plan(delete=True, kind=ChangeKind.DELETED)
        case Move() | Update():
            return _plan_edits(rules, group, Plan(), group.queue_id)


def plan_new(rules: Rules, queue_id: int) -> Plan | list[Problem]:
    """What a new issue of the queue begins with; the patch sets its type. The right to make one was checked."""
    bare = Group(queue_id, type_id=0, status_id=0, ids=[])
    workflow = rules.workflows.find(queue_id, _type_after(rules, bare, queue_id))
    first = workflow.initial_status_id if workflow else None
    return _plan_edits(rules, bare, Plan(status_id=first, kind=ChangeKind.CREATED), queue_id)


def _plan_move(rules: Rules, group: Group, change: Move) -> Plan | list[Problem]:
    if not rules.rights.has(change.queue_id, Right.CREATE):
        return [Problem(problems.FORBIDDEN_IN_TARGET)]
    plan = Plan(move=MoveTo(change.queue_id, change.keep_fields), kind=ChangeKind.MOVED)
    if change.initial_status:
        workflow = rules.workflows.find(change.queue_id, _type_after(rules, group, change.queue_id))
        plan = replace(plan, status_id=workflow.initial_status_id if workflow else None)
    return _plan_edits(rules, group, plan, change.queue_id)


def _plan_transition(rules: Rules, group: Group, change: Transition) -> Plan | list[Problem]:
    if rules.to_status == group.status_id:
        return _plan_edits(rules, group, Plan(), group.queue_id)
    transition = _find_transition(rules, group, change)
    if isinstance(transition, Problem):
        return [transition]
    required = tuple(by_name(name) for name in transition.required)
    plan = Plan(status_id=transition.to_status_id, required=required, kind=ChangeKind.TRANSITION)
    return _plan_edits(rules, group, plan, group.queue_id)


def _find_transition(rules: Rules, group: Group, change: Transition) -> Step | Problem:
    workflow = rules.workflows.find(group.queue_id, group.type_id)
    if rules.to_status is not None:
        found = workflow.find_to(rules.to_status, group.status_id) if workflow else None
        return found or Problem(problems.NO_WAY, "status")
    found = workflow.find(change.transition, group.status_id) if workflow else None
    return found or problem(problems.NO_TRANSITION, transition=change.transition)


def _plan_edits(rules: Rules, group: Group, plan: Plan, queue_id: int) -> Plan | list[Problem]:
    """The plan with the patch's edits, checked for the queue in which the issues will be."""
    edits = rules.named.edits(queue_id)
    if isinstance(edits, list):
        return edits
    status_id = plan.status_id or group.status_id
    if RESOLUTION not in edits and plan.status_id is not None and not rules.workflows.is_final(status_id):
        edits = {**edits, RESOLUTION: SetTo(None)}
    type_id = _type_after(rules, group, queue_id)
    workflow = rules.workflows.find(queue_id, type_id)
    if found := _problems_of(rules.workflows, workflow, edits, status_id, explicit=plan.status_id is not None):
        return found
    comment = rules.named.patch.comment
    return replace(
        plan,
        edits=tuple(edits.items()),
        family=_family(rules, edits, type_id),
        comment=AddComment(comment.text, tuple(rules.named.summonees())) if comment else None,
        kind=ChangeKind.COMMENT_ADDED if comment and not edits and plan.kind is ChangeKind.UPDATED else plan.kind,
    )


def _family(rules: Rules, edits: Mapping[Field, FieldEdit], type_id: int) -> Family | None:
    """What the hierarchy that is demanded forbids an issue of this type, if parent or type is set."""
    hierarchy = rules.named.patch.demands.hierarchy
    own = rules.types.get(type_id)
    if hierarchy is None or own is None or not {TYPE, PARENT} & edits.keys():
        return None
    not_parents = [id_ for id_, key in rules.types.items() if not hierarchy.allows(key, own)]
    not_children = [id_ for id_, key in rules.types.items() if not hierarchy.allows(own, key)]
    return Family(tuple(not_parents), tuple(not_children) if TYPE in edits else ())


def _type_after(rules: Rules, group: Group, queue_id: int) -> int:
    """The type that the issues of a group have when the edits are made."""
    edits = rules.named.edits(queue_id)
    edit = edits.get(TYPE) if isinstance(edits, dict) else None
    return edit.value if isinstance(edit, SetTo) and isinstance(edit.value, int) else group.type_id


def _problems_of(
    ways: Workflows,
    workflow: Workflow | None,
    edits: Mapping[Field, FieldEdit],
    status_id: int,
    *,
    explicit: bool,
) -> list[Problem]:
    """What stands against a type, status and resolution together."""
    if workflow is None:
        if TYPE not in edits:
            return [Problem(problems.TYPE_NOT_IN_QUEUE, TYPE.name)]
        return [problem(problems.NO_SUCH_IN_QUEUE, TYPE.name, thing="type")]
    if not explicit and not workflow.has_status(status_id):
        return [Problem(problems.NO_STATUS, "status")]
    edit = edits.get(RESOLUTION)
    resolution_id = edit.value if isinstance(edit, SetTo) else None
    if resolution_id is None:
        return []
    if not ways.is_final(status_id):
        return [Problem(problems.NOT_ENDED, RESOLUTION.name)]
    if workflow.resolutions and resolution_id not in workflow.resolutions:
        return [problem(problems.NO_SUCH_IN_QUEUE, RESOLUTION.name, thing="resolution")]
    return []
