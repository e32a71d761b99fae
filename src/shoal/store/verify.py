"""Whether what is stored is what it should be: every invariant of the data, each looked at by one statement.

All of one snapshot, which is only read: it can be done beside people at work. Nothing travels here but a count and the
first few ids of what is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from shoal.domain.fields import STANDARD

SHOWN = 5
"""Ids that are told of each broken invariant."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold in an organisation, how often, and for which ids at first."""

    org_id: int
    invariant: str
    count: int
    ids: tuple[int, ...]


BEGIN = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = shoal, procrastinate, public;
SET LOCAL lock_timeout = '3s';
SET LOCAL jit = off;
SELECT set_config('shoal.trash', 'shown', true)"""
ORGANISATIONS = "SELECT id FROM organisation ORDER BY id"
ENTER = "SELECT set_config('shoal.org_id', %(org)s::text, true)"

# What came with an import may begin anywhere, so an imported entry is held against none.
HISTORY = """
SELECT DISTINCT e.issue_id AS id
  FROM (SELECT l.issue_id, l.via, part.key AS field, part.value -> 1 AS after,
               lead(part.value -> 0) OVER later AS before_next, lead(l.via) OVER later AS via_next
          FROM changelog l, jsonb_each(l.changes) AS part
         WHERE l.org_id = %(org)s AND part.key NOT IN ('key', 'deleted')
        WINDOW later AS (PARTITION BY l.issue_id, part.key ORDER BY l.id)) AS e
  JOIN issue i ON i.org_id = %(org)s AND i.id = e.issue_id
  LEFT JOIN issue_text t ON t.org_id = %(org)s AND t.issue_id = e.issue_id
 WHERE e.via <> 'import' AND e.via_next IS DISTINCT FROM 'import'
   AND e.after IS DISTINCT FROM coalesce(e.before_next, CASE
       WHEN e.field = 'description' THEN to_jsonb(t.description)
       WHEN starts_with(e.field, 'custom.') THEN coalesce(i.custom -> substr(e.field, 8), 'null')
       ELSE to_jsonb(i) -> (%(columns)s::jsonb ->> e.field) END)"""

ENTRIES_WITHOUT_ISSUE = """
SELECT l.id FROM changelog l
 WHERE l.org_id = %(org)s
   AND NOT EXISTS (SELECT FROM issue i WHERE i.org_id = %(org)s AND i.id = l.issue_id)"""

COMMENTS_WITHOUT_ISSUE = """
SELECT c.id FROM comment c
 WHERE c.org_id = %(org)s
   AND NOT EXISTS (SELECT FROM issue i WHERE i.org_id = %(org)s AND i.id = c.issue_id)"""

TALLY = """
SELECT id FROM bulk_change
 WHERE org_id = %(org)s
   AND (changed + unchanged + failed + conflicted + skipped > total
        OR finished_at IS NOT NULL AND changed + unchanged + failed + conflicted + skipped <> total)"""

CHANGED = """
SELECT b.id FROM bulk_change b
  LEFT JOIN (SELECT bulk_id, count(*) AS entries FROM changelog
              WHERE org_id = %(org)s AND bulk_id IS NOT NULL GROUP BY bulk_id) AS l ON l.bulk_id = b.id
 WHERE b.org_id = %(org)s AND b.changed <> coalesce(l.entries, 0)"""

FAILURES = """
SELECT b.id FROM bulk_change b
  LEFT JOIN (SELECT bulk_id, count(*) FILTER (WHERE outcome = 'failed') AS failed,
                    count(*) FILTER (WHERE outcome = 'conflicted') AS conflicted
               FROM bulk_failure WHERE org_id = %(org)s GROUP BY bulk_id) AS f ON f.bulk_id = b.id
 WHERE b.org_id = %(org)s AND (b.failed, b.conflicted) <> (coalesce(f.failed, 0), coalesce(f.conflicted, 0))"""

CHUNKS = """
SELECT b.id FROM bulk_change b
  LEFT JOIN (SELECT bulk_id, count(*) AS chunks, count(done_at) AS done, sum(cardinality(ids)) AS issues
               FROM bulk_chunk WHERE org_id = %(org)s GROUP BY bulk_id) AS c ON c.bulk_id = b.id
 WHERE b.org_id = %(org)s AND b.chunks > 0
   AND (b.chunks, b.chunks_done, b.total) IS DISTINCT FROM (c.chunks, c.done, c.issues)"""

SELECTED_ONCE = """
SELECT bulk_id AS id FROM bulk_chunk, unnest(ids) AS selected (id)
 WHERE org_id = %(org)s GROUP BY bulk_id, selected.id HAVING count(*) > 1"""

ONE_OUTCOME = """
WITH outcome AS (
    SELECT bulk_id, issue_id FROM changelog WHERE org_id = %(org)s AND bulk_id IS NOT NULL
     UNION ALL
    SELECT bulk_id, issue_id FROM bulk_failure WHERE org_id = %(org)s
), done AS (
    SELECT bulk_id, selected.id AS issue_id FROM bulk_chunk, unnest(ids) AS selected (id)
     WHERE org_id = %(org)s AND done_at IS NOT NULL
)
SELECT bulk_id AS id FROM outcome GROUP BY bulk_id, issue_id HAVING count(*) > 1
 UNION
