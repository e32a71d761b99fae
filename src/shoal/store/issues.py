"""Issues: read by name or by id, a page in one statement, and made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from psycopg.sql import SQL, Identifier, Literal

from shoal.domain.errors import QueueNotFound
from shoal.domain.fields import STANDARD
from shoal.domain.issue import Issue, IssueRef
from shoal.domain.patch import SetTo
from shoal.domain.plan import Plan
from shoal.store.db import Transaction

RESOLVE = """
WITH named AS (
    SELECT n.text, n.id, n.number, q.id AS queue_id
      FROM unnest(%(texts)s::text[], %(queues)s::text[], %(numbers)s::bigint[], %(ids)s::bigint[])
           AS n (text, queue, number, id)
      LEFT JOIN queue q ON q.org_id = %(org)s AND q.key = n.queue
), found AS (
    SELECT named.text, i.id FROM named
      JOIN issue i ON i.org_id = %(org)s AND i.queue_id = named.queue_id AND i.number = named.number
     UNION
    SELECT named.text, a.issue_id FROM named
      JOIN issue_alias a ON a.org_id = %(org)s AND a.queue_id = named.queue_id AND a.number = named.number
     UNION
    SELECT named.text, named.id FROM named WHERE named.id IS NOT NULL
)
SELECT found.text, i.id, i.queue_id FROM found JOIN issue i ON i.org_id = %(org)s AND i.id = found.id"""


async def resolve(tx: Transaction, refs: Sequence[IssueRef], *, readable: Sequence[int]) -> dict[str, int]:
    """The ids of those of the issues that exist in the `readable` queues, by the text of their names."""
    params = {
        "texts": [ref.text for ref in refs],
        "queues": [ref.queue for ref in refs],
        "numbers": [ref.number for ref in refs],
        "ids": [ref.id for ref in refs],
    }
    within = {ref.text: ref.within for ref in refs}
    return {
        text: id_
        for text, id_, queue_id in await tx.tuples(RESOLVE, params)
        if queue_id in readable and within[text] in (None, queue_id)
    }


ELSEWHERE = frozenset({"queue", "description", "aliases", "more"})
"""Attributes of an issue that are no columns of its table."""
COLUMNS = tuple(attribute.name for attribute in fields(Issue) if attribute.name not in ELSEWHERE)
MORE = tuple(
    standard.column
    for standard in STANDARD.values()
    if standard.column and not standard.is_apart and standard.column not in COLUMNS
)

# The ids alone lead the way: neither a join with the queue nor the queues that may be read stand beside them, or a
# planner without statistics would read through whole queues.
BY_IDS = SQL("""
SELECT {columns}, jsonb_build_object({more}) AS more,
       (SELECT key FROM queue WHERE org_id = %(org)s AND id = i.queue_id) AS queue,
       CASE WHEN %(described)s THEN coalesce(
           (SELECT t.description FROM issue_text t WHERE t.org_id = %(org)s AND t.issue_id = i.id), '')
           ELSE '' END AS description,
       array_remove(ARRAY(
           SELECT (SELECT key FROM queue WHERE org_id = %(org)s AND id = a.queue_id AND id = ANY(%(readable)s))
                  || '-' || a.number
             FROM issue_alias a WHERE a.org_id = %(org)s AND a.issue_id = i.id
            ORDER BY a.queue_id, a.number), NULL) AS aliases
  FROM issue i WHERE i.org_id = %(org)s AND i.id = ANY(%(ids)s)""").format(
    columns=SQL(", ").join(Identifier("i", name) for name in COLUMNS),
    more=SQL(", ").join(SQL("{}, {}").format(Literal(name), Identifier("i", name)) for name in MORE),
)


async def by_ids(
    tx: Transaction, ids: Sequence[int], *, readable: Sequence[int], described: bool = True
) -> list[Issue]:
    """The issues with these ids, in this order, without those outside the `readable` queues. Their descriptions, which
    are long and stored apart, only where asked."""
    params = {"ids": list(ids), "readable": list(readable), "described": described}
    found = {issue.id: issue for issue in await tx.rows(BY_IDS, params, into=Issue) if issue.queue_id in readable}
    return [found[id_] for id_ in ids if id_ in found]


QUEUE_OF = "SELECT queue_id FROM issue WHERE org_id = %(org)s AND id = %(id)s"


async def queue_of(tx: Transaction, issue_id: int) -> int | None:
    """The queue an issue is in."""
    found: int | None = await tx.value(QUEUE_OF, {"id": issue_id})
    return found


CURRENT_SPRINTS = """
SELECT DISTINCT sprints[cardinality(sprints)] FROM issue
 WHERE org_id = %(org)s AND id = ANY(%(ids)s) AND queue_id = ANY(%(readable)s) AND sprints <> '{}' ORDER BY 1"""


async def current_sprints(tx: Transaction, ids: Sequence[int], *, readable: Sequence[int]) -> list[int]:
    """The last sprint of each of these issues, each once."""
    params = {"ids": list(ids), "readable": list(readable)}
    return [row[0] for row in await tx.tuples(CURRENT_SPRINTS, params)]


# A circle of parents ends where it comes back to itself.
ROOTS = """
WITH RECURSIVE above (start, id, parent_id) AS (
    SELECT id, id, parent_id FROM issue WHERE org_id = %(org)s AND id = ANY(%(ids)s)
     UNION
    SELECT above.start, issue.id, issue.parent_id
      FROM above JOIN issue ON issue.org_id = %(org)s AND issue.id = above.parent_id
     WHERE issue.queue_id = ANY(%(readable)s)
)
SELECT start, id FROM above
 WHERE parent_id IS NULL
    OR NOT EXISTS (SELECT FROM above AS up WHERE up.start = above.start AND up.id = above.parent_id)"""


async def roots(tx: Transaction, ids: Sequence[int], *, readable: Sequence[int]) -> dict[int, int]:
    """For each of these issues the topmost of those that stand above it, or itself."""
    return dict(await tx.tuples(ROOTS, {"ids": list(ids), "readable": list(readable)}))


BY_UNIQUE = """
SELECT id FROM issue
 WHERE org_id = %(org)s AND unique_token = %(token)s AND queue_id = ANY(%(readable)s)
 ORDER BY id LIMIT 1"""


async def find_by_unique(tx: Transaction, token: str, *, readable: Sequence[int]) -> int | None:
    found: int | None = await tx.value(BY_UNIQUE, {"token": token, "readable": list(readable)})
    return found


TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('shoal.unique.' || %(token)s, %(org)s))"

IS_TAKEN = """
SELECT EXISTS (SELECT FROM issue
                WHERE org_id = %(org)s AND unique_token = %(token)s
                  AND (queue_id = ANY(%(readable)s) OR author_id = %(author)s))"""


async def is_taken(tx: Transaction, token: str, *, readable: Sequence[int], author_id: int) -> bool:
    """Whether this author knows of an issue that was made with the token: one that they may read, or made themselves.
    Until the transaction ends nobody else makes one."""
    await tx.run(TAKE_TURNS, {"token": token})
    return bool(await tx.value(IS_TAKEN, {"token": token, "readable": list(readable), "author": author_id}))


# --- making one ----------------------------------------------------------------------------------------------------

# Version 0 and no text: the plan that the issue begins with is written next, and makes it the first version.
INSERT = """
WITH numbered AS (
    UPDATE queue SET last_number = last_number + 1
     WHERE org_id = %(org)s AND id = %(queue)s AND deleted_at IS NULL RETURNING last_number
), made AS (
    INSERT INTO issue (org_id, queue_id, number, version, type_id, status_id, priority_id, author_id, updated_by,
                       summary, unique_token)
    SELECT %(org)s, %(queue)s, last_number, 0, %(type)s, %(status)s, %(priority)s, %(author)s, %(author)s,
           %(summary)s, %(unique)s
      FROM numbered
    RETURNING id
)
INSERT INTO issue_text (org_id, issue_id, search) SELECT %(org)s, id, '' FROM made
RETURNING issue_id"""


async def insert(tx: Transaction, queue_id: int, plan: Plan, *, author_id: int, unique: str | None) -> int:
    """Make a bare issue of the queue, with its next number, for a plan that sets type, priority, status and summary;
    its id. Raises QueueNotFound if the queue was deleted meanwhile."""
    first = {field.name: edit.value for field, edit in plan.edits if isinstance(edit, SetTo)}
    params = {
        "queue": queue_id,
        "type": first["type"],
        "status": plan.status_id,
        "priority": first["priority"],
        "summary": first["summary"],
        "author": author_id,
        "unique": unique,
    }
    issue_id: int | None = await tx.value(INSERT, params)
    if issue_id is None:
        raise QueueNotFound(queue_id)
    return issue_id


DEFAULTS = """
SELECT key AS queue, default_type_id AS type_id, default_priority_id AS priority_id
  FROM queue WHERE org_id = %(org)s AND id = %(id)s"""


@dataclass(frozen=True, slots=True)
class Defaults:
    queue: str
    type_id: int
    priority_id: int


async def defaults(tx: Transaction, queue_id: int) -> Defaults:
    """What an issue of this queue begins with."""
    return (await tx.rows(DEFAULTS, {"id": queue_id}, into=Defaults))[0]
