"""Who may do what in which queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from shoal.domain.actor import Actor, Right, Rights
from shoal.store.db import Transaction

# A queue in the trash is nobody's, and so does not exist for anybody.
OWN = """
SELECT held.queue_id, array_agg(DISTINCT held.granted) FROM (
    SELECT queue_id, unnest(rights) AS granted
      FROM queue_right WHERE org_id = %(org)s AND user_id = %(user)s
     UNION ALL
    SELECT r.queue_id, unnest(r.rights)
      FROM group_member m JOIN queue_right r ON r.org_id = %(org)s AND r.group_id = m.group_id
     WHERE m.org_id = %(org)s AND m.user_id = %(user)s) AS held
  JOIN queue q ON q.org_id = %(org)s AND q.id = held.queue_id AND q.deleted_at IS NULL
 GROUP BY held.queue_id"""


async def load(tx: Transaction, actor: Actor) -> Rights:
    """What the actor may do now, by themselves and as a member of groups."""
    rows = await tx.tuples(OWN, {"user": actor.user_id})
    return Rights({queue_id: _whole(granted) for queue_id, granted in rows})


def _whole(granted: Collection[str]) -> frozenset[Right]:
    """Whoever may write may also read."""
    rights = frozenset(map(Right, granted))
    return rights | {Right.READ} if Right.WRITE in rights else rights


GRANT = """
INSERT INTO queue_right (org_id, queue_id, user_id, rights, role)
VALUES (%(org)s, %(queue)s, %(user)s, %(rights)s, %(role)s)
ON CONFLICT ON CONSTRAINT queue_right_subject_key DO UPDATE SET rights = excluded.rights, role = excluded.role"""


async def grant(
    tx: Transaction, queue_id: int, *, user_id: int, rights: Collection[Right], role: int | None = None
) -> None:
    """Give a user exactly these rights in the queue; `role` is what they are called together, if anything."""
    await tx.run(GRANT, {"queue": queue_id, "user": user_id, "rights": sorted(rights), "role": role})


HOLDERS = """
SELECT u.id, u.display, r.rights
  FROM queue_right r JOIN users u ON u.org_id = %(org)s AND u.id = r.user_id
 WHERE r.org_id = %(org)s AND r.queue_id = %(queue)s
 ORDER BY u.id"""

GROUPS = """
SELECT g.id, g.name, r.rights
  FROM queue_right r JOIN user_group g ON g.org_id = %(org)s AND g.id = r.group_id
 WHERE r.org_id = %(org)s AND r.queue_id = %(queue)s
 ORDER BY g.id"""

Holders = Mapping[Right, list[tuple[int, str]]]


async def holders(tx: Transaction, queue_id: int) -> tuple[Holders, Holders]:
    """The users and the groups that hold each right in the queue: id and name."""
    users = await tx.tuples(HOLDERS, {"queue": queue_id})
    groups = await tx.tuples(GROUPS, {"queue": queue_id})
    return _by_right(users), _by_right(groups)


def _by_right(rows: Collection[tuple[int, str, list[str]]]) -> Holders:
    return {right: [(id_, name) for id_, name, rights in rows if right in rights] for right in Right}


MEMBERSHIPS = """
SELECT r.queue_id, r.user_id FROM queue_right r
 WHERE r.org_id = %(org)s AND r.user_id = ANY(%(users)s) AND r.rights <> '{}'
 UNION
SELECT r.queue_id, m.user_id FROM group_member m
  JOIN queue_right r ON r.org_id = %(org)s AND r.group_id = m.group_id
 WHERE m.org_id = %(org)s AND m.user_id = ANY(%(users)s) AND r.rights <> '{}'"""


async def memberships(tx: Transaction, user_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Which of these users belong to which queues: pairs of queue and user."""
    return frozenset(await tx.tuples(MEMBERSHIPS, {"users": list(user_ids)})) if user_ids else frozenset()