SELECT bulk_id FROM (SELECT bulk_id, issue_id FROM outcome EXCEPT SELECT bulk_id, issue_id FROM done) AS elsewhere"""

JOBS = """
SELECT b.id FROM bulk_change b
 WHERE b.org_id = %(org)s AND b.finished_at IS NULL AND b.state IN ('queued', 'running')
   AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = 'bulk-' || b.id AND status = 'todo')
   AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = 'bulk-' || b.id AND status = 'doing')"""

ALIASES = """
SELECT a.issue_id AS id FROM issue_alias a
 WHERE a.org_id = %(org)s
   AND (NOT EXISTS (SELECT FROM issue i WHERE i.org_id = %(org)s AND i.id = a.issue_id)
        OR EXISTS (SELECT FROM issue i
                    WHERE i.org_id = %(org)s AND i.queue_id = a.queue_id AND i.number = a.number))"""

CATALOGUES = """
SELECT DISTINCT i.id FROM issue i
 CROSS JOIN LATERAL (VALUES ('type', i.type_id), ('status', i.status_id), ('priority', i.priority_id),
                            ('resolution', i.resolution_id), ('severity', i.severity_id)) AS has (kind, id)
 WHERE i.org_id = %(org)s AND has.id IS NOT NULL
   AND NOT EXISTS (SELECT FROM catalogue c WHERE c.org_id = %(org)s AND c.id = has.id AND c.kind = has.kind)"""

USERS = """
SELECT DISTINCT i.id FROM issue i
 CROSS JOIN LATERAL unnest(ARRAY[i.author_id, i.updated_by, i.assignee_id, i.developer_id, i.resolver_id]
                           || i.followers || i.access) AS has (id)
 WHERE i.org_id = %(org)s AND has.id IS NOT NULL
   AND NOT EXISTS (SELECT FROM users u WHERE u.org_id = %(org)s AND u.id = has.id)"""

QUEUES = """
SELECT i.id FROM issue i
 WHERE i.org_id = %(org)s AND NOT EXISTS (SELECT FROM queue q WHERE q.org_id = %(org)s AND q.id = i.queue_id)"""

COMPONENTS = """
SELECT DISTINCT i.id FROM issue i, unnest(i.components) AS has (id)
 WHERE i.org_id = %(org)s AND NOT EXISTS (
       SELECT FROM component c WHERE c.org_id = %(org)s AND c.id = has.id AND c.queue_id = i.queue_id)"""

VERSIONS = """
SELECT DISTINCT i.id FROM issue i, unnest(i.fix_versions || i.affected_versions) AS has (id)
 WHERE i.org_id = %(org)s AND NOT EXISTS (
       SELECT FROM version v WHERE v.org_id = %(org)s AND v.id = has.id AND v.queue_id = i.queue_id)"""

SPRINTS = """
SELECT DISTINCT i.id FROM issue i, unnest(i.sprints) AS has (id)
 WHERE i.org_id = %(org)s AND NOT EXISTS (SELECT FROM sprint s WHERE s.org_id = %(org)s AND s.id = has.id)"""

AREAS = """
SELECT i.id FROM issue i
 WHERE i.org_id = %(org)s AND i.area_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM area a
        WHERE a.org_id = %(org)s AND a.id = i.area_id AND (a.queue_id IS NULL OR a.queue_id = i.queue_id))"""

PARENTS = """
SELECT DISTINCT i.id FROM issue i, unnest(ARRAY[i.parent_id, i.epic_id]) AS has (id)
 WHERE i.org_id = %(org)s AND has.id IS NOT NULL
   AND NOT EXISTS (SELECT FROM issue up WHERE up.org_id = %(org)s AND up.id = has.id)"""

CIRCLES = """
WITH RECURSIVE above (id, parent_id) AS (
    SELECT id, parent_id FROM issue WHERE org_id = %(org)s AND parent_id IS NOT NULL
     UNION
    SELECT above.id, up.parent_id FROM above JOIN issue up ON up.org_id = %(org)s AND up.id = above.parent_id
     WHERE up.parent_id IS NOT NULL
)
SELECT id FROM above WHERE id = parent_id"""

TEXTS = """
SELECT i.id FROM issue i LEFT JOIN issue_text t ON t.org_id = %(org)s AND t.issue_id = i.id
 WHERE i.org_id = %(org)s AND t.search IS DISTINCT FROM search_vector(i.summary, t.description)"""

OUTBOX = """
SELECT o.id FROM outbox o
 WHERE o.org_id = %(org)s
   AND (o.bulk_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM bulk_change b WHERE b.org_id = %(org)s AND b.id = o.bulk_id)
        OR o.issue_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM changelog l WHERE l.org_id = %(org)s AND l.issue_id = o.issue_id AND l.id = o.entry_id))"""

INVARIANTS: Mapping[str, LiteralString] = {
    "issues whose history is not a chain that ends at their values": HISTORY,
    "history entries of no issue": ENTRIES_WITHOUT_ISSUE,
    "comments of no issue": COMMENTS_WITHOUT_ISSUE,
    "bulk changes whose counts are not their total": TALLY,
    "bulk changes whose changed issues are not their history entries": CHANGED,
    "bulk changes whose failures are not those listed": FAILURES,
    "bulk changes whose counts are not those of their chunks": CHUNKS,
    "bulk changes that select an issue twice": SELECTED_ONCE,
    "bulk changes with an issue of two outcomes, or of one that was never its turn": ONE_OUTCOME,
    "bulk changes at work without a job": JOBS,
    "issues with a former key that is in use, or of no issue": ALIASES,
    "issues with a type, status, priority, resolution or severity that is not there": CATALOGUES,
    "issues with a user who is not there": USERS,
    "issues of no queue": QUEUES,
    "issues with a component that is not there, or is another queue's": COMPONENTS,
    "issues with a version that is not there, or is another queue's": VERSIONS,
    "issues with a sprint that is not there": SPRINTS,
    "issues with an area that is not there, or is another queue's": AREAS,
    "issues with a parent or epic that is not there": PARENTS,
    "issues that are their own ancestors": CIRCLES,
    "issues that are not found by their words": TEXTS,
    "announcements of what is not there": OUTBOX,
}
"""What must not be, with the statement that finds it: it gives the ids, as `id`."""

FIND = SQL(
    "WITH broken AS ({})"
    " SELECT count(*), ARRAY(SELECT id FROM broken ORDER BY id LIMIT %(shown)s) FROM broken HAVING count(*) > 0"
)


def verify(url: str) -> Iterator[Broken]:
    """What is broken, in whatever organisation; nothing where all is well."""
    columns = Jsonb({field.name: field.column for field in STANDARD.values()})
    with psycopg.connect(url) as connection:
        connection.execute(BEGIN)
        for (org_id,) in connection.execute(ORGANISATIONS).fetchall():
            params = {"org": org_id, "columns": columns, "shown": SHOWN}
            connection.execute(ENTER, params)
            for name, statement in INVARIANTS.items():
                found = connection.execute(FIND.format(SQL(statement)), params).fetchone()
                if found is not None:
                    yield Broken(org_id, name, found[0], tuple(found[1]))
