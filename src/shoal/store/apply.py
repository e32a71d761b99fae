"""Locks issues, and does with a plan for them one of three things: refuse, preview, write. Each is one statement over
the same compiled expressions.

The ids are bound as one array; but for a preview the rows themselves never travel here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from shoal.domain.bulk import Tally
from shoal.domain.plan import AddComment, CommentEdit, EditComment, Group, MoveTo, Previewed
from shoal.domain.problems import Problem
from shoal.store.compiled import Compiled, comment_of
from shoal.store.db import Transaction, array
from shoal.store.places import Bound

# In id order, so that no two chunks can deadlock on issues. Locking first and updating after costs almost nothing, a
# locking CTE joined to the UPDATE about a quarter.
GROUPS = SQL("""
WITH picked AS MATERIALIZED (
    SELECT id, queue_id, type_id, status_id FROM issue
     WHERE org_id = %(org)s AND id = ANY(%(ids)s::bigint[])
     ORDER BY id {lock}
)
SELECT queue_id, type_id, status_id, array_agg(id) AS ids FROM picked GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""")
LOCK = GROUPS.format(lock=SQL("FOR NO KEY UPDATE"))
LOOK = GROUPS.format(lock=SQL(""))


async def groups(tx: Transaction, ids: Sequence[int], *, lock: bool = True) -> list[Group]:
    """The groups that the issues fall into; with `lock` nobody else changes them until the transaction ends."""
    return await tx.rows(LOCK if lock else LOOK, {"ids": array(ids)}, into=Group)


ANCESTORS = """
WITH RECURSIVE above (id) AS (
    SELECT %(issue)s::bigint
     UNION
    SELECT issue.parent_id FROM above JOIN issue ON issue.org_id = %(org)s AND issue.id = above.id
     WHERE issue.parent_id IS NOT NULL
)
SELECT id FROM above"""

# Two changes at once could close a circle that neither sees: those that set parents follow one another.
LOCK_HIERARCHY = "SELECT pg_advisory_xact_lock(hashtextextended('shoal.parent', %(org)s))"


async def lock_hierarchy(tx: Transaction) -> None:
    """Let nobody else set a parent until the transaction ends."""
    await tx.run(LOCK_HIERARCHY)


async def ancestors(tx: Transaction, issue_id: int) -> list[int]:
    """The issue and all that stand above it."""
    return [row[0] for row in await tx.tuples(ANCESTORS, {"issue": issue_id})]


# --- refuse --------------------------------------------------------------------------------------------------------

REFUSE = SQL("SELECT issue.id, {outcome} AS outcome, {problems} AS problems FROM {joined} WHERE {picked} AND {refused}")


def _refuse(compiled: Compiled) -> Composed:
    return REFUSE.format(
        outcome=compiled.outcome,
        problems=compiled.problems,
        joined=_joined(compiled),
        picked=_picked(compiled),
        refused=compiled.refused,
    )


async def problems(tx: Transaction, compiled: Compiled) -> list[Problem]:
    """What stands against the first of the issues that the plan does not fit."""
    if not compiled.checks:
        return []
    rows = await tx.dicts(_refuse(compiled), compiled.bound.values)
    return msgspec.convert(rows[0]["problems"], list[Problem]) if rows else []


RECORD_REFUSED = SQL("""
WITH recorded AS (
    INSERT INTO bulk_failure (org_id, bulk_id, issue_id, outcome, problems)
    SELECT %(org)s, %(bulk)s, id, outcome, problems FROM ({}) AS refused
    RETURNING outcome
)
SELECT outcome, count(*) FROM recorded GROUP BY outcome""")


async def refuse(tx: Transaction, compiled: Compiled) -> Tally:
    """Record why the plan does not fit some of the issues of a bulk change; how they end."""
    if not compiled.checks:
        return Tally()
    return Tally(**dict(await tx.tuples(RECORD_REFUSED.format(_refuse(compiled)), compiled.bound.values)))


RECORD_ALL = """
INSERT INTO bulk_failure (org_id, bulk_id, issue_id, problems)
SELECT %(org)s, %(bulk)s, wanted.id, %(problems)s::jsonb FROM unnest(%(ids)s::bigint[]) AS wanted (id)"""


async def refuse_all(tx: Transaction, ids: Sequence[int], found: Sequence[Problem], bulk_id: int) -> Tally:
    """Record that these issues could not be changed, whatever they are."""
    params = {"ids": array(ids), "bulk": bulk_id, "problems": msgspec.json.encode(found).decode()}
    return Tally(failed=await tx.run(RECORD_ALL, params))


# --- preview -------------------------------------------------------------------------------------------------------

# The rows that an UPDATE would give as `old` and `new` stand beside the issue.
PREVIEW = SQL("""
{numbered}
SELECT issue.id, {problems} AS problems, CASE WHEN {written} THEN {changes} END AS changes
  FROM {joined} {numbers}
 CROSS JOIN LATERAL (SELECT issue.*) AS old
 CROSS JOIN LATERAL (SELECT {new}) AS new
 WHERE {picked} ORDER BY issue.id""")

UNCHANGED = ("id", "queue_id", "number", "summary", "custom", "deleted_at")
"""Columns of the new row that entries look at, changed or not."""


async def preview(tx: Transaction, compiled: Compiled) -> list[Previewed]:
    """What writing the plan would do to each of the issues. Nothing is locked or written."""
    columns = compiled.columns
    statement = PREVIEW.format(
        numbered=_numbered_beforehand(compiled),
        problems=compiled.problems,
        written=compiled.written,
        changes=compiled.changes,
        joined=_joined(compiled),
        numbers=SQL("LEFT JOIN numbered ON numbered.id = issue.id" if compiled.plan.move else ""),
        new=SQL(", ").join(
            SQL("{} AS {}").format(compiled.row[name], Identifier(name))
            for name in (*columns, *(name for name in UNCHANGED if name not in columns))
        ),
        picked=_picked(compiled),
    )
    rows = await tx.tuples(statement, compiled.bound.values)
    return [Previewed(id_, msgspec.convert(found, list[Problem]), changes) for id_, found, changes in rows]


# --- write ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """How many issues a plan changed, and the comment that it added to the last of them."""

    changed: int
    comment_id: int | None


async def write(tx: Transaction, compiled: Compiled) -> Written:
    """Write the plan to those of the issues that it fits and that it changes.

    The new values, the changelog, the comments and the outbox are one statement.
    """
    statement = _write(compiled)
    if not compiled.plan.delete:
        return (await tx.rows(statement, compiled.bound.values, into=Written))[0]
    async with tx.trash_shown():
        return (await tx.rows(statement, compiled.bound.values, into=Written))[0]


WRITE = SQL("""
WITH {numbered}
changed AS (
    UPDATE issue SET {assignments}{sources}
     WHERE {within}
    RETURNING new.id, new.summary, old.queue_id AS old_queue_id, old.number AS old_number,
              {changes} AS changes{own_text}
), {companions}
logged AS (
    INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, bulk_id, comment_id, changes)
    SELECT %(org)s, changed.id, now(), %(actor)s, {kind}, %(via)s, %(bulk)s, {comment_id}, changed.changes
      FROM changed {noted}
    RETURNING issue_id, id
), announced AS (
    INSERT INTO outbox (org_id, at, author_id, kind, bulk_id, issue_id, entry_id) {announced}
)
SELECT (SELECT count(*) FROM changed) AS changed, {added} AS comment_id""")

# One row an issue that was changed by itself, one row a statement of a bulk change: who reads the outbox finds its
# issues through the changelog.
# Of an import nobody is told issue by issue.
EACH = SQL("SELECT %(org)s, now(), %(actor)s, {kind}, NULL, issue_id, id FROM logged WHERE %(via)s <> 'import'")
TOGETHER = SQL(
    "SELECT %(org)s, now(), %(actor)s, {kind}, %(bulk)s::bigint, NULL::bigint, NULL::bigint"
    " WHERE EXISTS (SELECT FROM changed)"
)


def _write(compiled: Compiled) -> Composed:
    plan = compiled.plan
    adds_comment = isinstance(plan.comment, AddComment)
    kind = Literal(str(plan.kind))
    return WRITE.format(
        numbered=_numbered(compiled),
        assignments=_assignments(compiled),
        sources=_beside(compiled),
        within=_numbered_issues(compiled) if plan.move else _within(compiled),
        changes=compiled.changes,
        own_text=SQL(", {} AS description").format(compiled.row["description"]) if _has_own_text(compiled) else SQL(""),
        companions=SQL("").join(_companions(compiled)),
        kind=kind,
        comment_id=_comment_id(plan.comment, compiled.bound),
        noted=SQL("JOIN noted ON noted.issue_id = changed.id" if adds_comment else ""),
        announced=(EACH if compiled.bound.values["bulk"] is None else TOGETHER).format(kind=kind),
        added=SQL("(SELECT max(id) FROM noted)" if adds_comment else "NULL::bigint"),
    )


def _assignments(compiled: Compiled) -> Composable:
    columns = compiled.columns | {
        "version": SQL("issue.version + 1"),
        "updated_at": SQL("now()"),
        "updated_by": SQL("%(actor)s"),
    }
    return SQL(", ").join(SQL("{} = {}").format(Identifier(name), value) for name, value in columns.items())


def _comment_id(edit: CommentEdit | None, bound: Bound) -> Composable:
    if edit is None:
        return SQL("NULL")
    return SQL("noted.id") if isinstance(edit, AddComment) else bound.put(edit.id, "bigint")


# --- what is written beside the issues: their texts, their old keys, their comments --------------------------------


def _companions(compiled: Compiled) -> Iterator[Composable]:
    plan = compiled.plan
    if {"description", "summary"} & compiled.row.keys():
        yield WORDED.format(SQL("changed.description") if _has_own_text(compiled) else compiled.row["description"])
    if plan.move:
        yield ALIASED
    if plan.comment:
        id_, text, summonees = comment_of(plan.comment)
        yield _comment_statement(plan.comment).format(
            id=compiled.bound.put(id_, "bigint"),
            text=compiled.bound.put(text, "text"),
            summonees=compiled.bound.put(list(summonees), "bigint[]"),
        )


def _has_own_text(compiled: Compiled) -> bool:
    """Whether each issue gets another description, which then comes with its row; one for all is said once."""
    return compiled.plan.relation is not None and "description" in compiled.row


WORDED = SQL("""
worded AS (
    UPDATE issue_text SET description = {0}, search = search_vector(changed.summary, {0})
      FROM changed WHERE issue_text.org_id = %(org)s AND issue_text.issue_id = changed.id
),""")

ALIASED = SQL("""
aliased AS (
    INSERT INTO issue_alias (org_id, queue_id, number, issue_id)
    SELECT %(org)s, old_queue_id, old_number, id FROM changed
),""")


def _comment_statement(edit: CommentEdit) -> SQL:
    if isinstance(edit, AddComment):
        return ADD_COMMENT
    return EDIT_COMMENT if isinstance(edit, EditComment) else REMOVE_COMMENT


ADD_COMMENT = SQL("""
noted AS (
    INSERT INTO comment (org_id, issue_id, author_id, updated_by, text, summonees)
    SELECT %(org)s, id, %(actor)s, %(actor)s, {text}, {summonees} FROM changed
    RETURNING issue_id, id
),""")

EDIT_COMMENT = SQL("""
noted AS (
    UPDATE comment SET text = {text}, summonees = {summonees}, updated_at = now(), updated_by = %(actor)s,
           version = comment.version + 1
      FROM changed WHERE comment.org_id = %(org)s AND comment.issue_id = changed.id AND comment.id = {id}
),""")

REMOVE_COMMENT = SQL("""
noted AS (
    DELETE FROM comment USING changed
     WHERE comment.org_id = %(org)s AND comment.issue_id = changed.id AND comment.id = {id}
),""")


# --- parts of all three --------------------------------------------------------------------------------------------

# Keys in the target queue are given out in the order of the ids.
NUMBERED = SQL("""
picked AS (
    SELECT issue.id, row_number() OVER (ORDER BY issue.id) AS place FROM {joined} WHERE {within}
), target AS (
    {target}
), numbered AS (
    SELECT picked.id, picked.place, target.first FROM picked, target
)""")
TAKE_NUMBERS = SQL("""
    UPDATE queue SET last_number = last_number + (SELECT count(*) FROM picked)
     WHERE org_id = %(org)s AND id = {queue} AND deleted_at IS NULL
    RETURNING old.last_number AS first""")
SEE_NUMBERS = SQL("""
    SELECT last_number AS first FROM queue WHERE org_id = %(org)s AND id = {queue} AND deleted_at IS NULL""")


def _numbered(compiled: Compiled) -> Composable:
    move = compiled.plan.move
    return SQL("{},").format(_numbers(compiled, move, TAKE_NUMBERS)) if move else SQL("")


def _numbered_beforehand(compiled: Compiled) -> Composable:
    move = compiled.plan.move
    return SQL("WITH {}").format(_numbers(compiled, move, SEE_NUMBERS)) if move else SQL("")


def _numbers(compiled: Compiled, move: MoveTo, target: SQL) -> Composable:
    queue = compiled.bound.put(move.queue_id, "bigint")
    return NUMBERED.format(joined=_joined(compiled), within=_within(compiled), target=target.format(queue=queue))


def _joined(compiled: Compiled) -> Composable:
    """The issues, and what stands beside them."""
    return SQL(" CROSS JOIN ").join([SQL("issue"), *(source.relation for source in compiled.sources)])


def _beside(compiled: Compiled) -> Composable:
    """The same for an UPDATE, which names the issues before."""
    relations = [source.relation for source in compiled.sources]
    if compiled.plan.move:
        relations.insert(0, SQL("numbered"))
    return SQL(" FROM {}").format(SQL(" CROSS JOIN ").join(relations)) if relations else SQL("")


def _picked(compiled: Compiled) -> Composable:
    """The issues that the plan is for."""
    return _and(compiled.picked, *(source.condition for source in compiled.sources))


def _within(compiled: Compiled) -> Composable:
    """Those of them that are written."""
    return _and(_picked(compiled), compiled.written)


def _numbered_issues(compiled: Compiled) -> Composable:
    """The same, once they have numbers."""
    given = SQL("issue.org_id = %(org)s AND issue.id = numbered.id")
    return _and(given, *(source.condition for source in compiled.sources))


def _and(*conditions: Composable) -> Composable:
    return SQL(" AND ").join(conditions)
