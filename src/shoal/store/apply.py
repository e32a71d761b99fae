"""Writes a plan to a set of issues: lock, refuse, update with changelog and comment. Each is one statement.

The ids are bound as one array; the rows themselves never travel here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from shoal.domain.bulk import Problem
from shoal.domain.plan import Group, MoveTo, Plan
from shoal.store.db import Transaction, array
from shoal.store.expressions import Bound, Check, Written, any_of, changes, column, written


@dataclass(frozen=True, slots=True)
class Author:
    """On whose behalf, by which way, and in which bulk change."""

    user_id: int
    via: str
    bulk_id: int | None = None


# In id order, so that no two chunks can deadlock on issues. Locking first and updating after costs almost nothing, a
# locking CTE joined to the UPDATE about a quarter.
LOCK = """
WITH locked AS MATERIALIZED (
    SELECT id, queue_id, type_id, status_id FROM issue
     WHERE org_id = %(org)s AND id = ANY(%(ids)s::bigint[])
     ORDER BY id FOR NO KEY UPDATE
)
SELECT queue_id, type_id, status_id, array_agg(id) AS ids FROM locked GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


async def lock(tx: Transaction, ids: Sequence[int]) -> list[Group]:
    """Lock the issues until the transaction ends; the groups they fall into."""
    return await tx.rows(LOCK, {"ids": array(ids)}, into=Group)


VERSION = "SELECT version FROM issue WHERE org_id = %(org)s AND id = %(issue)s"


async def version(tx: Transaction, issue_id: int) -> int:
    """The version of an issue that is locked."""
    return int(await tx.value(VERSION, {"issue": issue_id}))


ANCESTORS = """
WITH RECURSIVE above (id) AS (
    SELECT %(issue)s::bigint
     UNION
    SELECT issue.parent_id FROM above JOIN issue ON issue.org_id = %(org)s AND issue.id = above.id
     WHERE issue.parent_id IS NOT NULL
)
SELECT id FROM above"""

# Two changes at once could close a circle that neither sees: those that set parents take turns.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('shoal.parent', %(org)s))"


async def ancestors(tx: Transaction, issue_id: int) -> list[int]:
    """The issue and all that stand above it. Until the transaction ends nobody else asks this."""
    await tx.run(TAKE_TURNS)
    return [row[0] for row in await tx.tuples(ANCESTORS, {"issue": issue_id})]


# --- refusing ------------------------------------------------------------------------------------------------------


async def refuse_some(tx: Transaction, ids: Sequence[int], plan: Plan, author: Author) -> tuple[int, list[Problem]]:
    """Refuse the issues that a plan does not fit; how many, and without a bulk change what stands against the first."""
    bound = Bound()
    checks = written(plan, bound).checks
    if not checks:
        return 0, []
    if author.bulk_id is not None:
        return await _record(tx, ids, checks, author.bulk_id, bound), []
    found = await tx.value(_refused(ids, checks, bound), bound.values)
    return (1, msgspec.convert(found, list[Problem])) if found else (0, [])


RECORD_REFUSED = SQL("""
INSERT INTO bulk_failure (org_id, bulk_id, issue_id, problems)
SELECT %(org)s, %(bulk)s, id, problems FROM ({}) AS refused""")


async def _record(tx: Transaction, ids: Sequence[int], checks: Sequence[Check], bulk_id: int, bound: Bound) -> int:
    statement = RECORD_REFUSED.format(_refused(ids, checks, bound))
    return await tx.run(statement, {**bound.values, "bulk": bulk_id})


def _refused(ids: Sequence[int], checks: Sequence[Check], bound: Bound) -> Composed:
    found = SQL(" || ").join(
        SQL("CASE WHEN {} THEN {} ELSE '[]' END").format(check.predicate, bound.put(_json([check.problem]), "jsonb"))
        for check in checks
    )
    return SQL("SELECT {} AS problems, issue.id FROM issue WHERE {} AND ({})").format(
        found, _within(ids, bound), any_of(checks)
    )


RECORD_ALL = """
INSERT INTO bulk_failure (org_id, bulk_id, issue_id, problems)
SELECT %(org)s, %(bulk)s, wanted.id, %(problems)s::jsonb FROM unnest(%(ids)s::bigint[]) AS wanted (id)"""


async def refuse_all(tx: Transaction, ids: Sequence[int], found: Sequence[Problem], bulk_id: int) -> int:
    """Record that these issues could not be changed, whatever they are; how many."""
    return await tx.run(RECORD_ALL, {"ids": array(ids), "bulk": bulk_id, "problems": _json(found)})


def _json(found: Sequence[Problem]) -> str:
    return msgspec.json.encode(found).decode()


# --- writing -------------------------------------------------------------------------------------------------------


async def write(tx: Transaction, ids: Sequence[int], plan: Plan, author: Author) -> int:
    """Write the plan to those of the issues that it fits and that it changes; how many they are.

    The new values, the changelog and the comments are one statement.
    """
    bound = Bound({"actor": author.user_id, "via": author.via, "bulk": author.bulk_id})
    statement = _statement(ids, plan, written(plan, bound), bound)
    if not plan.delete:
        return int(await tx.value(statement, bound.values))
    async with tx.trash_shown():
        return int(await tx.value(statement, bound.values))


