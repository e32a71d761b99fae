"""Groups of users."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shoal.domain.actor import Right
from shoal.store.db import Transaction

# A group that is there keeps its members and gets the new ones.
ENSURE = """
INSERT INTO user_group (org_id, name) VALUES (%(org)s, %(name)s)
ON CONFLICT (org_id, name) DO UPDATE SET name = excluded.name
RETURNING id"""

ADD = """
INSERT INTO group_member (org_id, group_id, user_id) SELECT %(org)s, %(group)s, unnest(%(users)s::bigint[])
ON CONFLICT DO NOTHING"""


async def ensure(tx: Transaction, name: str, user_ids: Sequence[int]) -> int:
    """The group of this name, made if need be, with these among its members; its id."""
    group_id = await tx.value(ENSURE, {"name": name})
    await tx.run(ADD, {"group": group_id, "users": list(user_ids)})
    return int(group_id)


GRANT = """
INSERT INTO queue_right (org_id, queue_id, group_id, rights)
VALUES (%(org)s, %(queue)s, %(group)s, %(rights)s)
ON CONFLICT ON CONSTRAINT queue_right_subject_key DO UPDATE SET rights = excluded.rights"""


async def grant(tx: Transaction, queue_id: int, *, group_id: int, rights: Collection[Right]) -> None:
    """Give the members of a group exactly these rights in the queue."""
    await tx.run(GRANT, {"queue": queue_id, "group": group_id, "rights": sorted(rights)})
