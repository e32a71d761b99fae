"""The one way into an issue. A web form, a PATCH, a bulk change, an import and an undo all come through here.

A change is checked by group, not by issue: issues of one queue, type and status share rights, workflow and the meaning
of names. Each group gets a plan or a refusal; groups with equal plans are written by one statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg

from shoal.actions import values
from shoal.domain import problems
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import Change, Delete, Move, Problem, Tally, Transition, Update
from shoal.domain.errors import Forbidden, Invalid, IssueNotFound, NotFound, ShoalError, Stale
from shoal.domain.fields import STANDARD, Field, by_name
from shoal.domain.patch import FieldEdit, SetTo
from shoal.domain.plan import AddComment, Group, MoveTo, Plan
from shoal.domain.workflow import Transition as Way
from shoal.domain.workflow import Workflow, Workflows
from shoal.store import apply as store
from shoal.store import rights, workflows
from shoal.store.apply import Author
from shoal.store.db import Transaction

RESOLUTION = STANDARD["resolution"]
TYPE = STANDARD["type"]
ABOVE = (STANDARD["parent"], STANDARD["epic"])


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides what a change does to a group, read once for all groups."""

    rights: Rights
    workflows: Workflows
    named: values.Resolution


POISON = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded, ShoalError)
"""What the values of one issue can cause."""


async def many(tx: Transaction, actor: Actor, ids: Sequence[int], change: Change, *, bulk_id: int) -> Tally:
    """Apply the change to these issues and record, for each that was refused, why.

    `ids` are in ascending order. Where one issue spoils the statement for all, halve until that one is found and named.
    """
    try:
        async with tx.savepoint():
            return await _all(tx, actor, ids, change, bulk_id)
    except POISON as error:
        if len(ids) == 1:
            return Tally(failed=await store.refuse_all(tx, ids, [_poison(error)], bulk_id))
    middle = len(ids) // 2
    first = await many(tx, actor, ids[:middle], change, bulk_id=bulk_id)
    return first + await many(tx, actor, ids[middle:], change, bulk_id=bulk_id)


def _poison(error: Exception) -> Problem:
    """What the database, or the domain, has against the values of an issue."""
    told = error.diag.message_primary if isinstance(error, psycopg.Error) else str(error)
    return Problem(problems.INVALID, detail=told or "the database refused the value")


async def _all(tx: Transaction, actor: Actor, ids: Sequence[int], change: Change, bulk_id: int) -> Tally:
    """Apply the change to all of them. What makes no sense any more, its priority being gone, fails for all alike."""
    groups = await store.lock(tx, ids)
    author = Author(actor.user_id, "bulk", bulk_id)
    try:
        rules = await load_rules(tx, actor, groups, change)
    except Invalid as error:
        wrong = [Problem(problems.INVALID, field, text) for field, text in error.fields.items()]
        return Tally(failed=await store.refuse_all(tx, ids, wrong, bulk_id))
    refused, plans = await _plan_all(tx, rules, groups, change)
    if missing := sorted(set(ids).difference(*(group.ids for group in groups))):
        refused[Problem(problems.NOT_FOUND),] = missing
    tally = Tally()
    for found, of_ids in refused.items():
        tally += Tally(failed=await store.refuse_all(tx, of_ids, found, bulk_id))
    for plan, of_ids in plans.items():
        failed, _ = await store.refuse_some(tx, of_ids, plan, author)
        changed = await store.write(tx, of_ids, plan, author)
        tally += Tally(changed=changed, unchanged=len(of_ids) - failed - changed, failed=failed)
    return tally


async def one(
    tx: Transaction, actor: Actor, issue_id: int, change: Change, *, via: str = "api", version: int | None = None
) -> bool:
    """Apply the change to one issue; whether it changed anything.

    Raises IssueNotFound, Stale when `version` is given and not the current one, Forbidden, NotFound for a transition
    that is not available, and Invalid naming the fields at fault.
    """
    groups = await store.lock(tx, [issue_id])
    rules = await load_rules(tx, actor, groups, change) if groups else None
    if rules is None or not rules.rights.has(groups[0].queue_id, Right.READ):
        raise IssueNotFound(issue_id)
    if version is not None and version != (current := await store.version(tx, issue_id)):
        raise Stale(f"the issue has version {current}, not {version}")
    plan = plan_group(rules, groups[0], change)
    if isinstance(plan, Plan):
        plan = await _with_ancestors(tx, plan)
        author = Author(actor.user_id, via)
        _, found = await store.refuse_some(tx, [issue_id], plan, author)
        if not found:
            return await store.write(tx, [issue_id], plan, author) > 0
        plan = found
    raise _refusal(plan)


async def load_rules(tx: Transaction, actor: Actor, groups: Iterable[Group], change: Change) -> Rules:
    """Read what decides: the actor's rights at this moment, the workflows, and what the patch names."""
    allowed = await rights.load(tx, actor)
    queues = {group.queue_id for group in groups}
    if isinstance(change, Move):
        queues.add(change.queue_id)
    ways = await workflows.load(tx, sorted(queues))
    return Rules(allowed, ways, await values.resolve(tx, change.patch, rights=allowed))


async def _plan_all(
    tx: Transaction, rules: Rules, groups: Sequence[Group], change: Change
) -> tuple[dict[tuple[Problem, ...], list[int]], dict[Plan, list[int]]]:
    """Which issues are refused for what, and which plan the others get."""
    refused: dict[tuple[Problem, ...], list[int]] = defaultdict(list)
    plans: dict[Plan, list[int]] = defaultdict(list)
    for group in groups:
        plan = plan_group(rules, group, change)
        if isinstance(plan, Plan):
            plans[plan] += group.ids
        else:
            refused[tuple(plan)] += group.ids
    return refused, {await _with_ancestors(tx, plan): sorted(ids) for plan, ids in plans.items()}


async def _with_ancestors(tx: Transaction, plan: Plan) -> Plan:
    """The plan, knowing which issues cannot go below the parent or epic that it sets."""
    above = [
        (field.name, tuple(await store.ancestors(tx, edit.value)))
        for field, edit in plan.edits
        if field in ABOVE and isinstance(edit, SetTo) and isinstance(edit.value, int)
    ]
    return replace(plan, above=tuple(above)) if above else plan


def _refusal(found: Sequence[Problem]) -> Exception:
    """The error that the problems of a single issue are."""
    first = found[0]
    text = problems.sentence(first.code, first.detail)
    if first.code == problems.FORBIDDEN:
        return Forbidden(text)
    if first.code == problems.NO_TRANSITION:
        return NotFound(text)
    return Invalid({problem.field or "issue": problems.sentence(problem.code, problem.detail) for problem in found})


# --- the rules -----------------------------------------------------------------------------------------------------


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
            return Plan(delete=True, kind="deleted")
        case Move() | Update():
            return _plan_edits(rules, group, Plan(), group.queue_id)


def _plan_move(rules: Rules, group: Group, change: Move) -> Plan | list[Problem]:
    if not rules.rights.has(change.queue_id, Right.CREATE):
        return [Problem(problems.FORBIDDEN, detail=" in the target queue")]
    plan = Plan(move=MoveTo(change.queue_id, change.keep_fields), kind="moved")
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
    plan = Plan(status_id=transition.to_status_id, required=required, kind="transition")
    return _plan_edits(rules, group, plan, group.queue_id)


def _find_transition(rules: Rules, group: Group, change: Transition) -> Way | Problem:
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
        kind="comment_added" if comment and not edits and plan.kind == "updated" else plan.kind,
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