WRITE = SQL("""
WITH {numbered}
changed AS (
    UPDATE issue SET {assignments}{sources}
     WHERE {within}
    RETURNING new.id, new.summary, old.queue_id AS old_queue_id, old.number AS old_number, {changes} AS changes
), {companions}
logged AS (
    INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, bulk_id, comment_id, changes)
    SELECT %(org)s, changed.id, now(), %(actor)s, {kind}, %(via)s, %(bulk)s, {comment_id}, changed.changes
      FROM changed {noted}
)
SELECT count(*) FROM changed""")


def _statement(ids: Sequence[int], plan: Plan, new: Written, bound: Bound) -> Composed:
    within = [_within(ids, bound)]
    if new.checks:
        within.append(SQL("NOT coalesce({}, false)").format(any_of(new.checks)))
    differs = not (plan.comment or plan.move)
    if differs:
        within.append(_differs(new))
    picked = SQL(" AND ").join(within)
    return WRITE.format(
        numbered=_numbered(plan.move, picked, bound) if plan.move else SQL(""),
        assignments=_assignments(plan, new),
        sources=_sources(plan, new),
        within=(SQL("issue.org_id = %(org)s AND issue.id = numbered.id") if plan.move else picked) + _joined(new),
        changes=changes(new, moved=plan.move is not None, differs=differs),
        companions=_companions(plan, new, bound),
        kind=Literal(plan.kind),
        comment_id=SQL("noted.id" if plan.comment else "NULL"),
        noted=SQL("JOIN noted ON noted.issue_id = changed.id" if plan.comment else ""),
    )


# Keys in the target queue are given out in the order of the ids.
NUMBERED = SQL("""
picked AS (
    SELECT issue.id, row_number() OVER (ORDER BY issue.id) AS place FROM issue WHERE {picked}
), bumped AS (
    UPDATE queue SET last_number = last_number + (SELECT count(*) FROM picked)
     WHERE org_id = %(org)s AND id = {queue}
    RETURNING old.last_number AS first
), numbered AS (
    SELECT picked.id, picked.place, bumped.first FROM picked, bumped
),""")


def _numbered(move: MoveTo, picked: Composable, bound: Bound) -> Composable:
    return NUMBERED.format(picked=picked, queue=bound.put(move.queue_id, "bigint"))


def _assignments(plan: Plan, new: Written) -> Composable:
    columns = dict(new.columns)
    if plan.comment:
        columns["last_comment_at"] = SQL("now()")
    columns |= {"version": SQL("issue.version + 1"), "updated_at": SQL("now()"), "updated_by": SQL("%(actor)s")}
    return SQL(", ").join(SQL("{} = {}").format(Identifier(name), value) for name, value in columns.items())


def _sources(plan: Plan, new: Written) -> Composable:
    """What stands in the statement beside `issue`."""
    sources = [SQL("numbered")] if plan.move else []
    if new.description is not None:
        sources.append(SQL("issue_text"))
    return SQL(" FROM ") + SQL(", ").join(sources) if sources else SQL("")


def _joined(new: Written) -> Composable:
    if new.description is None:
        return SQL("")
    return SQL(" AND issue_text.org_id = %(org)s AND issue_text.issue_id = issue.id")


def _differs(new: Written) -> Composable:
    """Whether the row is not yet what the plan makes of it."""
    differing: list[Composable] = [
        SQL("{} IS DISTINCT FROM {}").format(column(name), value)
        for name, value in new.columns.items()
        if name not in new.quiet
    ]
    if new.description is not None:
        differing.append(SQL("issue_text.description IS DISTINCT FROM {}").format(new.description))
    return SQL("({})").format(SQL(" OR ").join(differing)) if differing else SQL("false")


def _companions(plan: Plan, new: Written, bound: Bound) -> Composable:
    """What is written beside the issues: their texts, their old keys, their comments."""
    parts: list[Composable] = []
    if new.description is not None or "summary" in new.columns:
        parts.append(WORDED.format(new.description or SQL("issue_text.description")))
    if plan.move:
        parts.append(ALIASED)
    if plan.comment:
        text, summonees = bound.put(plan.comment.text, "text"), bound.put(list(plan.comment.summonees), "bigint[]")
        parts.append(NOTED.format(text=text, summonees=summonees))
    return SQL("").join(parts)


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

NOTED = SQL("""
noted AS (
    INSERT INTO comment (org_id, issue_id, author_id, updated_by, text, summonees)
    SELECT %(org)s, id, %(actor)s, %(actor)s, {text}, {summonees} FROM changed
    RETURNING issue_id, id
),""")


def _within(ids: Sequence[int], bound: Bound) -> Composable:
    return SQL("issue.org_id = %(org)s AND issue.id = ANY({})").format(bound.put(array(ids), "bigint[]"))
