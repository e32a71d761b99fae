"""What a change does to issues of one queue, type and status: a plan, or what stands against it.

Issues of such a group share rights, workflow and the meaning of names, so all of them are decided at once. Nothing here
but `load` reads the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shoal.actions import values
from shoal.domain import problems
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import Change, Delete, Move, Problem, Transition, Update
from shoal.domain.changelog import ChangeKind
from shoal.domain.fields import STANDARD, Field, by_name
from shoal.domain.patch import FieldEdit, SetTo
from shoal.domain.plan import AddComment, Group, MoveTo, Plan
from shoal.domain.workflow import Transition as Step
from shoal.domain.workflow import Workflow, Workflows
from shoal.store import rights, workflows
from shoal.store.db import Transaction

RESOLUTION = STANDARD["resolution"]
TYPE = STANDARD["type"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides what a change does to a group, read once for all groups."""

    rights: Rights
    workflows: Workflows
    named: values.Resolution


async def load(tx: Transaction, actor: Actor, queue_ids: Iterable[int], change: Change) -> Rules:
    """Read what decides for issues of these queues: the actor's rights at this moment, the workflows, and what the
    patch names. Raises Invalid for a patch that is wrong in every queue."""
    allowed = await rights.load(tx, actor)
    queues = {*queue_ids, *([change.queue_id] if isinstance(change, Move) else [])}
    return Rules(
        allowed,
        await workflows.load(tx, sorted(queues)),
        await values.resolve(tx, change.patch, rights=allowed),
    )


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
        return [Problem(problems.FORBIDDEN, detail=" in the target queue")]
    plan = Plan(move=MoveTo(change.queue_id, change.keep_fields), kind=ChangeKind.MOVED)
    if change.initial_status:
        workflow = rules.workflows.find(change.queue_id, _type_after(rules, group, change.queue_id))
        plan = replace(plan, status_id=workflow.initial_status_id if workflow else None)
    return _plan_edits(rules, group, plan, change.queue_id)


def _plan_transition(rules: Rules, group: Group, change: Transition) -> Plan | list[Problem]:
    if change.to_status == group.status_id:
        return _plan_edits(rules, group, Plan(), group.queue_id)
    transition = _find_transition(rules, group, change)
    if isinstance(transition, Problem):
        return [transition]
    required = tuple(by_name(name) for name in transition.required)
    plan = Plan(status_id=transition.to_status_id, required=required, kind=ChangeKind.TRANSITION)
    return _plan_edits(rules, group, plan, group.queue_id)


def _find_transition(rules: Rules, group: Group, change: Transition) -> Step | Problem:
    workflow = rules.workflows.find(group.queue_id, group.type_id)
    if change.to_status is not None:
        found = workflow.find_to(change.to_status, group.status_id) if workflow else None
        return found or Problem(problems.NO_WAY, "status")
    found = workflow.find(change.transition, group.status_id) if workflow else None
    return found or Problem(problems.NO_TRANSITION, detail=change.transition)


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
        comment=AddComment(comment.text, tuple(rules.named.summonees())) if comment else None,
        kind=ChangeKind.COMMENT_ADDED if comment and not edits and plan.kind is ChangeKind.UPDATED else plan.kind,
    )


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
        return [Problem(problems.NOT_IN_QUEUE, TYPE.name, "type of this issue" if TYPE not in edits else "such type")]
    if not explicit and not workflow.has_status(status_id):
        return [Problem(problems.NO_STATUS, "status")]
    edit = edits.get(RESOLUTION)
    resolution_id = edit.value if isinstance(edit, SetTo) else None
    if resolution_id is None:
        return []
    if not ways.is_final(status_id):
        return [Problem(problems.NOT_ENDED, RESOLUTION.name)]
    if workflow.resolutions and resolution_id not in workflow.resolutions:
        return [Problem(problems.NOT_IN_QUEUE, RESOLUTION.name, "such resolution")]
    return []
