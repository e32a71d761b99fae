"""A plan as SQL, compiled once: what each column becomes, what the changelog says of it, and which issues are refused.
`store.apply` renders it three ways: refuse, preview, write.

The same expression gives the new value, tells whether it differs, and goes into the changelog; so these cannot
disagree. Everything is said over the rows `issue`, `old` and `new`, which each rendering has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from shoal.domain import problems
from shoal.domain.changelog import ChangeKind
from shoal.domain.fields import STANDARD
from shoal.domain.patch import AddNumber
from shoal.domain.plan import (
    AddComment,
    Author,
    CommentEdit,
    EditComment,
    Expected,
    Family,
    MoveTo,
    Plan,
    Relation,
    Table,
)
from shoal.domain.problems import Problem
from shoal.store.db import array
from shoal.store.places import APART, Bound, Row, added, column, edited, empty, or_null, place_of


@dataclass(frozen=True, slots=True)
class LoggedField:
    """One field of the changelog: its name, and its value before and after."""

    name: str
    before: Composable
    after: Composable


@dataclass(frozen=True, slots=True)
class Check:
    """Issues for which the predicate holds are refused with this problem, and end so. `fact` is one that the
    issue itself has, with its name."""

    predicate: Composable
    problem: Problem
    outcome: str = "failed"
    fact: tuple[str, Composable] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in a statement beside `issue`, and how it is joined."""

    relation: Composable
    condition: Composable


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan for these issues as SQL.

    `row` holds the new values; `derived` are those columns that follow from another, which alone tells whether the row
    differs; `problems` is what stands against an issue, as JSON.
    """

    plan: Plan
    bound: Bound
    picked: Composable
    row: Row
    derived: frozenset[str]
    entries: tuple[LoggedField, ...]
    checks: tuple[Check, ...]
    problems: Composable
    sources: tuple[Source, ...]

    @property
    def columns(self) -> dict[str, Composable]:
        """The columns of the table `issue` that change."""
        return {name: value for name, value in self.row.items() if name not in APART}

    @property
    def refused(self) -> Composable:
        """Whether a check stands against the issue."""
        if not self.checks:
            return SQL("false")
        return SQL("coalesce({}, false)").format(_any(check.predicate for check in self.checks))

    @property
    def differs(self) -> Composable:
        """Whether the issue is not yet what the plan makes of it."""
        return _any(
            SQL("{} IS DISTINCT FROM {}").format(column(name), value)
            for name, value in self.row.items()
            if name not in self.derived
        )

    @property
    def written(self) -> Composable:
        """Whether the issue is neither refused nor as it should be already. A refused one is not looked at further: its
        new values may not even exist."""
        differs = SQL("true") if self.plan.always_changes else self.differs
        return SQL("CASE WHEN {} THEN false ELSE {} END").format(self.refused, differs) if self.checks else differs

    @property
    def outcome(self) -> Composable:
        """How a refused issue ends: as the first of the checks that it fails says."""
        cases = [SQL("WHEN {} THEN {}").format(check.predicate, Literal(check.outcome)) for check in self.checks]
        return SQL("CASE {} END").format(SQL(" ").join(cases))

    @property
    def changes(self) -> Composable:
        """The changelog's object, `{field: [before, after]}` of what differs."""
        alone = len(self.entries) == 1 and not self.plan.always_changes
        parts = [_pair(entry) if alone else _pair_that_differs(entry) for entry in self.entries]
        if self.plan.move:
            parts.append(DROPPED_FIELDS)
        return SQL(" || ").join(parts) if parts else SQL("'{{}}'::jsonb").format()


