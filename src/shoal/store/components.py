"""Components of queues."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.domain.component import Component
from shoal.store.db import Transaction

FIND = """
SELECT id, queue_id, name, description, lead_id, assign_auto, archived, version, parent_id
  FROM component WHERE org_id = %(org)s AND id = %(id)s AND queue_id = ANY(%(readable)s)"""


async def find(tx: Transaction, component_id: int, *, readable: Sequence[int]) -> Component | None:
    return await tx.row(FIND, {"id": component_id, "readable": list(readable)}, into=Component)


LOCK = "SELECT 1 FROM component WHERE org_id = %(org)s AND id = %(id)s FOR UPDATE"


async def lock(tx: Transaction, component_id: int) -> None:
    """Let nobody else change it before this transaction ends."""
    await tx.value(LOCK, {"id": component_id})


LIST = """
SELECT id, queue_id, name, description, lead_id, assign_auto, archived, version, parent_id
  FROM component WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""

COUNT = "SELECT count(*) FROM component WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)"


async def list_of(
    tx: Transaction, queue_ids: Sequence[int], *, limit: int | None = None, offset: int = 0
) -> list[Component]:
    """The components of these queues, or a page of them."""
    return await tx.rows(LIST, {"queues": list(queue_ids), "limit": limit, "offset": offset}, into=Component)


async def count_of(tx: Transaction, queue_ids: Sequence[int]) -> int:
    return int(await tx.value(COUNT, {"queues": list(queue_ids)}))


INSERT = """
INSERT INTO component (org_id, queue_id, name, description, lead_id, assign_auto, parent_id)
VALUES (%(org)s, %(queue)s, %(name)s, %(description)s, %(lead)s, %(assign_auto)s, %(parent)s)
RETURNING id"""


async def insert(
    tx: Transaction,
    *,
    queue_id: int,
    name: str,
    description: str,
    lead_id: int | None,
    assign_auto: bool,
    parent_id: int | None = None,
) -> int:
    params = {
        "queue": queue_id,
        "name": name,
        "description": description,
        "lead": lead_id,
        "assign_auto": assign_auto,
        "parent": parent_id,
    }
    return int(await tx.value(INSERT, params))


UPDATE = """
UPDATE component
   SET name = %(name)s, description = %(description)s, lead_id = %(lead)s, assign_auto = %(assign_auto)s,
       archived = %(archived)s, version = version + 1
 WHERE org_id = %(org)s AND id = %(id)s"""


async def update(tx: Transaction, component: Component) -> None:
    """Store all of it, as its next version."""
    params = {
        "id": component.id,
        "name": component.name,
        "description": component.description,
        "lead": component.lead_id,
        "assign_auto": component.assign_auto,
        "archived": component.archived,
    }
    await tx.run(UPDATE, params)


IS_USED = """
SELECT EXISTS (SELECT FROM issue WHERE org_id = %(org)s AND queue_id = %(queue)s
                  AND components @> ARRAY[%(id)s::bigint])"""


async def is_used(tx: Transaction, component: Component) -> bool:
    """Whether an issue of its queue has it."""
    return bool(await tx.value(IS_USED, {"queue": component.queue_id, "id": component.id}))


DELETE = "DELETE FROM component WHERE org_id = %(org)s AND id = %(id)s"


async def delete(tx: Transaction, component_id: int) -> None:
    await tx.run(DELETE, {"id": component_id})
