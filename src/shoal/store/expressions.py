"""The SQL of a plan's values: what each column becomes, what the changelog says of it, and who is refused.

The same expression gives the new value, tells whether it differs, and goes into the changelog; so these cannot
disagree. Values are bound parameters; names come from `domain.fields` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal, Placeholder
from psycopg.types.json import Jsonb

from shoal.domain import problems
from shoal.domain.bulk import Problem
from shoal.domain.fields import REFERENCE_KINDS, STANDARD, Field, Kind
from shoal.domain.patch import AddNumber, AdjustList, FieldEdit, SetTo
from shoal.domain.plan import MoveTo, Plan

TYPES = {
    Kind.DATE: "date",
    Kind.DURATION: "integer",
    Kind.INTEGER: "integer",
    Kind.FLOAT: "double precision",
    **dict.fromkeys(REFERENCE_KINDS, "bigint"),
}
"""PostgreSQL types of the columns; text where none is named."""


@dataclass(slots=True)
class Bound:
    """The parameters of a statement under way."""

    values: dict[str, Any] = field(default_factory=dict)

    def put(self, value: Any, cast: str) -> Composed:
        """Bind a value and give its place in the statement, with its PostgreSQL type."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return SQL("{}::{}").format(Placeholder(name), SQL(cast))


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the changelog: its name, and its value before and after as SQL over the old and the new row."""

    name: str
    before: Composable
    after: Composable


@dataclass(frozen=True, slots=True)
class Check:
    """Issues for which the predicate holds are refused with this problem."""

    predicate: Composable
    problem: Problem


@dataclass(frozen=True, slots=True)
class Written:
    """A plan as SQL.

    `columns` are new values by column; `quiet` those of them that follow from another column, which alone tells
    whether the row differs; `description` is the new description, which lives in `issue_text`.
    """

    columns: dict[str, Composable]
    quiet: frozenset[str]
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]
    description: Composable | None


def written(plan: Plan, bound: Bound) -> Written:
    """The SQL of a plan; its values are put into `bound`."""
    columns: dict[str, Composable] = {}
    if plan.move:
        columns |= _moved(plan.move, bound)
    description = None
    for edited, edit in plan.edits:
        if edited.is_custom:
            columns["custom"] = _custom(edited, edit, columns.get("custom", SQL("issue.custom")), bound)
        elif edited.column is None:
            description = _value(edited, edit, SQL("issue_text.description"), bound)
        else:
            base = columns.get(edited.column, column(edited.column))
            columns[edited.column] = _value(edited, edit, base, bound)
    if plan.status_id is not None:
        columns["status_id"] = bound.put(plan.status_id, "bigint")
    if plan.delete:
        columns["deleted_at"] = SQL("now()")
    entries = _entries(plan, columns, description)
    quiet = _followers(columns)
    return Written(columns | quiet, frozenset(quiet), entries, _checks(plan, columns, bound), description)


def column(name: str) -> Composed:
    return SQL("issue.{}").format(Identifier(name))


# --- values --------------------------------------------------------------------------------------------------------


def _value(edited: Field, edit: FieldEdit, base: Composable, bound: Bound) -> Composable:
    """What a column becomes."""
    cast = TYPES.get(edited.kind, "text")
    match edit:
        case SetTo(None) if edited.column is None:
            return SQL("''")
        case SetTo(value, if_empty):
            new = bound.put(list(value), f"{cast}[]") if isinstance(value, tuple) else bound.put(value, cast)
            return _unless_there(base, new, is_list=edited.is_list) if if_empty else new
        case AddNumber(amount):
            return SQL("coalesce({}, 0) + {}").format(base, bound.put(amount, cast))
        case AdjustList():
            return _adjusted(base, edit, cast, bound)


def _unless_there(base: Composable, new: Composable, *, is_list: bool) -> Composed:
    """What there is, else the new value."""
    there = SQL("nullif({}, '{{}}')" if is_list else "{}").format(base)
    return SQL("coalesce({}, {})").format(there, new)


def _adjusted(base: Composable, edit: AdjustList, cast: str, bound: Bound) -> Composable:
    """An array after elements were taken out, exchanged and appended, in that order."""
    if edit.remove:
        base = SQL(
            "ARRAY(SELECT had FROM unnest({}) WITH ORDINALITY AS u (had, place) WHERE had <> ALL({}) ORDER BY place)"
        ).format(base, bound.put(list(edit.remove), f"{cast}[]"))
    if edit.replace:
        targets, replacements = zip(*edit.replace, strict=True)
        base = SQL(
            "ARRAY(SELECT coalesce(pair.new, had) FROM unnest({}) WITH ORDINALITY AS u (had, place)"
            " LEFT JOIN unnest({}, {}) AS pair (old, new) ON pair.old = had"
            " GROUP BY 1 ORDER BY min(place))"
        ).format(base, bound.put(list(targets), f"{cast}[]"), bound.put(list(replacements), f"{cast}[]"))
    if edit.add:
        base = SQL(
            "({0} || ARRAY(SELECT new FROM unnest({1}) WITH ORDINALITY AS u (new, place)"
            " WHERE new <> ALL({0}) ORDER BY place))"
        ).format(base, bound.put(list(edit.add), f"{cast}[]"))
    return base


def _custom(edited: Field, edit: FieldEdit, custom: Composable, bound: Bound) -> Composable:
    """What the column of the custom fields becomes."""
    place = Literal(str(edited.id))
    match edit:
        case SetTo(value, if_empty):
            plain = list(value) if isinstance(value, tuple) else value
            new: Composable = bound.put(None if plain is None else Jsonb(plain), "jsonb")
            if if_empty:
                new = SQL("coalesce(issue.custom -> {}, {})").format(place, new)
        case AddNumber(amount):
            old = SQL("coalesce((issue.custom ->> {})::numeric, 0)").format(place)
            new = SQL("to_jsonb(({} + {})::{})").format(
                old, bound.put(amount, "numeric"), SQL("bigint" if edited.kind != Kind.FLOAT else "double precision")
            )
        case AdjustList(remove, replace, add):
            parts = (list(remove), [list(pair) for pair in replace], list(add))
            new = SQL("adjusted_list(issue.custom -> {}, {}, {}, {})").format(
                place, *(bound.put(Jsonb(part), "jsonb") for part in parts)
            )
    return SQL("with_custom({}, {}, {})").format(custom, place, new)


def _moved(move: MoveTo, bound: Bound) -> dict[str, Composable]:
    """The columns of an issue that goes to another queue, before the edits."""
    queue = bound.put(move.queue_id, "bigint")
    columns: dict[str, Composable] = {
        "queue_id": queue,
        "number": SQL("numbered.first + numbered.place"),
        "previous_queue_id": SQL("issue.queue_id"),
        "custom": SQL(
            "issue.custom - ARRAY(SELECT id::text FROM field"
            " WHERE org_id = %(org)s AND queue_id IS NOT NULL AND queue_id <> {})"
        ).format(queue),
    }
    for name, table in (("components", "component"), ("fix_versions", "version"), ("affected_versions", "version")):
        columns[name] = _namesakes(name, table, queue) if move.keep_fields else SQL("'{{}}'::bigint[]").format()
    if not move.keep_fields:
        columns["projects"] = SQL("'{{}}'::bigint[]").format()
    return columns


def _namesakes(name: str, table: str, queue: Composable) -> Composed:
    """Those of the target queue that are called like the issue's."""
    return SQL(
        "ARRAY(SELECT there.id FROM unnest(issue.{name}) WITH ORDINALITY AS u (id, place)"
        " JOIN {table} AS here ON here.org_id = %(org)s AND here.id = u.id"
        " JOIN {table} AS there ON there.org_id = %(org)s AND there.queue_id = {queue} AND there.name = here.name"
        " ORDER BY place)"
    ).format(name=Identifier(name), table=Identifier(table), queue=queue)


