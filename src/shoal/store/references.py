"""Looks up what ids stand for: one statement for a whole page, whatever it refers to."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.domain.fields import CATALOGUE_KINDS, Kind
from shoal.domain.reference import Reference, References, Wanted
from shoal.store.db import Transaction

# Issues and queues that the asker may not read are no result; people, and words of the catalogue, are no secret.
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
  FROM queue WHERE org_id = %(org)s AND id = ANY(%(queues)s) AND id = ANY(%(readable)s)
 UNION ALL
SELECT 'component', id, NULL, jsonb_build_object('en', name)
  FROM component WHERE org_id = %(org)s AND id = ANY(%(components)s)
 UNION ALL
SELECT 'area', id, key, jsonb_build_object('en', name)
  FROM area WHERE org_id = %(org)s AND id = ANY(%(areas)s)
 UNION ALL
SELECT 'version', id, NULL, jsonb_build_object('en', name)
  FROM version WHERE org_id = %(org)s AND id = ANY(%(versions)s)
 UNION ALL
SELECT 'sprint', id, NULL, jsonb_build_object('en', name)
  FROM sprint WHERE org_id = %(org)s AND id = ANY(%(sprints)s)
 UNION ALL
SELECT 'project', id, NULL, jsonb_build_object('en', name)
  FROM project WHERE org_id = %(org)s AND id = ANY(%(projects)s)
 UNION ALL
SELECT 'issue', i.id, q.key || '-' || i.number, jsonb_build_object('en', i.summary)
  FROM listed i JOIN queue q ON q.org_id = %(org)s AND q.id = i.queue_id AND q.id = ANY(%(readable)s)"""


async def load(tx: Transaction, wanted: Wanted, *, readable: Sequence[int]) -> References:
    """What the wanted ids stand for; issues and queues only where they may be read."""
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
        "readable": list(readable),
    }
    found = await tx.rows(NAMES, params, into=Reference)
    return References({(thing.kind, thing.id): thing for thing in found}, wanted.fields)
