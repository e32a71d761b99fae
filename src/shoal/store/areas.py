"""Areas: those that are built in, and those of queues."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.domain.area import Area
from shoal.store.db import Transaction

LIST = """
SELECT id, queue_id, key, name FROM area
 WHERE org_id = %(org)s AND (queue_id IS NULL OR queue_id = ANY(%(queues)s))
 ORDER BY queue_id NULLS FIRST, id"""


async def list_of(tx: Transaction, queue_ids: Sequence[int]) -> list[Area]:
    """The built-in areas, then those of these queues."""
    return await tx.rows(LIST, {"queues": list(queue_ids)}, into=Area)


INSERT = """
INSERT INTO area (org_id, queue_id, name) VALUES (%(org)s, %(queue)s, %(name)s)
RETURNING id, queue_id, key, name"""


async def insert(tx: Transaction, *, queue_id: int, name: str) -> Area:
    area = await tx.row(INSERT, {"queue": queue_id, "name": name}, into=Area)
    assert area is not None
    return area


UPDATE = "UPDATE area SET name = %(name)s WHERE org_id = %(org)s AND id = %(id)s"


async def update(tx: Transaction, area: Area) -> None:
    await tx.run(UPDATE, {"id": area.id, "name": area.name})


LOCK = "SELECT 1 FROM area WHERE org_id = %(org)s AND id = %(id)s FOR UPDATE"


async def lock(tx: Transaction, area_id: int) -> None:
    """Let nobody give it to an issue before this transaction ends."""
    await tx.value(LOCK, {"id": area_id})


DELETE = "DELETE FROM area WHERE org_id = %(org)s AND id = %(id)s"


async def delete(tx: Transaction, area_id: int) -> None:
    await tx.run(DELETE, {"id": area_id})
