"""Types, statuses, priorities, resolutions and workflows, as everybody may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shoal.actions import queues
from shoal.domain.actor import Actor
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.errors import NotFound, UnknownValue
from shoal.domain.fields import Kind
from shoal.domain.patch import Operand
from shoal.domain.workflow import WorkflowHead
from shoal.store import catalogues, names, rights, workflows
from shoal.store.db import Database


async def list_all(db: Database, actor: Actor, kind: Kind) -> list[CatalogueEntry]:
    """The whole catalogue, in the order in which people see it."""
    async with db.transaction(actor.org_id) as tx:
        return await catalogues.list_all(tx, kind)


async def get(db: Database, actor: Actor, kind: Kind, ref: Operand) -> CatalogueEntry:
    """The entry of this key, id or name. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        try:
            entry_id = await names.find(tx, kind, kind, ref)
        except UnknownValue:
            raise NotFound("unknown_value", thing=kind, value=str(ref)) from None
        return next(entry for entry in await catalogues.list_all(tx, kind) if entry.id == entry_id)


async def list_workflows(db: Database, actor: Actor) -> list[WorkflowHead]:
    async with db.transaction(actor.org_id) as tx:
        return await workflows.list_heads(tx)


@dataclass(frozen=True, slots=True)
class UsedStatus:
    """A status, and the types of a queue whose workflows have it."""

    status: CatalogueEntry
    types: Sequence[CatalogueEntry]


async def list_used_statuses(db: Database, actor: Actor, queue: str) -> list[UsedStatus]:
    """The statuses in which issues of the queue can be. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        ways = await workflows.load(tx, [found.id])
        types = await catalogues.list_of_queue(tx, found.id)
        used = []
        for status in await catalogues.list_all(tx, Kind.STATUS):
            having = [of for of in types if (way := ways.find(found.id, of.id)) and way.has_status(status.id)]
            if having:
                used.append(UsedStatus(status, having))
        return used
