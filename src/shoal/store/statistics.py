"""Counts of a queue's issues."""

from __future__ import annotations

from shoal.domain.statistics import Count
from shoal.store.db import Transaction

COUNTS = """
SELECT i.type_id, t.key AS type, s.key AS status, v.key AS severity, c.name AS component, count(*) AS issues
  FROM issue i JOIN catalogue t ON t.org_id = %(org)s AND t.id = i.type_id
  JOIN catalogue s ON s.org_id = %(org)s AND s.id = i.status_id
  LEFT JOIN catalogue v ON v.org_id = %(org)s AND v.id = i.severity_id
  LEFT JOIN component c ON c.org_id = %(org)s AND c.id = i.components[1] AND c.queue_id = i.queue_id
 WHERE i.org_id = %(org)s AND i.queue_id = %(queue)s
 GROUP BY i.type_id, t.key, s.key, v.key, c.name
 ORDER BY i.type_id, c.name NULLS FIRST, s.key, v.key"""


async def counts(tx: Transaction, queue_id: int) -> list[Count]:
    return await tx.rows(COUNTS, {"queue": queue_id}, into=Count)
