"""The queue of those who may read it."""

from __future__ import annotations

from shoal.domain.actor import Actor, Right
from shoal.domain.errors import QueueNotFound
from shoal.domain.queue import QueueCard
from shoal.store import queues, rights
from shoal.store.db import Database, Transaction


async def queue(db: Database, actor: Actor, queue_id: int) -> QueueCard:
    """A queue that the actor belongs to. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        return await _card(tx, actor, queue_id, asked=queue_id)


async def queue_known_as(db: Database, actor: Actor, former_id: str) -> QueueCard:
    """The queue that scripts know by the project id which it had elsewhere. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        queue_id = await queues.find_former(tx, former_id)
        return await _card(tx, actor, queue_id, asked=former_id)


async def _card(tx: Transaction, actor: Actor, queue_id: int | None, *, asked: object) -> QueueCard:
    """One that may not be read is named as it was asked for: its id would tell of it."""
    if queue_id is not None and (await rights.load(tx, actor)).has(queue_id, Right.READ):
        return (await queues.cards(tx, [queue_id]))[0]
    raise QueueNotFound(asked)