def compile_plan(plan: Plan, ids: Sequence[int], author: Author, *, expected: Expected | None = None) -> Compiled:
    """Compile a plan for these issues."""
    bound = Bound({"actor": author.user_id, "via": author.via, "bulk": author.bulk_id})
    picked = SQL("issue.org_id = %(org)s AND issue.id = ANY({})").format(bound.put(array(ids), "bigint[]"))
    row = Row(_moved(plan.move, bound) if plan.move else {})
    checks = [*_checks_before(plan, row, bound)]
    for field, edit in plan.edits:
        place = place_of(field)
        place.write(row, edited(edit, place, row, bound))
    if plan.status_id is not None:
        row["status_id"] = bound.put(plan.status_id, "bigint")
    if plan.delete:
        row["deleted_at"] = SQL("now()")
    entries = tuple(_entries(plan, row))
    checks = [*_version_checks(expected, entries, bound), *checks, *_checks_after(plan, row, bound)]
    derived = _derived(plan, row)
    return Compiled(
        plan,
        bound,
        picked,
        Row(row | derived),
        frozenset(derived),
        entries,
        tuple(checks),
        _problems(checks, bound),
        tuple(_sources(plan, row, ids, expected, bound)),
    )


# --- columns -------------------------------------------------------------------------------------------------------


def _moved(move: MoveTo, bound: Bound) -> Row:
    """The columns of an issue that goes to another queue, before the edits."""
    queue = bound.put(move.queue_id, "bigint")
    row = Row(
        queue_id=queue,
        number=SQL("numbered.first + numbered.place"),
        previous_queue_id=SQL("issue.queue_id"),
        custom=SQL(
            "issue.custom - ARRAY(SELECT id::text FROM field"
            " WHERE org_id = %(org)s AND queue_id IS NOT NULL AND queue_id <> {})"
        ).format(queue),
        sprints=SPRINTS_ELSEWHERE.format(queue=queue),
        area_id=AREA_ELSEWHERE.format(queue=queue),
    )
    for name, table in (("components", "component"), ("fix_versions", "version"), ("affected_versions", "version")):
        row[name] = _namesakes(name, table, queue) if move.keep_fields else SQL("'{{}}'::bigint[]").format()
    if not move.keep_fields:
        row["projects"] = SQL("'{{}}'::bigint[]").format()
    return row


# What belongs to the old queue stays there; what is for every queue goes along.
SPRINTS_ELSEWHERE = SQL("""
CASE WHEN issue.sprints = '{{}}' THEN issue.sprints ELSE ARRAY(
    SELECT u.id FROM unnest(issue.sprints) WITH ORDINALITY AS u (id, place)
      JOIN sprint ON sprint.org_id = %(org)s AND sprint.id = u.id
      JOIN board ON board.org_id = %(org)s AND board.id = sprint.board_id
     WHERE board.queue_id IS NULL OR board.queue_id = {queue}
     ORDER BY place) END""")
AREA_ELSEWHERE = SQL("""
(SELECT area.id FROM area
  WHERE area.org_id = %(org)s AND area.id = issue.area_id AND (area.queue_id IS NULL OR area.queue_id = {queue}))""")


def _namesakes(name: str, table: str, queue: Composable) -> Composed:
    """Those of the target queue that are called like the issue's."""
    return SQL(
        "ARRAY(SELECT there.id FROM unnest(issue.{name}) WITH ORDINALITY AS u (id, place)"
        " JOIN {table} AS here ON here.org_id = %(org)s AND here.id = u.id"
        " JOIN {table} AS there ON there.org_id = %(org)s AND there.queue_id = {queue} AND there.name = here.name"
        " ORDER BY place)"
    ).format(name=Identifier(name), table=Identifier(table), queue=queue)


def _derived(plan: Plan, row: Row) -> Row:
    """What follows from a new status, resolution or comment: since when, before what, resolved by whom."""
    derived = Row()
    if status := row.get("status_id"):
        for name, new in (
            ("status_since", SQL("now()")),
            ("previous_status_id", column("status_id")),
            ("previous_assignee_id", column("assignee_id")),
        ):
            derived[name] = SQL("CASE WHEN issue.status_id = {} THEN {} ELSE {} END").format(status, column(name), new)
    if resolution := row.get("resolution_id"):
        for name, now in (("resolved_at", SQL("now()")), ("resolver_id", SQL("%(actor)s::bigint"))):
            derived[name] = SQL(
                "CASE WHEN {new} IS NULL THEN NULL WHEN {new} = issue.resolution_id THEN {old} ELSE {now} END"
            ).format(new=resolution, old=column(name), now=now)
    if isinstance(plan.comment, AddComment | EditComment):
        derived["last_comment_at"] = SQL("now()")
    return derived


