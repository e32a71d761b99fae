"""What components and versions have in common: who may read a queue sees them, who may grant rights in it keeps
them."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.actions import queues
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.directory import check_texts
from shoal.domain.errors import Conflict, NotFound, Stale
from shoal.domain.fields import Kind
from shoal.domain.patch import Operand
from shoal.domain.reference import Lookup, References
from shoal.store import names, references, rights
from shoal.store.db import Database, Transaction
from shoal.store.directories import Directory, Noun


async def list_page(
    db: Database, actor: Actor, directory: Directory[Noun], *, limit: int, offset: int
) -> tuple[list[Noun], int, References]:
    """A page of those of every queue that the actor may read, of how many, and what they refer to."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        readable = allowed.queues(Right.READ)
        page = await directory.list_of(tx, readable, limit=limit, offset=offset)
        return page, await directory.count_of(tx, readable), await refer(tx, allowed, page)


async def list_of_queue(
    db: Database, actor: Actor, directory: Directory[Noun], queue: str
) -> tuple[list[Noun], int, References]:
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await directory.list_of(tx, [(await queues.locate(tx, allowed, queue)).id])
        return found, len(found), await refer(tx, allowed, found)


async def get(
    db: Database, actor: Actor, directory: Directory[Noun], entry_id: int
) -> tuple[list[Noun], int, References]:
    """The one alone. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = [await locate(tx, allowed, directory, entry_id)]
        return found, 1, await refer(tx, allowed, found)


async def delete(db: Database, actor: Actor, directory: Directory[Noun], entry_id: int, *, version: int | None) -> None:
    """Take it away. Raises Conflict while issues have it: those would be changed without a trace."""
    async with db.transaction(actor.org_id) as tx:
        found = await for_change(tx, await rights.load(tx, actor), directory, entry_id, version=version)
        if await directory.is_used(tx, found):
            raise Conflict("archive_instead", thing=directory.noun)
        await directory.delete(tx, entry_id)


# --- steps of what each of them does in its own way ----------------------------------------------------------------


async def queue_to_keep(tx: Transaction, allowed: Rights, queue: Operand) -> int:
    """The queue that gets something new. Raises UnknownValue, Forbidden."""
    queue_id = await names.find(tx, "queue", Kind.QUEUE, queue, readable=allowed.nameable)
    allowed.require(queue_id, Right.GRANT, queue=str(queue))
    return queue_id


async def for_change(
    tx: Transaction, allowed: Rights, directory: Directory[Noun], entry_id: int, *, version: int | None
) -> Noun:
    """It, locked. Raises NotFound, Forbidden, Stale."""
    await directory.lock(tx, entry_id)
    found = await locate(tx, allowed, directory, entry_id)
    allowed.require(found.queue_id, Right.GRANT, queue=f"of this {directory.noun}")
    if version is not None and version != found.version:
        raise Stale("record_changed", thing=directory.noun, current=found.version)
    return found


async def save(tx: Transaction, directory: Directory[Noun], before: Noun, after: Noun) -> Noun:
    """Store it, unless nothing is changed. Raises Invalid."""
    check_texts(after.name, after.description)
    return before if after == before else await directory.update(tx, after)


async def locate(tx: Transaction, allowed: Rights, directory: Directory[Noun], entry_id: int) -> Noun:
    found = await directory.find(tx, entry_id, readable=allowed.queues(Right.READ))
    if found is None:
        raise NotFound("unknown_value", thing=directory.noun, value=entry_id)
    return found


async def refer(tx: Transaction, allowed: Rights, page: Sequence[Noun]) -> References:
    """The queues and people that these refer to."""
    wanted = Lookup({})
    wanted.add(Kind.QUEUE, [entry.queue_id for entry in page])
    wanted.add(Kind.USER, [getattr(entry, "lead_id", None) for entry in page])
    return await references.load(tx, wanted, allowed)
