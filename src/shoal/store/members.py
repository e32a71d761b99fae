"""Members of queues: their rights, by themselves and by groups, as one thing a person."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.domain.member import Member, NewMember
from shoal.store.db import Transaction

# Whoever may write may also read.
LIST = """
SELECT u.id AS user_id, u.login, u.display, u.dismissed_at IS NOT NULL AS is_dismissed, max(held.role) AS role,
       array_agg(DISTINCT held.granted) || CASE WHEN bool_or(held.granted = 'write') THEN '{read}' ELSE '{}'::text[] END
           AS rights, bool_or(held.direct) AS is_direct,
       coalesce(q.created_by = u.id, false) AS is_maker
  FROM (SELECT user_id, unnest(rights) AS granted, role, true AS direct
          FROM queue_right WHERE org_id = %(org)s AND queue_id = %(queue)s AND user_id IS NOT NULL
         UNION ALL
        SELECT m.user_id, unnest(r.rights), NULL, false
          FROM queue_right r JOIN group_member m ON m.org_id = %(org)s AND m.group_id = r.group_id
         WHERE r.org_id = %(org)s AND r.queue_id = %(queue)s) AS held
  JOIN users u ON u.org_id = %(org)s AND u.id = held.user_id
  JOIN queue q ON q.org_id = %(org)s AND q.id = %(queue)s
 WHERE %(users)s::bigint[] IS NULL OR u.id = ANY(%(users)s)
 GROUP BY u.id, u.login, u.display, u.dismissed_at, q.created_by
 ORDER BY u.id LIMIT %(limit)s OFFSET %(offset)s"""


async def list_page(tx: Transaction, queue_id: int, *, limit: int | None, offset: int = 0) -> list[Member]:
    """A page of those who have any right in the queue."""
    params = {"queue": queue_id, "users": None, "limit": limit, "offset": offset}
    return await tx.rows(LIST, params, into=Member)


async def find_all(tx: Transaction, queue_id: int, user_ids: Sequence[int]) -> dict[int, Member]:
    """Those of these users who are members, by user id."""
    params = {"queue": queue_id, "users": list(user_ids), "limit": None, "offset": 0}
    return {member.user_id: member for member in await tx.rows(LIST, params, into=Member)}


COUNT = """
SELECT count(DISTINCT user_id) FROM (
    SELECT user_id FROM queue_right
     WHERE org_id = %(org)s AND queue_id = %(queue)s AND user_id IS NOT NULL AND rights <> '{}'
     UNION ALL
    SELECT m.user_id FROM queue_right r JOIN group_member m ON m.org_id = %(org)s AND m.group_id = r.group_id
     WHERE r.org_id = %(org)s AND r.queue_id = %(queue)s AND r.rights <> '{}') AS held"""


async def count(tx: Transaction, queue_id: int) -> int:
    return int(await tx.value(COUNT, {"queue": queue_id}))


EXISTING = "SELECT id FROM users WHERE org_id = %(org)s AND id = ANY(%(ids)s) AND dismissed_at IS NULL"


async def existing(tx: Transaction, user_ids: Sequence[int]) -> set[int]:
    """Those of these ids that are users who have not left."""
    return {user_id for (user_id,) in await tx.tuples(EXISTING, {"ids": list(user_ids)})}


PUT = """
INSERT INTO queue_right (org_id, queue_id, user_id, rights, role)
SELECT %(org)s, %(queue)s, t.user_id, string_to_array(t.rights, ','), t.role
  FROM unnest(%(users)s::bigint[], %(rights)s::text[], %(roles)s::smallint[]) AS t (user_id, rights, role)
ON CONFLICT ON CONSTRAINT queue_right_subject_key DO UPDATE SET rights = excluded.rights, role = excluded.role"""


async def put(tx: Transaction, queue_id: int, members: Sequence[NewMember]) -> None:
    """Make each of them this in the queue, whatever they were."""
    params = {
        "queue": queue_id,
        "users": [member.user_id for member in members],
        "rights": [",".join(sorted(member.rights)) for member in members],
        "roles": [member.role for member in members],
    }
    await tx.run(PUT, params)


REMOVE = "DELETE FROM queue_right WHERE org_id = %(org)s AND queue_id = %(queue)s AND user_id = ANY(%(users)s)"


async def remove(tx: Transaction, queue_id: int, user_ids: Sequence[int]) -> None:
    await tx.run(REMOVE, {"queue": queue_id, "users": list(user_ids)})


HAS_GRANTER = """
SELECT EXISTS (
    SELECT FROM queue_right r JOIN users u ON u.org_id = %(org)s AND u.id = r.user_id AND u.dismissed_at IS NULL
     WHERE r.org_id = %(org)s AND r.queue_id = %(queue)s AND 'grant' = ANY(r.rights)
     UNION ALL
    SELECT FROM queue_right r JOIN group_member m ON m.org_id = %(org)s AND m.group_id = r.group_id
      JOIN users u ON u.org_id = %(org)s AND u.id = m.user_id AND u.dismissed_at IS NULL
     WHERE r.org_id = %(org)s AND r.queue_id = %(queue)s AND 'grant' = ANY(r.rights))"""


async def has_granter(tx: Transaction, queue_id: int) -> bool:
    """Whether somebody is there who may give rights in the queue."""
    return bool(await tx.value(HAS_GRANTER, {"queue": queue_id}))
