"""Areas. Everybody who may read a queue sees those it has; who may grant rights in it keeps its own."""

from __future__ import annotations

from dataclasses import replace

from shoal.actions import queues, uses
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.area import Area
from shoal.domain.directory import check_texts
from shoal.domain.errors import Conflict, NotFound
from shoal.store import areas, rights
from shoal.store import queues as stored
from shoal.store.db import Database, Transaction


async def list_of_queue(db: Database, actor: Actor, queue: str) -> list[Area]:
    """The built-in ones, then the queue's own. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        return await areas.list_of(tx, [found.id])


async def create(db: Database, actor: Actor, queue: str, name: str) -> Area:
    """Give the queue an area. Raises QueueNotFound, Forbidden, Invalid, or Conflict if it has one of this name."""
    async with db.transaction(actor.org_id) as tx:
        queue_id = await _for_change(tx, await rights.load(tx, actor), queue)
        await _check(tx, queue_id, name)
        return await areas.insert(tx, queue_id=queue_id, name=name)


async def rename(db: Database, actor: Actor, queue: str, area_id: int, name: str) -> Area:
    """Rename an area of the queue's own. Raises NotFound, and what `create` raises."""
    async with db.transaction(actor.org_id) as tx:
        queue_id = await _for_change(tx, await rights.load(tx, actor), queue)
        area = await _own(tx, queue_id, area_id)
        await _check(tx, queue_id, name, but=area.id)
        await areas.update(tx, replace(area, name=name))
        return replace(area, name=name)


async def delete(db: Database, actor: Actor, queue: str, area_id: int) -> None:
    """Take an area of the queue's own away, and off every issue that has it. Raises NotFound, Forbidden, Conflict."""
    async with db.transaction(actor.org_id) as tx:
        queue_id = await _for_change(tx, await rights.load(tx, actor), queue)
        await areas.lock(tx, area_id)
        area = await _own(tx, queue_id, area_id)
        await uses.take_off(tx, actor, "area", area.id)
        await areas.delete(tx, area.id)


async def _for_change(tx: Transaction, allowed: Rights, queue: str) -> int:
    found = await queues.locate(tx, allowed, queue)
    allowed.require(found.id, Right.GRANT, queue=found.key)
    await stored.lock(tx, found.id)
    return found.id


async def _own(tx: Transaction, queue_id: int, area_id: int) -> Area:
    found = next((area for area in await areas.list_of(tx, [queue_id]) if area.id == area_id), None)
    if found is None:
        raise NotFound("no_area", area=area_id)
    if found.queue_id is None:
        raise Conflict("area_built_in", area=found.name)
    return found


async def _check(tx: Transaction, queue_id: int, name: str, *, but: int = 0) -> None:
    """A name is taken in either case of letters: people could not tell them apart."""
    check_texts(name)
    had = {area.name.lower() for area in await areas.list_of(tx, [queue_id]) if area.id != but}
    if name.lower() in had:
        raise Conflict("area_exists_in_queue", name=name)
