"""Queues, their types and their people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from shoal.domain.naming import as_id
from shoal.domain.queue import Queue, QueueCard, QueueType
from shoal.store.db import Transaction

FIND = """
SELECT id, key, name, description, lead_id, default_type_id, default_priority_id, assign_auto, allow_externals,
       deny_voting, version, created_at
  FROM queue WHERE org_id = %(org)s AND (id = %(id)s OR key = upper(%(key)s)) AND id = ANY(%(readable)s)"""


async def find(tx: Transaction, ref: int | str, *, readable: Sequence[int]) -> Queue | None:
    """The queue of this id or key; no key is a number."""
    return await tx.row(FIND, {"id": as_id(ref), "key": str(ref), "readable": list(readable)}, into=Queue)


FIND_FORMER = "SELECT id FROM queue WHERE org_id = %(org)s AND former_id = %(former)s"


async def find_former(tx: Transaction, former_id: str) -> int | None:
    """The queue that was known by these 32 characters where it came from."""
    found: int | None = await tx.value(FIND_FORMER, {"former": former_id})
    return found


SET_FORMER = "UPDATE queue SET former_id = %(former)s WHERE org_id = %(org)s AND id = %(id)s"


async def set_former(tx: Transaction, queue_id: int, former_id: str) -> None:
    await tx.run(SET_FORMER, {"id": queue_id, "former": former_id})


LIST = """
SELECT id, key, name, description, lead_id, default_type_id, default_priority_id, assign_auto, allow_externals,
       deny_voting, version, created_at
  FROM queue WHERE org_id = %(org)s AND id = ANY(%(readable)s)
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""


async def list_page(tx: Transaction, *, readable: Sequence[int], limit: int, offset: int) -> list[Queue]:
    """A page of these queues, the oldest first."""
    return await tx.rows(LIST, {"readable": list(readable), "limit": limit, "offset": offset}, into=Queue)


INSERT = """
INSERT INTO queue (org_id, key, name, description, lead_id, default_type_id, default_priority_id, created_by)
VALUES (%(org)s, %(key)s, %(name)s, %(description)s, %(lead)s, %(type)s, %(priority)s, %(maker)s)
RETURNING id"""


async def insert(
    tx: Transaction,
    *,
    key: str,
    name: str,
    description: str,
    lead_id: int,
    type_id: int,
    priority_id: int,
    maker_id: int,
) -> int:
    params = {
        "key": key,
        "name": name,
        "description": description,
        "lead": lead_id,
        "type": type_id,
        "priority": priority_id,
        "maker": maker_id,
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


# --- as lists show them --------------------------------------------------------------------------------------------

CARDS = """
SELECT q.id, q.key, q.name, q.description, q.archived, q.created_at, q.updated_at, u.id AS maker_id,
       u.login AS maker_login, u.display AS maker_display,
       (SELECT count(DISTINCT coalesce(r.user_id, m.user_id))
          FROM queue_right r LEFT JOIN group_member m ON m.org_id = %(org)s AND m.group_id = r.group_id
         WHERE r.org_id = %(org)s AND r.queue_id = q.id AND r.rights <> '{}') AS members
  FROM queue q LEFT JOIN users u ON u.org_id = %(org)s AND u.id = coalesce(q.created_by, q.lead_id)
 WHERE q.org_id = %(org)s AND q.id = ANY(%(queues)s)
   AND (%(archived)s::boolean IS NULL OR q.archived = %(archived)s)
   AND (%(search)s::text IS NULL OR strpos(lower(q.name), lower(%(search)s)) > 0
        OR strpos(lower(q.description), lower(%(search)s)) > 0)
 ORDER BY q.created_at DESC, q.id DESC"""


async def cards(
    tx: Transaction, queue_ids: Sequence[int], *, search: str | None = None, archived: bool | None = None
) -> list[QueueCard]:
    """Those of these queues whose name or description has the text, the newest first."""
    params = {"queues": list(queue_ids), "search": search, "archived": archived}
    return await tx.rows(CARDS, params, into=QueueCard)


LOCK = "SELECT 1 FROM queue WHERE org_id = %(org)s AND id = %(id)s FOR NO KEY UPDATE"


async def lock(tx: Transaction, queue_id: int) -> None:
    """Let nobody else change the queue, or who is in it, before this transaction ends."""
    await tx.value(LOCK, {"id": queue_id})


UPDATE = """
UPDATE queue SET name = %(name)s, description = %(description)s, version = version + 1, updated_at = now()
 WHERE org_id = %(org)s AND id = %(id)s"""


async def update(tx: Transaction, queue_id: int, *, name: str, description: str) -> None:
    await tx.run(UPDATE, {"id": queue_id, "name": name, "description": description})


DELETE = """
UPDATE queue SET deleted_at = now(), updated_at = now(), version = version + 1
 WHERE org_id = %(org)s AND id = %(id)s"""


async def delete(tx: Transaction, queue_id: int) -> None:
    """Put the queue into the trash with all that is in it: nobody has a right in it there. Its key stays taken."""
    await tx.run(DELETE, {"id": queue_id})


# Names and keys are looked at and taken by one at a time.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('queue names of ' || %(org)s, 0))"


async def take_turns(tx: Transaction) -> None:
    """Let nobody else of the organisation choose a name or a key for a queue before this transaction ends."""
    await tx.value(TAKE_TURNS)


IS_NAMED = """
SELECT EXISTS (SELECT FROM queue WHERE org_id = %(org)s AND name = %(name)s AND deleted_at IS NULL
                  AND id <> %(but)s)"""


async def is_named(tx: Transaction, name: str, *, but: int = 0) -> bool:
    """Whether a queue, other than this one, has the name."""
    return bool(await tx.value(IS_NAMED, {"name": name, "but": but}))


KEYS = "SELECT key FROM queue WHERE org_id = %(org)s"


async def keys(tx: Transaction) -> set[str]:
    """Every key that is taken."""
    return {key for (key,) in await tx.tuples(KEYS)}
