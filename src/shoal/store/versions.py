"""Versions of queues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shoal.domain.version import Version
from shoal.store.db import Transaction

FIND = """
SELECT id, queue_id, name, description, start_date, due_date, released, archived, version
  FROM version WHERE org_id = %(org)s AND id = %(id)s AND queue_id = ANY(%(readable)s)"""


async def find(tx: Transaction, version_id: int, *, readable: Sequence[int]) -> Version | None:
    return await tx.row(FIND, {"id": version_id, "readable": list(readable)}, into=Version)


LOCK = "SELECT 1 FROM version WHERE org_id = %(org)s AND id = %(id)s FOR UPDATE"


async def lock(tx: Transaction, version_id: int) -> None:
    """Let nobody else change it before this transaction ends."""
    await tx.value(LOCK, {"id": version_id})


LIST = """
SELECT id, queue_id, name, description, start_date, due_date, released, archived, version
  FROM version WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""

COUNT = "SELECT count(*) FROM version WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)"


async def list_of(
    tx: Transaction, queue_ids: Sequence[int], *, limit: int | None = None, offset: int = 0
) -> list[Version]:
    """The versions of these queues, or a page of them."""
    return await tx.rows(LIST, {"queues": list(queue_ids), "limit": limit, "offset": offset}, into=Version)


async def count_of(tx: Transaction, queue_ids: Sequence[int]) -> int:
    return int(await tx.value(COUNT, {"queues": list(queue_ids)}))


INSERT = """
INSERT INTO version (org_id, queue_id, name, description, start_date, due_date)
VALUES (%(org)s, %(queue)s, %(name)s, %(description)s, %(start)s, %(due)s)
RETURNING id"""


async def insert(
    tx: Transaction, *, queue_id: int, name: str, description: str, start_date: date | None, due_date: date | None
) -> int:
    params = {
        "queue": queue_id,
        "name": name,
        "description": description,
        "start": start_date,
        "due": due_date,
    }
    return int(await tx.value(INSERT, params))


UPDATE = """
UPDATE version
   SET name = %(name)s, description = %(description)s, start_date = %(start)s, due_date = %(due)s,
       released = %(released)s, archived = %(archived)s, version = version + 1
 WHERE org_id = %(org)s AND id = %(id)s"""


async def update(tx: Transaction, version: Version) -> None:
    """Store all of it, as its next version."""
    params = {
        "id": version.id,
        "name": version.name,
        "description": version.description,
        "start": version.start_date,
        "due": version.due_date,
        "released": version.released,
        "archived": version.archived,
    }
    await tx.run(UPDATE, params)


IS_USED = """
SELECT EXISTS (SELECT FROM issue WHERE org_id = %(org)s AND queue_id = %(queue)s
                  AND (fix_versions @> ARRAY[%(id)s::bigint] OR affected_versions @> ARRAY[%(id)s::bigint]))"""


async def is_used(tx: Transaction, version: Version) -> bool:
    """Whether an issue of its queue has it."""
    return bool(await tx.value(IS_USED, {"queue": version.queue_id, "id": version.id}))


DELETE = "DELETE FROM version WHERE org_id = %(org)s AND id = %(id)s"


async def delete(tx: Transaction, version_id: int) -> None:
    await tx.run(DELETE, {"id": version_id})
