"""Queues, their types and their people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from shoal.domain.queue import Queue, QueueType
from shoal.store.db import Transaction

FIND = """
SELECT id, key, name, description, lead_id, default_type_id, default_priority_id, assign_auto, allow_externals,
       deny_voting, version, created_at
  FROM queue WHERE org_id = %(org)s AND id = %(id)s AND id = ANY(%(readable)s)"""


async def find(tx: Transaction, queue_id: int, *, readable: Sequence[int]) -> Queue | None:
    return await tx.row(FIND, {"id": queue_id, "readable": list(readable)}, into=Queue)


FIND_BY_KEY = """
SELECT id, key, name, description, lead_id, default_type_id, default_priority_id, assign_auto, allow_externals,
       deny_voting, version, created_at
  FROM queue WHERE org_id = %(org)s AND key = upper(%(key)s) AND id = ANY(%(readable)s)"""


async def find_by_key(tx: Transaction, key: str, *, readable: Sequence[int]) -> Queue | None:
    return await tx.row(FIND_BY_KEY, {"key": key, "readable": list(readable)}, into=Queue)


LIST = """
SELECT id, key, name, description, lead_id, default_type_id, default_priority_id, assign_auto, allow_externals,
       deny_voting, version, created_at
  FROM queue WHERE org_id = %(org)s AND id = ANY(%(readable)s)
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""


async def list_page(tx: Transaction, *, readable: Sequence[int], limit: int, offset: int) -> list[Queue]:
    """A page of these queues, the oldest first."""
    return await tx.rows(LIST, {"readable": list(readable), "limit": limit, "offset": offset}, into=Queue)


INSERT = """
INSERT INTO queue (org_id, key, name, description, lead_id, default_type_id, default_priority_id)
VALUES (%(org)s, %(key)s, %(name)s, %(description)s, %(lead)s, %(type)s, %(priority)s)
RETURNING id"""


async def insert(
    tx: Transaction, *, key: str, name: str, description: str, lead_id: int, type_id: int, priority_id: int
) -> int:
    params = {
        "key": key,
        "name": name,
        "description": description,
        "lead": lead_id,
        "type": type_id,
        "priority": priority_id,
    }
    return int(await tx.value(INSERT, params))


INSERT_TYPES = """
INSERT INTO queue_type (org_id, queue_id, type_id, workflow_id, resolutions)
SELECT %(org)s, %(queue)s, type_id, workflow_id, resolutions::bigint[]
  FROM unnest(%(types)s::bigint[], %(workflows)s::bigint[], %(resolutions)s::text[])
           AS t (type_id, workflow_id, resolutions)"""


async def insert_types(tx: Transaction, queue_id: int, types: Sequence[QueueType]) -> None:
    params = {
        "queue": queue_id,
        "types": [of.type_id for of in types],
        "workflows": [of.workflow_id for of in types],
        # An array of arrays of unlike lengths is none of PostgreSQL's: each goes in as the text of one.
        "resolutions": ["{" + ",".join(map(str, of.resolutions)) + "}" for of in types],
    }
    await tx.run(INSERT_TYPES, params)


TYPES = """
SELECT t.queue_id, t.type_id, t.workflow_id,
       CASE WHEN t.resolutions <> '{}' THEN t.resolutions
            ELSE ARRAY(SELECT id FROM catalogue WHERE org_id = %(org)s AND kind = 'resolution' ORDER BY position, id)
       END AS resolutions
  FROM queue_type t JOIN catalogue c ON c.org_id = %(org)s AND c.id = t.type_id
 WHERE t.org_id = %(org)s AND t.queue_id = ANY(%(queues)s)
 ORDER BY t.queue_id, c.position, c.id"""


async def types(tx: Transaction, queue_ids: Sequence[int]) -> Mapping[int, Sequence[QueueType]]:
    """The types of each of the queues."""
    found = defaultdict(list)
    for of_queue in await tx.rows(TYPES, {"queues": list(queue_ids)}, into=QueueType):
        found[of_queue.queue_id].append(of_queue)
    return found


TEAM = """
SELECT queue_id, user_id FROM queue_right
 WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s) AND user_id IS NOT NULL
 UNION
SELECT r.queue_id, m.user_id
  FROM queue_right r JOIN group_member m ON m.org_id = %(org)s AND m.group_id = r.group_id
 WHERE r.org_id = %(org)s AND r.queue_id = ANY(%(queues)s)
 ORDER BY 1, 2"""


async def team(tx: Transaction, queue_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """The ids of those who have any right in each of the queues."""
    found = defaultdict(list)
    for queue_id, user_id in await tx.tuples(TEAM, {"queues": list(queue_ids)}):
        found[queue_id].append(user_id)
    return found


TAGS = """
SELECT DISTINCT unnest(tags) AS tag FROM issue
 WHERE org_id = %(org)s AND queue_id = %(queue)s AND tags <> '{}'
 ORDER BY tag LIMIT %(limit)s"""


async def tags(tx: Transaction, queue_id: int, *, limit: int) -> list[str]:
    """The tags in use on the queue's issues."""
    return [tag for (tag,) in await tx.tuples(TAGS, {"queue": queue_id, "limit": limit})]
