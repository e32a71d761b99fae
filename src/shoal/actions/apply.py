"""The one way into an issue. A web form, a PATCH, a bulk change, an import and an undo all come through here.

A change is planned by group, not by issue (`actions.planning`); groups with equal plans are compiled together. What is
planned can be refused, previewed and written, each by one statement a plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from shoal.actions import planning
from shoal.domain import problems
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import Change, Tally, Update
from shoal.domain.errors import Forbidden, Invalid, IssueNotFound, NotFound, NotMember, Stale
from shoal.domain.fields import STANDARD
from shoal.domain.patch import Given, Patch, SetTo, Stored
from shoal.domain.plan import Author, Expected, Group, Plan, Previewed, Table
from shoal.domain.problems import Problem
from shoal.store import apply as store
from shoal.store import faults, issues
from shoal.store.apply import Written
from shoal.store.compiled import Compiled, compile_plan
from shoal.store.db import Transaction

ABOVE = (STANDARD["parent"], STANDARD["epic"])


@dataclass(frozen=True, slots=True)
class Planned:
    """What a change does to issues: those that it cannot touch, by their problems, and the plans for the others, each
    with how many they are. `readable` is how many the actor may read."""

    refused: Mapping[tuple[Problem, ...], list[int]]
    compiled: Sequence[tuple[Compiled, int]]
    readable: int


async def plan(
    tx: Transaction,
    actor: Actor,
    ids: Sequence[int],
    change: Change,
    *,
    via: str = "api",
    bulk_id: int | None = None,
    expected: Expected | None = None,
    lock: bool = True,
) -> Planned:
    """Plan a change of these issues, which are in ascending order.

    With `lock` nobody else changes the issues until the transaction ends. Raises Invalid for what makes no sense for
    any of them.
    """
    groups = await store.groups(tx, ids, lock=lock)
    rules = await planning.load(tx, actor, {group.queue_id for group in groups}, change, hold=lock)
    refused: dict[tuple[Problem, ...], list[int]] = defaultdict(list)
    plans: dict[Plan, list[int]] = defaultdict(list)
    for group in groups:
        found = planning.plan_group(rules, group, change)
        if isinstance(found, Plan):
            plans[found] += group.ids
        else:
            refused[tuple(found)] += group.ids
    if missing := sorted(set(ids).difference(*(group.ids for group in groups))):
        refused[Problem(problems.NOT_FOUND),] = missing
    by = Author(actor.user_id, via, bulk_id)
    if lock:
        await _lock_hierarchy(tx, plans)
    compiled = [(await _compile(tx, plan, sorted(of), by, expected), len(of)) for plan, of in plans.items()]
    return Planned(refused, compiled, _count_readable(rules.rights, groups))


async def preview(tx: Transaction, planned: Planned) -> list[Previewed]:
    """What writing would do to each of the issues, in id order."""
    shown = [Previewed(id_, found) for found, of_ids in planned.refused.items() for id_ in of_ids]
    for compiled, _ in planned.compiled:
        shown += await store.preview(tx, compiled)
    return sorted(shown, key=lambda one: one.issue_id)


async def _compile(
    tx: Transaction, plan: Plan, ids: Sequence[int], author: Author, expected: Expected | None
) -> Compiled:
    return compile_plan(await _with_ancestors(tx, plan), ids, author, expected=expected)


async def _lock_hierarchy(tx: Transaction, plans: Iterable[Plan]) -> None:
    """Let nobody else set a parent, where one of the plans sets one or looks at the family of its issues."""
    if any(plan.family or _parents(plan) for plan in plans):
        await store.lock_hierarchy(tx)


async def _with_ancestors(tx: Transaction, plan: Plan) -> Plan:
    """The plan, knowing which issues cannot go below the parent or epic that it sets."""
    above = [(name, tuple(await store.ancestors(tx, id_))) for name, id_ in _parents(plan).items()]
    return replace(plan, above=tuple(above))


def _parents(plan: Plan) -> dict[str, int]:
    """The parent and the epic that it sets, by the field."""
    return {
        field.name: edit.value
        for field, edit in plan.edits
        if field in ABOVE and isinstance(edit, SetTo) and isinstance(edit.value, int)
    }


def _count_readable(rights: Rights, groups: Sequence[Group]) -> int:
    return sum(len(group.ids) for group in groups if rights.has(group.queue_id, Right.READ))


# --- many ----------------------------------------------------------------------------------------------------------


async def many(
    tx: Transaction,
    actor: Actor,
    ids: Sequence[int],
    change: Change,
    *,
    bulk_id: int,
    expected: Expected | None = None,
) -> Tally:
    """Apply the change to these issues and record, for each that was refused, why.

    As `plan` has it. Raises Spoiled where the values of one issue spoil the statement for all of several; an issue that
    is alone is refused for that.
    """
    if len(ids) > 1:
        try:
            return await _all(tx, actor, ids, change, bulk_id, expected)
        except faults.ISSUE as error:
            raise faults.Spoiled from error
    try:
        async with tx.savepoint():
            return await _all(tx, actor, ids, change, bulk_id, expected)
    except faults.ISSUE as error:
        return await store.refuse_all(tx, ids, [faults.problem_of(error)], bulk_id)


async def _all(
    tx: Transaction,
    actor: Actor,
    ids: Sequence[int],
    change: Change,
    bulk_id: int,
    expected: Expected | None,
) -> Tally:
    """Apply the change to all of them. What makes no sense any more, its priority being gone, fails for all alike."""
    try:
        planned = await plan(tx, actor, ids, change, via="bulk", bulk_id=bulk_id, expected=expected)
    except Invalid as error:
        return await store.refuse_all(tx, ids, error.problems, bulk_id)
    tally = Tally()
    for found, of_ids in planned.refused.items():
        tally += await store.refuse_all(tx, of_ids, found, bulk_id)
    for compiled, count in planned.compiled:
        refused = await store.refuse(tx, compiled)
        changed = (await store.write(tx, compiled)).changed
        tally += refused + Tally(changed=changed, unchanged=count - refused.refused - changed)
    return tally


# --- one -----------------------------------------------------------------------------------------------------------


async def one(
    tx: Transaction, actor: Actor, issue_id: int, change: Change, *, via: str = "api", version: int | None = None
) -> Written:
    """Apply the change to one issue; what was written, if it changed anything.

    Raises IssueNotFound, Forbidden, NotFound for a transition that is not available, Invalid naming the fields at
    fault, and Stale when `version` is given and not the current one.
    """
    expected = None if version is None else Expected({issue_id: version}, exactly=True)
    planned = await plan(tx, actor, [issue_id], change, via=via, expected=expected)
    if not planned.readable:
        raise IssueNotFound(issue_id)
    for found in planned.refused:
        raise refusal(found)
    (compiled, _), *_ = planned.compiled
    return await _write(tx, compiled)


async def create(tx: Transaction, actor: Actor, queue_id: int, patch: Patch, *, unique: str | None = None) -> int:
    """Make an issue that begins with all of the patch, its type, priority and summary among it; its id.

    A bare issue is made, and what it begins with is written like any change. The caller has checked the right to make
    one, and that the unique value is free. Raises Invalid naming the fields at fault.
    """
    found = planning.plan_new(await planning.load(tx, actor, [queue_id], Update(patch)), queue_id)
    if not isinstance(found, Plan):
        raise refusal(found)
    await _lock_hierarchy(tx, [found])
    issue_id = await issues.insert(tx, queue_id, found, author_id=actor.user_id, unique=unique)
    await _write(tx, compile_plan(found, [issue_id], Author(actor.user_id, "api")))
    return issue_id


async def lock(tx: Transaction, allowed: Rights, issue_id: int) -> Group:
    """Lock an issue for a plan that `write` gets. Raises IssueNotFound, and Forbidden without the right to write."""
    groups = await store.groups(tx, [issue_id])
    if not groups or not allowed.has(groups[0].queue_id, Right.READ):
        raise IssueNotFound(issue_id)
    if not allowed.has(groups[0].queue_id, Right.WRITE):
        raise refusal([Problem(problems.FORBIDDEN)])
    return groups[0]


lock_hierarchy = store.lock_hierarchy


async def set_each(
    tx: Transaction, actor: Actor, names: Sequence[str], values: Mapping[int, Mapping[str, Stored]], *, via: str
) -> int:
    """Give each of these issues its own stored values of standard fields, which the caller found to fit; how many
    changed."""
    ids = sorted(values)
    await store.groups(tx, ids)
    rows = tuple(msgspec.json.encode(values[id_]).decode() for id_ in ids)
    plan = Plan(tuple((STANDARD[name], Given((name,))) for name in names), relation=Table(tuple(ids), rows))
    return (await store.write(tx, compile_plan(plan, ids, Author(actor.user_id, via)))).changed


async def write(tx: Transaction, actor: Actor, issue_id: int, plan: Plan, *, via: str = "api") -> Written:
    """Write a plan, made by the caller, to an issue that is locked: how whatever belongs to an issue and is no field of
    it is changed, with history."""
    return await _write(tx, compile_plan(plan, [issue_id], Author(actor.user_id, via)))


async def _write(tx: Transaction, compiled: Compiled) -> Written:
    """Write a plan for one issue, or raise what stands against it."""
    if found := await store.problems(tx, compiled):
        raise refusal(found)
    return await store.write(tx, compiled)


def refusal(found: Sequence[Problem]) -> Exception:
    """The error that the problems of a single issue are."""
    match found[0].code:
        case problems.FORBIDDEN | problems.FORBIDDEN_IN_TARGET:
            return Forbidden.of(found)
        case problems.NO_TRANSITION:
            return NotFound.of(found)
        case problems.STALE:
            return Stale.of(found)
        case problems.NOT_MEMBER:
            return NotMember(found[0].facts["user"])
    return Invalid.of(replace(one, field=one.field or "issue") for one in found)