# --- changelog -----------------------------------------------------------------------------------------------------

FIELDS = {field.column: field for field in STANDARD.values() if field.column}


def _entries(plan: Plan, row: Row) -> Iterator[LoggedField]:
    touched = [FIELDS[name] for name in row if name in FIELDS and name != "number"]
    for field in (*touched, *(field for field, _ in plan.edits if field.is_custom)):
        place = place_of(field)
        before = empty(place) if plan.kind is ChangeKind.CREATED and not field.is_custom else place.before()
        yield LoggedField(field.name, before, place.after(row))
    if plan.move:
        yield LoggedField("key", _key_text("old"), _key_text("new"))
    if plan.delete:
        yield LoggedField("deleted", SQL("old.deleted_at IS NOT NULL"), SQL("new.deleted_at IS NOT NULL"))


def _key_text(row: str) -> Composed:
    return SQL("(SELECT key FROM queue WHERE org_id = %(org)s AND id = {0}.queue_id) || '-' || {0}.number").format(
        Identifier(row)
    )


def _pair(entry: LoggedField) -> Composable:
    return SQL("jsonb_build_object({}, jsonb_build_array({}, {}))").format(
        Literal(entry.name), entry.before, entry.after
    )


def _pair_that_differs(entry: LoggedField) -> Composable:
    return SQL("CASE WHEN {} IS DISTINCT FROM {} THEN {} ELSE '{{}}' END").format(
        entry.before, entry.after, _pair(entry)
    )


# Local fields of the old queue that the issue lost.
DROPPED_FIELDS = SQL(
    "(SELECT coalesce(jsonb_object_agg('custom.' || key, jsonb_build_array(value, NULL)), '{}')"
    " FROM jsonb_each(old.custom) WHERE NOT new.custom ? key)"
)


# --- refusals that depend on the issue itself ------------------------------------------------------------------------


# Each version of an issue has one entry in its changelog.
TOUCHED = SQL("""issue.version <> expected.version AND EXISTS (
    SELECT FROM (SELECT changes FROM changelog
                  WHERE changelog.org_id = %(org)s AND changelog.issue_id = issue.id
                  ORDER BY id DESC LIMIT issue.version - expected.version) AS since
     WHERE changes ?| {fields})""")


def _version_checks(expected: Expected | None, entries: Sequence[LoggedField], bound: Bound) -> Iterator[Check]:
    if expected is not None:
        moved_on: Composable = SQL("issue.version <> expected.version")
        if not expected.exactly:
            moved_on = TOUCHED.format(fields=bound.put([entry.name for entry in entries], "text[]"))
        yield Check(moved_on, Problem(problems.STALE), outcome="conflicted", fact=("version", SQL("issue.version")))


def _checks_before(plan: Plan, row: Row, bound: Bound) -> Iterator[Check]:
    """Sums that do not fit their fields; they look at the row as it was."""
    for field, edit in plan.edits:
        if isinstance(edit, AddNumber):
            place = place_of(field)
            low, high = field.bounds
            outside = SQL("{} NOT BETWEEN {} AND {}").format(
                added(edit.amount, place, row, bound), bound.put(low, "numeric"), bound.put(high, "numeric")
            )
            yield Check(outside, Problem("number_out_of_range", field.name))


def _checks_after(plan: Plan, row: Row, bound: Bound) -> Iterator[Check]:
    sums = {field for field, edit in plan.edits if isinstance(edit, AddNumber)}
    for field in plan.required:
        if field in sums:
            continue  # a sum is a value; and one that does not fit must not be computed
        place = place_of(field)
        yield Check(SQL("{} IS NULL").format(or_null(place, place.read(row))), Problem(problems.REQUIRED, field.name))
    if plan.family:
        yield from _family_checks(plan.family, row, bound)
    for name, ids in plan.above:
        yield Check(SQL("issue.id = ANY({})").format(bound.put(array(ids), "bigint[]")), Problem(problems.CYCLE, name))


