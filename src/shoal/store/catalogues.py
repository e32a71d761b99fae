"""Types, statuses, priorities and resolutions."""

from __future__ import annotations

from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.fields import Kind
from shoal.store.db import Transaction

LIST = """
SELECT id, kind, key, name AS names, description, position, category, version
  FROM catalogue WHERE org_id = %(org)s AND kind = %(kind)s
 ORDER BY position, id"""


async def list_all(tx: Transaction, kind: Kind) -> list[CatalogueEntry]:
    """The whole catalogue, in the order in which people see it."""
    return await tx.rows(LIST, {"kind": kind}, into=CatalogueEntry)


LIST_OF_QUEUE = """
SELECT c.id, c.kind, c.key, c.name AS names, c.description, c.position, c.category, c.version
  FROM queue_type t JOIN catalogue c ON c.org_id = %(org)s AND c.id = t.type_id
 WHERE t.org_id = %(org)s AND t.queue_id = %(queue)s
 ORDER BY c.position, c.id"""


async def list_of_queue(tx: Transaction, queue_id: int) -> list[CatalogueEntry]:
    """The types that the queue has."""
    return await tx.rows(LIST_OF_QUEUE, {"queue": queue_id}, into=CatalogueEntry)
