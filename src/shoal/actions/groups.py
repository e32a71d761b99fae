"""Groups of users: made, filled, and let into queues."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shoal.actions import queues
from shoal.domain.actor import Actor, Right
from shoal.domain.errors import Invalid
from shoal.domain.fields import Kind
from shoal.store import groups, names, rights
from shoal.store.db import Database

LONGEST_NAME = 200


async def add(db: Database, actor: Actor, name: str, logins: Sequence[str]) -> int:
    """Add these users to the group of this name, which is made if there is none; its id. Raises Forbidden, Invalid or
    UnknownValue."""
    actor.require_admin()
    if not name.strip() or len(name) > LONGEST_NAME or "\0" in name:
        raise Invalid("name_length", "name", most=LONGEST_NAME)
    async with db.transaction(actor.org_id) as tx:
        return await groups.ensure(tx, name, await names.find_all(tx, "user", Kind.USER, logins))


async def grant(db: Database, actor: Actor, queue: str, group_id: int, given: Collection[Right]) -> None:
    """Give a group exactly these rights in the queue. Raises Forbidden without the right to grant."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await queues.locate(tx, allowed, queue)
        allowed.require(found.id, Right.GRANT, queue=found.key)
        await groups.grant(tx, found.id, group_id=group_id, rights=given)
