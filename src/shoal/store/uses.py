"""Which issues have a thing: what must be known before it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import LiteralString

from shoal.store.db import Transaction

BY_COMPONENT = """
SELECT id FROM issue WHERE org_id = %(org)s AND components @> ARRAY[%(id)s::bigint] ORDER BY id"""

BY_SPRINT = """
SELECT id FROM issue WHERE org_id = %(org)s AND sprints @> ARRAY[%(id)s::bigint] ORDER BY id"""

BY_AREA = "SELECT id FROM issue WHERE org_id = %(org)s AND area_id = %(id)s ORDER BY id"

QUERIES: Mapping[str, LiteralString] = {"components": BY_COMPONENT, "sprints": BY_SPRINT, "area": BY_AREA}
"""By the field of the issue."""


OPEN = """
SELECT i.id FROM issue i JOIN catalogue s ON s.org_id = %(org)s AND s.id = i.status_id
 WHERE i.org_id = %(org)s AND i.id = ANY(%(ids)s) AND NOT s.category = ANY(%(categories)s)
 ORDER BY i.id"""


async def not_in(tx: Transaction, issue_ids: Sequence[int], *, categories: Sequence[str]) -> list[int]:
    """Those of the issues whose status is of none of these categories."""
    params = {"ids": list(issue_ids), "categories": list(categories)}
    return [issue_id for (issue_id,) in await tx.tuples(OPEN, params)]


async def issues(tx: Transaction, field: str, thing_id: int) -> list[int]:
    """The ids of all issues, readable or not, whose field of this name has the thing."""
    return [issue_id for (issue_id,) in await tx.tuples(QUERIES[field], {"id": thing_id})]
