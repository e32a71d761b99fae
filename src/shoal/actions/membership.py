"""Who belongs to a queue: those who hold any right in it."""

from __future__ import annotations

from shoal.domain.actor import Actor, Right
from shoal.domain.errors import QueueNotFound
from shoal.domain.queue import QueueCard
from shoal.store import queues, rights
from shoal.store.db import Database, Transaction


async def queue(db: Database, actor: Actor, queue_id: int) -> QueueCard:
    """A queue that the actor belongs to. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        return await _card(tx, actor, queue_id)


async def queue_known_as(db: Database, actor: Actor, former_id: str) -> QueueCard:
    """The queue that scripts know by the project id which it had elsewhere. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        queue_id = await queues.find_former(tx, former_id)
        if queue_id is None:
            raise QueueNotFound(former_id)
        return await _card(tx, actor, queue_id)


async def _card(tx: Transaction, actor: Actor, queue_id: int) -> QueueCard:
    readable = (await rights.load(tx, actor)).queues(Right.READ)
    found = await queues.cards(tx, [queue_id]) if queue_id in readable else []
    if not found:
        raise QueueNotFound(queue_id)
    return found[0]
