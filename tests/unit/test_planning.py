"""What a change does to a group of issues, without a database: the rules alone."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.actions.planning import Rules, plan_group, plan_new
from shoal.actions.values import Resolution
from shoal.domain import problems
from shoal.domain.actor import Right, Rights
from shoal.domain.bulk import Change, Delete, Move, Transition, Update
from shoal.domain.changelog import ChangeKind
from shoal.domain.fields import STANDARD, Kind
from shoal.domain.naming import Index, Named
from shoal.domain.patch import Clear, Demands, Hierarchy, NewComment, Patch, Set, SetTo
from shoal.domain.plan import AddComment, Family, Group, MoveTo, Plan
from shoal.domain.workflow import Transition as Step
from shoal.domain.workflow import Workflow, Workflows

HERE, THERE = 1, 2
TASK, BUG, EPIC = 11, 12, 13
OPEN, DONE, ODD = 21, 22, 23
FIXED, REJECTED = 31, 32
ROSA, OLGA = 41, 42

CLOSE = Step("close", {"en": "Close"}, OPEN, DONE, ("resolution",))
REOPEN = Step("reopen", {"en": "Reopen"}, DONE, OPEN, ())
WORKFLOW = Workflow(1, OPEN, (CLOSE, REOPEN), frozenset({FIXED}))

THINGS = {
    Kind.TYPE: Index([Named(TASK, "task", []), Named(BUG, "bug", []), Named(EPIC, "epic", [])]),
    Kind.RESOLUTION: Index([Named(FIXED, "fixed", []), Named(REJECTED, "rejected", [])]),
    Kind.USER: Index([Named(ROSA, "rosa", []), Named(OLGA, "olga", [])]),
    Kind.COMPONENT: Index([Named(51, None, ["core"], queue_id=HERE), Named(52, None, ["core"], queue_id=THERE)]),
    Kind.ISSUE: Index([Named(61, "test-1", [], home_id=HERE)]),
}


def rules(change: Change, *, here: str = "read write create", there: str = "read write create", **more: Any) -> Rules:
    """The rules that hold for the change; the rights in each queue as words."""
    rights = Rights({queue: frozenset(map(Right, words.split())) for queue, words in ((HERE, here), (THERE, there))})
    ways = {(HERE, TASK): WORKFLOW, (HERE, BUG): WORKFLOW, (THERE, TASK): WORKFLOW}
    workflows = Workflows(ways, {OPEN: "new", DONE: "done", ODD: "new"})
    fields = {name: [STANDARD[name]] for name in change.patch.edits}
    return Rules(rights, workflows, Resolution(change.patch, fields, THINGS, {(HERE, ROSA)}), **more)


def group(*, queue: int = HERE, type_id: int = TASK, status: int = OPEN) -> Group:
    return Group(queue, type_id, status, [1, 2])


def planned(change: Change, of: Group | None = None, **options: Any) -> Plan:
    found = plan_group(rules(change, **options), of or group(), change)
    assert isinstance(found, Plan), found
    return found


def refused(change: Change, of: Group | None = None, **options: Any) -> list[tuple[str, str | None]]:
    found = plan_group(rules(change, **options), of or group(), change)
    assert not isinstance(found, Plan), found
    return [(problem.code, problem.field) for problem in found]


def update(comment: str | None = None, demands: Demands | None = None, **edits: Any) -> Update:
    return Update(Patch(edits, NewComment(comment) if comment else None, demands or Demands()))


# --- edits ---------------------------------------------------------------------------------------------------------


def test_who_may_not_write_changes_nothing() -> None:
    assert refused(update(tags=Set("a")), here="read create") == [(problems.FORBIDDEN, None)]


def test_an_update_has_the_stored_form_of_its_edits() -> None:
    plan = planned(update(assignee=Set("rosa"), tags=Set(("a", "a"))))
    assert dict(plan.edits) == {STANDARD["assignee"]: SetTo(ROSA), STANDARD["tags"]: SetTo(("a",))}
    assert (plan.kind, plan.status_id, plan.move) == (ChangeKind.UPDATED, None, None)


def test_equal_plans_of_two_groups_are_one() -> None:
    change = update(tags=Set("a"))
    assert planned(change) == planned(change, group(type_id=BUG))


def test_a_name_means_another_thing_in_each_queue() -> None:
    change = update(components=Set("core"))
    edits = [dict(planned(change, group(queue=queue)).edits)[STANDARD["components"]] for queue in (HERE, THERE)]
    assert edits == [SetTo((51,)), SetTo((52,))]


def test_a_comment_alone_is_its_own_kind_of_change() -> None:
    plan = planned(update("Hello"))
    assert (plan.kind, plan.comment, plan.always_changes) == (ChangeKind.COMMENT_ADDED, AddComment("Hello"), True)
    assert planned(update("Hello", tags=Set("a"))).kind is ChangeKind.UPDATED


def test_a_type_is_one_of_the_queue() -> None:
    assert refused(update(type=Set("epic"))) == [(problems.NO_SUCH_IN_QUEUE, "type")]
    assert refused(update(tags=Set("a")), group(type_id=EPIC)) == [(problems.TYPE_NOT_IN_QUEUE, "type")]


@pytest.mark.parametrize(
    ("resolution", "status", "expected"),
    [
        ("fixed", OPEN, problems.NOT_ENDED),
        ("rejected", DONE, problems.NO_SUCH_IN_QUEUE),
    ],
)
def test_a_resolution_fits_the_status_and_the_queue(resolution: str, status: int, expected: str) -> None:
    assert refused(update(resolution=Set(resolution)), group(status=status)) == [(expected, "resolution")]


def test_a_resolution_may_go_whatever_the_status() -> None:
    assert dict(planned(update(resolution=Clear()), group(status=OPEN)).edits) == {STANDARD["resolution"]: SetTo(None)}


def test_deleting_needs_no_edits() -> None:
    plan = planned(Delete())
    assert (plan.delete, plan.kind, plan.edits) == (True, ChangeKind.DELETED, ())


# --- transitions ---------------------------------------------------------------------------------------------------


def test_a_transition_brings_its_status_and_what_it_requires() -> None:
    plan = planned(Transition("close", Patch({"resolution": Set("fixed")})))
    assert (plan.status_id, plan.required) == (DONE, (STANDARD["resolution"],))
    assert plan.kind is ChangeKind.TRANSITION


def test_a_status_that_is_not_final_takes_the_resolution_away() -> None:
    plan = planned(Transition("reopen"), group(status=DONE))
    assert dict(plan.edits) == {STANDARD["resolution"]: SetTo(None)}


def test_a_transition_that_does_not_lead_from_here_is_refused() -> None:
    assert refused(Transition("reopen")) == [(problems.NO_TRANSITION, None)]


def test_to_a_status_by_whichever_way_or_by_none() -> None:
    change = Transition(to_status="closed", patch=Patch({"resolution": Set("fixed")}))
    assert planned(change, to_status=DONE).status_id == DONE
    assert planned(Transition(to_status="open"), to_status=OPEN).status_id is None
    assert refused(change, to_status=ODD) == [(problems.NO_WAY, "status")]


# --- moves ---------------------------------------------------------------------------------------------------------


def test_a_move_takes_the_right_to_create_there() -> None:
    assert planned(Move(THERE, keep_fields=True)).move == MoveTo(THERE, keep_fields=True)
    assert refused(Move(THERE), there="read write") == [(problems.FORBIDDEN_IN_TARGET, None)]


def test_a_move_to_where_it_is_only_edits() -> None:
    plan = planned(Move(HERE, patch=Patch({"tags": Set("a")})))
    assert (plan.move, plan.kind) == (None, ChangeKind.UPDATED)


def test_a_move_to_a_queue_without_its_status_or_type_is_refused() -> None:
    assert refused(Move(THERE), group(status=ODD)) == [(problems.NO_STATUS, "status")]
    assert refused(Move(THERE), group(type_id=BUG)) == [(problems.TYPE_NOT_IN_QUEUE, "type")]


def test_a_move_may_start_anew() -> None:
    assert planned(Move(THERE, initial_status=True), group(status=ODD)).status_id == OPEN


# --- what is demanded ----------------------------------------------------------------------------------------------


def test_people_are_members_where_that_is_demanded() -> None:
    local = Demands(is_local=True)
    assert planned(update(demands=local, assignee=Set("rosa")))
    assert refused(update(demands=local, assignee=Set("olga"))) == [(problems.NOT_MEMBER, "assignee")]


def test_a_parent_is_of_the_same_queue_where_that_is_demanded() -> None:
    local = update(demands=Demands(is_local=True), parent=Set("TEST-1"))
    assert planned(local)
    assert refused(local, group(queue=THERE)) == [(problems.NOT_IN_QUEUE, "parent")]


def test_a_hierarchy_says_which_types_may_not_be_above_and_below() -> None:
    demands = Demands(hierarchy=Hierarchy({"epic": None, "task": "epic", "bug": "epic"}, leaves=("task",)))
    types = {TASK: "task", BUG: "bug", EPIC: "epic"}
    to_bug = planned(update(demands=demands, type=Set("bug")), types=types)
    assert to_bug.family == Family(not_parents=(TASK, BUG), not_children=(TASK, BUG, EPIC))
    assert planned(update(demands=demands, parent=Clear()), types=types).family == Family((TASK, BUG), ())
    assert planned(update(demands=demands, tags=Set("a")), types=types).family is None


# --- new ones ------------------------------------------------------------------------------------------------------


def test_a_new_issue_begins_in_the_first_status_of_its_type() -> None:
    change = update(type=Set("bug"), tags=Set("a"))
    plan = plan_new(rules(change), HERE)
    assert isinstance(plan, Plan)
    assert (plan.kind, plan.status_id, plan.always_changes) == (ChangeKind.CREATED, OPEN, True)


def test_a_new_issue_of_a_type_that_the_queue_lacks_is_refused() -> None:
    found = plan_new(rules(update(type=Set("epic"))), HERE)
    assert not isinstance(found, Plan)
    assert [problem.field for problem in found] == ["type"]
