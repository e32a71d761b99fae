"""Looks up what ids stand for: one statement for a whole page, whatever it refers to."""

from __future__ import annotations

from shoal.domain.actor import Right, Rights
from shoal.domain.fields import CATALOGUE_KINDS, Kind
from shoal.domain.reference import Lookup, Reference, References
from shoal.store.db import Transaction

# What belongs to a queue that the asker may not know of is no result; people and words of the catalogue are no secret.
NAMES = """
WITH listed AS MATERIALIZED (
    SELECT id, queue_id, number, summary FROM issue WHERE org_id = %(org)s AND id = ANY(%(issues)s)
)
SELECT 'user' AS kind, id, login AS key, jsonb_build_object('en', display) AS names
  FROM users WHERE org_id = %(org)s AND id = ANY(%(users)s)
 UNION ALL
SELECT kind, id, key, name FROM catalogue WHERE org_id = %(org)s AND id = ANY(%(catalogue)s)
 UNION ALL
SELECT 'queue', id, key, jsonb_build_object('en', name)
  FROM queue WHERE org_id = %(org)s AND id = ANY(%(queues)s) AND id = ANY(%(nameable)s)
 UNION ALL
SELECT 'component', id, NULL, jsonb_build_object('en', name)
  FROM component WHERE org_id = %(org)s AND id = ANY(%(components)s) AND queue_id = ANY(%(nameable)s)
 UNION ALL
SELECT 'area', id, key, jsonb_build_object('en', name)
  FROM area WHERE org_id = %(org)s AND id = ANY(%(areas)s) AND (queue_id IS NULL OR queue_id = ANY(%(nameable)s))
 UNION ALL
SELECT 'version', id, NULL, jsonb_build_object('en', name)
  FROM version WHERE org_id = %(org)s AND id = ANY(%(versions)s) AND queue_id = ANY(%(nameable)s)
 UNION ALL
SELECT 'sprint', s.id, NULL, jsonb_build_object('en', s.name)
  FROM sprint s JOIN board b ON b.org_id = %(org)s AND b.id = s.board_id
 WHERE s.org_id = %(org)s AND s.id = ANY(%(sprints)s) AND (b.queue_id IS NULL OR b.queue_id = ANY(%(nameable)s))
 UNION ALL
SELECT 'project', id, NULL, jsonb_build_object('en', name)
  FROM project WHERE org_id = %(org)s AND id = ANY(%(projects)s)
 UNION ALL
SELECT 'issue', i.id, q.key || '-' || i.number, jsonb_build_object('en', i.summary)
  FROM listed i JOIN queue q ON q.org_id = %(org)s AND q.id = i.queue_id AND q.id = ANY(%(readable)s)"""


async def load(tx: Transaction, wanted: Lookup, rights: Rights) -> References:
    """What the wanted ids stand for, as far as who has these rights may know."""
    ids = wanted.ids
    params = {
        "users": list(ids[Kind.USER]),
        "catalogue": [id_ for kind in sorted(CATALOGUE_KINDS) for id_ in ids[kind]],
        "queues": list(ids[Kind.QUEUE]),
        "components": list(ids[Kind.COMPONENT]),
        "areas": list(ids[Kind.AREA]),
        "versions": list(ids[Kind.VERSION]),
        "sprints": list(ids[Kind.SPRINT]),
        "projects": list(ids[Kind.PROJECT]),
        "issues": list(ids[Kind.ISSUE]),
        "nameable": rights.nameable,
        "readable": rights.queues(Right.READ),
    }
    found = await tx.rows(NAMES, params, into=Reference)
    return References({(thing.kind, thing.id): thing for thing in found}, wanted.fields)