# What is above and below may change in the same moment, but not by who demands the same: they follow one another.
PARENT = SQL("""
(SELECT kind.key FROM issue AS up JOIN catalogue AS kind ON kind.org_id = %(org)s AND kind.id = up.type_id
  WHERE up.org_id = %(org)s AND up.id = {parent} AND up.type_id = ANY({types}))""")
CHILDREN = SQL("""
EXISTS (SELECT FROM issue AS down
         WHERE down.org_id = %(org)s AND down.parent_id = issue.id AND down.type_id = ANY({types}))""")


def _family_checks(family: Family, row: Row, bound: Bound) -> Iterator[Check]:
    wrong_parent = PARENT.format(parent=row["parent_id"], types=bound.put(array(family.not_parents), "bigint[]"))
    yield Check(
        SQL("{} IS NOT NULL").format(wrong_parent), Problem(problems.NO_PARENT, "parent"), fact=("type", wrong_parent)
    )
    if family.not_children:
        wrong_children = CHILDREN.format(types=bound.put(array(family.not_children), "bigint[]"))
        yield Check(wrong_children, Problem(problems.HAS_CHILDREN, "type"))


def _problems(checks: Sequence[Check], bound: Bound) -> Composable:
    found = [
        SQL("CASE WHEN {} THEN {} ELSE '[]' END").format(check.predicate, _problem(check, bound)) for check in checks
    ]
    return SQL(" || ").join(found) if found else SQL("'[]'::jsonb")


def _problem(check: Check, bound: Bound) -> Composable:
    problem = bound.put(msgspec.json.encode([check.problem]).decode(), "jsonb")
    if check.fact is None:
        return problem
    name, value = check.fact
    return SQL("jsonb_set({}, {}, to_jsonb({}))").format(problem, bound.put(["0", "facts", name], "text[]"), value)


def _any(predicates: Iterator[Composable]) -> Composable:
    listed = [SQL("({})").format(predicate) for predicate in predicates]
    return SQL("({})").format(SQL(" OR ").join(listed)) if listed else SQL("false")


# --- what stands beside the issue ----------------------------------------------------------------------------------


def _sources(plan: Plan, row: Row, ids: Sequence[int], expected: Expected | None, bound: Bound) -> Iterator[Source]:
    if APART & row.keys() or any(field.is_apart for field in plan.required):
        yield Source(SQL("issue_text"), SQL("issue_text.org_id = %(org)s AND issue_text.issue_id = issue.id"))
    if expected is not None:
        versions = bound.put(array(expected.versions[id_] for id_ in ids), "integer[]")
        pairs = SQL("unnest({}, {}) AS expected (id, version)").format(bound.put(array(ids), "bigint[]"), versions)
        yield Source(pairs, SQL("expected.id = issue.id"))
    if plan.relation is not None:
        yield Source(_relation(plan.relation, bound), SQL("given.id = issue.id"))


def _relation(relation: Relation, bound: Bound) -> Composable:
    if isinstance(relation, Table):
        return SQL("unnest({}, {}) AS given (id, values)").format(
            bound.put(array(relation.ids), "bigint[]"), bound.put(list(relation.rows), "jsonb[]")
        )
    return SQL(
        "(SELECT issue_id, changes FROM changelog WHERE org_id = %(org)s AND bulk_id = {}) AS given (id, values)"
    ).format(bound.put(relation.bulk_id, "bigint"))


def comment_of(edit: CommentEdit) -> tuple[int | None, str, Sequence[int]]:
    """The id of a comment that is there, the text and the summonees that it gets."""
    match edit:
        case AddComment(text, summonees):
            return None, text, summonees
        case EditComment(id_, text, summonees):
            return id_, text, summonees
    return edit.id, "", ()
