"""Looks up what the operands of a patch name: one statement for each kind of thing, however many are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shoal.domain.fields import CATALOGUE_KINDS, QUEUE_KINDS, Field, Kind, custom_name
from shoal.store.db import Transaction


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that an operand may name. `key` and `names` are in lower case; `others` are, of a sprint, the other
    sprints of its board."""

    id: int
    key: str | None
    names: list[str]
    queue_id: int | None = None
    board_id: int | None = None
    others: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the operands of one kind say: ids, and words in lower case."""

    ids: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


async def find(tx: Transaction, kind: Kind, marks: Marks, *, readable: Sequence[int]) -> list[Named]:
    """Everything of this kind that one of the marks may mean; what belongs to a queue only of the `readable` ones."""
    params = {"kind": kind, "ids": marks.ids, "words": marks.words, "readable": list(readable)}
    return await tx.rows(QUERIES[kind], params, into=Named)


FROM_CATALOGUE = """
SELECT id, lower(key) AS key, ARRAY(SELECT lower(value) FROM jsonb_each_text(name)) AS names
  FROM catalogue WHERE org_id = %(org)s AND kind = %(kind)s"""

FROM_USERS = """
SELECT id, lower(login) AS key, ARRAY[lower(display)] AS names
  FROM users
 WHERE org_id = %(org)s AND dismissed_at IS NULL
   AND (id = ANY(%(ids)s) OR lower(login) = ANY(%(words)s) OR lower(display) = ANY(%(words)s))"""

FROM_COMPONENTS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names, queue_id
  FROM component
 WHERE org_id = %(org)s AND NOT archived AND queue_id = ANY(%(readable)s)
   AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

FROM_VERSIONS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names, queue_id
  FROM version
 WHERE org_id = %(org)s AND NOT archived AND queue_id = ANY(%(readable)s)
   AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

FROM_AREAS = """
SELECT id, key, ARRAY[lower(name)] AS names, queue_id
  FROM area
 WHERE org_id = %(org)s AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))
   AND (id = ANY(%(ids)s) OR key = ANY(%(words)s) OR lower(name) = ANY(%(words)s))"""

FROM_SPRINTS = """
SELECT s.id, NULL AS key, ARRAY[lower(s.name)] AS names, s.board_id,
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
SELECT i.id, lower(named.queue || '-' || named.number) AS key, '{}'::text[] AS names
  FROM named JOIN issue i ON i.org_id = %(org)s AND i.id = named.id AND i.queue_id = ANY(%(readable)s)"""

QUERIES = {
    **dict.fromkeys(CATALOGUE_KINDS, FROM_CATALOGUE),
    Kind.USER: FROM_USERS,
    Kind.COMPONENT: FROM_COMPONENTS,
    Kind.VERSION: FROM_VERSIONS,
    Kind.AREA: FROM_AREAS,
    Kind.SPRINT: FROM_SPRINTS,
    Kind.PROJECT: FROM_PROJECTS,
    Kind.QUEUE: FROM_QUEUES,
    Kind.ISSUE: FROM_ISSUES,
}
assert QUERIES.keys() >= QUEUE_KINDS


# --- custom fields -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CustomRow:
    id: int
    queue_id: int | None
    key: str
    name: dict[str, str]
    description: str
    kind: str
    is_list: bool
    options: list[str] | None
    position: int
    version: int

    def as_field(self) -> Field:
        return Field(
            name=custom_name(self.id),
            kind=Kind(self.kind),
            is_list=self.is_list,
            id=self.id,
            key=self.key,
            queue_id=self.queue_id,
            names=self.name,
            description=self.description,
            options=tuple(self.options) if self.options is not None else None,
            position=self.position,
            version=self.version,
        )


CUSTOM = """
SELECT id, queue_id, key, name, description, kind, is_list, options, position, version
  FROM field
 WHERE org_id = %(org)s AND ('custom.' || id = ANY(%(names)s) OR key = ANY(%(names)s))
   AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))"""


async def custom_fields(tx: Transaction, names: Sequence[str], *, readable: Sequence[int]) -> list[Field]:
    """The custom fields that these names may mean: `custom.<id>`, or the key of a global field or of a local one of
    the `readable` queues."""
    params = {"names": list(names), "readable": list(readable)}
    return [row.as_field() for row in await tx.rows(CUSTOM, params, into=CustomRow)]