def _followers(columns: dict[str, Composable]) -> dict[str, Composable]:
    """What follows from a new status or resolution: since when, before what, resolved by whom."""
    following: dict[str, Composable] = {}
    if status := columns.get("status_id"):
        for name, old, new in (
            ("status_since", "status_since", SQL("now()")),
            ("previous_status_id", "previous_status_id", column("status_id")),
            ("previous_assignee_id", "previous_assignee_id", column("assignee_id")),
        ):
            following[name] = SQL("CASE WHEN issue.status_id = {} THEN {} ELSE {} END").format(status, column(old), new)
    if resolution := columns.get("resolution_id"):
        for name, now in (("resolved_at", SQL("now()")), ("resolver_id", SQL("%(actor)s::bigint"))):
            following[name] = SQL(
                "CASE WHEN {new} IS NULL THEN NULL WHEN {new} = issue.resolution_id THEN {old} ELSE {now} END"
            ).format(new=resolution, old=column(name), now=now)
    return following


# --- changelog -----------------------------------------------------------------------------------------------------

COLUMN_FIELDS = {field.column: field.name for field in STANDARD.values() if field.column}


def _entries(plan: Plan, columns: dict[str, Composable], description: Composable | None) -> tuple[Entry, ...]:
    entries = [
        Entry(COLUMN_FIELDS[name], SQL("old.{}").format(Identifier(name)), SQL("new.{}").format(Identifier(name)))
        for name in columns
        if name in COLUMN_FIELDS and name != "number"
    ]
    for edited, _ in plan.edits:
        if edited.is_custom:
            place = Literal(str(edited.id))
            entries.append(
                Entry(edited.name, SQL("old.custom -> {}").format(place), SQL("new.custom -> {}").format(place))
            )
    if plan.move:
        entries.append(Entry("key", _key_text("old"), _key_text("new")))
    if plan.delete:
        entries.append(Entry("deleted", SQL("old.deleted_at IS NOT NULL"), SQL("new.deleted_at IS NOT NULL")))
    if description is not None:
        entries.append(Entry("description", SQL("issue_text.description"), description))
    return tuple(entries)


