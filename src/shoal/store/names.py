"""The things that words may mean: one statement for each kind of thing, however many words there are.

A word of a query finds more than one that stands for a value: what is archived, and people who have left. Their issues
are what one looks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.domain.errors import UnknownValue
from shoal.domain.fields import CATALOGUE_KINDS, REFERENCE_KINDS, Kind
from shoal.domain.naming import QUERY_ORDER, VALUE_ORDER, Index, Mark, Named, as_id, words
from shoal.domain.patch import Operand
from shoal.store.db import Transaction

FROM_CATALOGUE = """
SELECT id, lower(key) AS key, ARRAY(SELECT lower(value) FROM jsonb_each_text(name)) AS names
  FROM catalogue WHERE org_id = %(org)s AND kind = %(kind)s"""

# The statuses of a category, each under the name of the category: inProgress, in_progress and "In progress" are one.
FROM_CATEGORIES = """
SELECT c.id, w.word AS key, '{}'::text[] AS names
  FROM unnest(%(words)s::text[]) AS w (word)
  JOIN catalogue c ON c.org_id = %(org)s AND c.kind = 'status'
                  AND replace(c.category, '_', '') = replace(replace(w.word, '_', ''), ' ', '')"""

FROM_USERS = """
SELECT id, lower(login) AS key, ARRAY[lower(display)] AS names
  FROM users
 WHERE org_id = %(org)s AND dismissed_at IS NULL
   AND (id = ANY(%(ids)s) OR lower(login) = ANY(%(words)s) OR lower(display) = ANY(%(words)s))"""

FROM_EVERYBODY = """
SELECT id, lower(login) AS key, ARRAY[lower(display), lower(last_name || ' ' || first_name), lower(first_name),
                                      lower(nullif(email, ''))] AS names
  FROM users
 WHERE org_id = %(org)s
   AND (id = ANY(%(ids)s) OR lower(login) = ANY(%(words)s) OR lower(display) = ANY(%(words)s)
        OR lower(first_name) = ANY(%(words)s) OR lower(last_name || ' ' || first_name) = ANY(%(words)s)
        OR lower(email) = ANY(%(words)s))"""

FROM_COMPONENTS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names, queue_id
  FROM component
 WHERE org_id = %(org)s AND queue_id = ANY(%(readable)s) AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

FROM_VERSIONS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names, queue_id
  FROM version
 WHERE org_id = %(org)s AND queue_id = ANY(%(readable)s) AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

IN_USE = " AND NOT archived"

FROM_AREAS = """
SELECT id, key, ARRAY[lower(name)] AS names, queue_id
  FROM area
 WHERE org_id = %(org)s AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))
   AND (id = ANY(%(ids)s) OR key = ANY(%(words)s) OR lower(name) = ANY(%(words)s))"""

FROM_SPRINTS = """
SELECT s.id, NULL AS key, ARRAY[lower(s.name)] AS names, b.queue_id AS home_id, s.board_id,
       ARRAY(SELECT o.id FROM sprint o WHERE o.org_id = %(org)s AND o.board_id = s.board_id AND o.id <> s.id) AS others
  FROM sprint s JOIN board b ON b.org_id = %(org)s AND b.id = s.board_id
 WHERE s.org_id = %(org)s AND s.deleted_at IS NULL AND (b.queue_id IS NULL OR b.queue_id = ANY(%(readable)s))
   AND (s.id = ANY(%(ids)s) OR lower(s.name) = ANY(%(words)s))"""

FROM_PROJECTS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names
  FROM project
 WHERE org_id = %(org)s AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

FROM_QUEUES = """
SELECT id, lower(key) AS key, ARRAY[lower(name)] AS names
  FROM queue
 WHERE org_id = %(org)s AND id = ANY(%(readable)s)
   AND (id = ANY(%(ids)s) OR lower(key) = ANY(%(words)s) OR lower(name) = ANY(%(words)s))"""

FROM_ISSUES = """
WITH word AS (
    SELECT upper(split_part(word, '-', 1)) AS queue, substring(word FROM '-([1-9][0-9]{0,17})$')::bigint AS number
      FROM unnest(%(words)s::text[]) AS word
     WHERE word ~ '^[a-z][a-z0-9]*-[1-9][0-9]{0,17}$'
), named AS (
    SELECT i.id, word.queue, word.number
      FROM word JOIN queue q ON q.org_id = %(org)s AND q.key = word.queue
      JOIN issue i ON i.org_id = %(org)s AND i.queue_id = q.id AND i.number = word.number
     UNION ALL
    SELECT a.issue_id, word.queue, word.number
      FROM word JOIN queue q ON q.org_id = %(org)s AND q.key = word.queue
      JOIN issue_alias a ON a.org_id = %(org)s AND a.queue_id = q.id AND a.number = word.number
     UNION ALL
    SELECT id, NULL, NULL FROM unnest(%(ids)s::bigint[]) AS id
)
SELECT i.id, lower(named.queue || '-' || named.number) AS key, '{}'::text[] AS names, i.queue_id AS home_id
  FROM named JOIN issue i ON i.org_id = %(org)s AND i.id = named.id AND i.queue_id = ANY(%(readable)s)"""


@dataclass(frozen=True, slots=True)
class Rule:
    """How words are read: in which order of marks, and among which things of each kind."""

    order: Sequence[Mark]
    statements: Mapping[str, str]


CATEGORY = "status_category"
"""Asked for by queries as if it were a kind of thing."""

OF_VALUES = Rule(
    VALUE_ORDER,
    {
        **dict.fromkeys(CATALOGUE_KINDS, FROM_CATALOGUE),
        Kind.USER: FROM_USERS,
        Kind.COMPONENT: FROM_COMPONENTS + IN_USE,
        Kind.VERSION: FROM_VERSIONS + IN_USE,
        Kind.AREA: FROM_AREAS,
        Kind.SPRINT: FROM_SPRINTS,
        Kind.PROJECT: FROM_PROJECTS,
        Kind.QUEUE: FROM_QUEUES,
        Kind.ISSUE: FROM_ISSUES,
    },
)
# What an issue is about to refer to stays until the transaction ends: who deletes such a thing locks it first, and then
# looks who refers to it.
OF_CHANGES = Rule(
    VALUE_ORDER,
    {
        **OF_VALUES.statements,
        Kind.COMPONENT: OF_VALUES.statements[Kind.COMPONENT] + " FOR KEY SHARE",
        Kind.VERSION: OF_VALUES.statements[Kind.VERSION] + " FOR KEY SHARE",
        Kind.AREA: FROM_AREAS + " FOR KEY SHARE",
        Kind.SPRINT: FROM_SPRINTS + " FOR KEY SHARE OF s",
    },
)
OF_QUERIES = Rule(
    QUERY_ORDER,
    {
        **OF_VALUES.statements,
        Kind.USER: FROM_EVERYBODY,
        Kind.COMPONENT: FROM_COMPONENTS,
        Kind.VERSION: FROM_VERSIONS,
        CATEGORY: FROM_CATEGORIES,
    },
)
assert OF_VALUES.statements.keys() == REFERENCE_KINDS


async def index(
    tx: Transaction, kind: str, operands: Sequence[Operand], *, readable: Sequence[int], rule: Rule = OF_VALUES
) -> Index:
    """The things of this kind that the operands may mean; what belongs to a queue only of the `readable` ones."""
    if not operands:
        return Index()
    said = words(operands)
    ids = [number for word in said if (number := as_id(word)) is not None]
    params = {"kind": kind, "ids": ids, "words": said, "readable": list(readable)}
    return Index(await tx.rows(rule.statements[kind], params, into=Named), rule.order)


async def find_all(
    tx: Transaction, part: str, kind: Kind, operands: Sequence[Operand], *, readable: Sequence[int] = ()
) -> list[int]:
    """The ids of the things of this kind that are named in this part of a request, in the same order. Raises
    UnknownValue for the first that is not there."""
    known = await index(tx, kind, operands, readable=readable)
    return [_first(known, part, operand).id for operand in operands]


async def find(tx: Transaction, part: str, kind: Kind, operand: Operand, *, readable: Sequence[int] = ()) -> int:
    """The id of the one thing that is named. Raises UnknownValue if it is not there."""
    return (await find_all(tx, part, kind, [operand], readable=readable))[0]


def _first(known: Index, part: str, operand: Operand) -> Named:
    found = known.meant(operand)
    if not found:
        raise UnknownValue(part, str(operand))
    return found[0]