def _key_text(row: str) -> Composed:
    return SQL("(SELECT key FROM queue WHERE org_id = %(org)s AND id = {0}.queue_id) || '-' || {0}.number").format(
        Identifier(row)
    )


def changes(written: Written, *, moved: bool, differs: bool) -> Composable:
    """The changelog's object, `{field: [before, after]}` of what differs; `differs` when each row is known to."""
    parts: list[Composable] = []
    for entry in written.entries:
        pair = SQL("jsonb_build_object({}, jsonb_build_array({}, {}))").format(
            Literal(entry.name), entry.before, entry.after
        )
        if not (differs and len(written.entries) == 1):
            test = SQL("{} IS DISTINCT FROM {}").format(entry.before, entry.after)
            pair = SQL("CASE WHEN {} THEN {} ELSE '{{}}' END").format(test, pair)
        parts.append(pair)
    if moved:
        parts.append(DROPPED_FIELDS)
    return SQL(" || ").join(parts) if parts else SQL("'{{}}'::jsonb").format()


# Local fields of the old queue that the issue lost.
DROPPED_FIELDS = SQL(
    "(SELECT coalesce(jsonb_object_agg('custom.' || key, jsonb_build_array(value, NULL)), '{}')"
    " FROM jsonb_each(old.custom) WHERE NOT new.custom ? key)"
)


# --- refusals that depend on the issue itself ------------------------------------------------------------------------


def _checks(plan: Plan, columns: dict[str, Composable], bound: Bound) -> tuple[Check, ...]:
    checks = [
        Check(_is_empty(required, columns), Problem(problems.REQUIRED, required.name)) for required in plan.required
    ]
    checks += [
        Check(SQL("issue.id = ANY({})").format(bound.put(list(ids), "bigint[]")), Problem(problems.CYCLE, name))
        for name, ids in plan.above
    ]
    return tuple(checks)


def _is_empty(required: Field, columns: dict[str, Composable]) -> Composable:
    if required.is_custom:
        return SQL("NOT {} ? {}").format(columns.get("custom", SQL("issue.custom")), Literal(str(required.id)))
    if required.column is None:
        return SQL(
            "NOT EXISTS (SELECT FROM issue_text WHERE org_id = %(org)s AND issue_id = issue.id AND description <> '')"
        )
    value = columns.get(required.column, column(required.column))
    return SQL("{} = '{{}}'" if required.is_list else "{} IS NULL").format(value)


def any_of(checks: Sequence[Check]) -> Composable:
    return SQL(" OR ").join(SQL("({})").format(check.predicate) for check in checks)
