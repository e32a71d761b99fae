"""Queues: looked at, made, and opened to others. What the actor may not read does not exist for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from msgspec import UNSET

from shoal.domain import keys
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.component import Component
from shoal.domain.directory import check_texts
from shoal.domain.errors import Conflict, Invalid, QueueNotFound
from shoal.domain.fields import Field, Kind
from shoal.domain.patch import Operand
from shoal.domain.queue import NewQueue, Queue, QueueCard, QueueEdit, QueuesFound, QueueType, Section
from shoal.domain.reference import Lookup, References
from shoal.domain.statistics import Count
from shoal.domain.version import Version
from shoal.domain.workflow import WorkflowHead
from shoal.store import (
    catalogues,
    fields,
    names,
    projects,
    queues,
    references,
    rights,
    statistics,
    workflows,
)
from shoal.store.db import Database, Transaction
from shoal.store.directories import COMPONENTS, VERSIONS
from shoal.store.rights import Holders

MOST_TAGS = 10_000
Order = tuple[str, bool]
"""By what to sort, a key of ORDERS, and whether from the largest down."""
ORDERS: Mapping[str, Callable[[QueueCard], Any]] = {
    "name": lambda card: card.name.lower(),
    "maker": lambda card: (card.maker_display or "").lower(),
    "created": lambda card: (card.created_at, card.id),
    "members": lambda card: card.members,
}
OfQueue = TypeVar("OfQueue", Component, Version)


# --- reading -------------------------------------------------------------------------------------------------------


async def get(db: Database, actor: Actor, ref: str, sections: Collection[Section] = ()) -> QueuesFound:
    """The queue of this key or id, with what is asked for beside it. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        return await _found(tx, allowed, [await locate(tx, allowed, ref)], 1, sections)


async def list_page(
    db: Database, actor: Actor, *, limit: int, offset: int, sections: Collection[Section] = ()
) -> QueuesFound:
    """A page of the queues that the actor may read."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        readable = allowed.queues(Right.READ)
        page = await queues.list_page(tx, readable=readable, limit=limit, offset=offset)
        return await _found(tx, allowed, page, len(readable), sections)


async def locate(tx: Transaction, allowed: Rights, ref: str) -> Queue:
    """The queue of this key or id. Raises QueueNotFound if there is none that may be read."""
    readable = allowed.queues(Right.READ)
    queue = await queues.find(tx, ref, readable=readable)
    if queue is None:
        raise QueueNotFound(ref)
    return queue


async def list_types(db: Database, actor: Actor, ref: str) -> list[CatalogueEntry]:
    """The types of issues that the queue has."""
    async with db.transaction(actor.org_id) as tx:
        queue = await locate(tx, await rights.load(tx, actor), ref)
        return await catalogues.list_of_queue(tx, queue.id)


async def list_tags(db: Database, actor: Actor, ref: str) -> list[str]:
    """The tags in use on the queue's issues."""
    async with db.transaction(actor.org_id) as tx:
        queue = await locate(tx, await rights.load(tx, actor), ref)
        return await queues.tags(tx, queue.id, limit=MOST_TAGS)


async def holders(db: Database, actor: Actor, ref: str) -> tuple[Queue, Holders, Holders]:
    """The queue, and the users and the groups that hold each right in it."""
    async with db.transaction(actor.org_id) as tx:
        queue = await locate(tx, await rights.load(tx, actor), ref)
        return queue, *await rights.holders(tx, queue.id)


async def list_cards(
    db: Database,
    actor: Actor,
    *,
    search: str | None = None,
    archived: bool | None = None,
    order: Sequence[Order] = (),
    limit: int,
    offset: int = 0,
) -> tuple[list[QueueCard], int]:
    """A page of the queues that the actor may read and that have the text in their name or description, in this order,
    the newest first among equals; and how many they are in all."""
    async with db.transaction(actor.org_id) as tx:
        readable = (await rights.load(tx, actor)).queues(Right.READ)
        found = await queues.cards(tx, readable, search=search, archived=archived)
    for by, is_descending in reversed(order):
        found.sort(key=ORDERS[by], reverse=is_descending)
    return found[offset : offset + limit], len(found)


async def is_named(db: Database, actor: Actor, name: str) -> bool:
    """Whether any queue has this name, so that another cannot have it."""
    async with db.transaction(actor.org_id) as tx:
        return await queues.is_named(tx, name)


async def count(db: Database, actor: Actor, ref: str) -> list[Count]:
    """The queue's issues, counted by type, status, severity and component."""
    async with db.transaction(actor.org_id) as tx:
        queue = await locate(tx, await rights.load(tx, actor), ref)
        return await statistics.counts(tx, queue.id)


async def check_right(db: Database, actor: Actor, ref: str, right: Right) -> Queue:
    """The queue, if the actor has this right in it. Raises Forbidden if not, NotFound if they may not even read it."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        queue = await locate(tx, allowed, ref)
        allowed.require(queue.id, right, queue=queue.key)
        return queue


# --- changing ------------------------------------------------------------------------------------------------------


async def create(db: Database, actor: Actor, new: NewQueue) -> Queue:
    """Make a queue; its maker gets every right in it. Raises Forbidden, Invalid, UnknownValue, or Conflict if the key,
    or a name that is to be unique, is taken."""
    actor.require_admin()
    check_texts(new.name, new.description)
    async with db.transaction(actor.org_id) as tx:
        key = await _choose_key(tx, new)
        types = await _types(tx, new)
        lead_id = actor.user_id if new.lead is None else await names.find(tx, "lead", Kind.USER, new.lead)
        queue_id = await queues.insert(
            tx,
            key=key,
            name=new.name,
            description=new.description,
            lead_id=lead_id,
            maker_id=actor.user_id,
            type_id=await _default_type(tx, new, types),
            priority_id=await _default(tx, "default_priority", Kind.PRIORITY, new.default_priority, "normal"),
        )
        await queues.insert_types(tx, queue_id, types)
        await rights.grant(tx, queue_id, user_id=actor.user_id, rights=list(Right))
        queue = await queues.find(tx, queue_id, readable=[queue_id])
    assert queue is not None
    return queue


async def grant(db: Database, actor: Actor, queue: str, subject: Operand, given: Collection[Right]) -> None:
    """Give a user exactly these rights in the queue. Raises Forbidden without the right to grant."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await locate(tx, allowed, queue)
        allowed.require(found.id, Right.GRANT, queue=found.key)
        user_id = await names.find(tx, "user", Kind.USER, subject)
        await rights.grant(tx, found.id, user_id=user_id, rights=given)


async def know_as(db: Database, actor: Actor, queue: str, former_id: str) -> None:
    """Let a queue be found by the project id that it had elsewhere. Raises Forbidden without the right to grant,
    Conflict if another queue is known by it, Invalid for what is no such id."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await locate(tx, allowed, queue)
        allowed.require(found.id, Right.GRANT, queue=found.key)
        await queues.set_former(tx, found.id, former_id)


async def edit(db: Database, actor: Actor, ref: str, changes: QueueEdit) -> None:
    """Change a queue's name, which no other may have, or its description. Raises QueueNotFound, Forbidden, Invalid or
    Conflict."""
    async with db.transaction(actor.org_id) as tx:
        await queues.take_turns(tx)
        queue = await _for_change(tx, actor, ref)
        name = queue.name if changes.name is UNSET else changes.name
        description = queue.description if changes.description is UNSET else changes.description
        check_texts(name, description)
        if name != queue.name and await queues.is_named(tx, name, but=queue.id):
            raise Conflict("queue_name_taken", name=name)
        if (name, description) != (queue.name, queue.description):
            await queues.update(tx, queue.id, name=name, description=description)


async def delete(db: Database, actor: Actor, ref: str) -> None:
    """Put a queue into the trash, with its issues: it exists for nobody. Raises QueueNotFound or Forbidden."""
    async with db.transaction(actor.org_id) as tx:
        queue = await _for_change(tx, actor, ref)
        await queues.delete(tx, queue.id)


async def _for_change(tx: Transaction, actor: Actor, ref: str) -> Queue:
    """The queue, locked, if the actor may grant rights in it: only they may change what it is."""
    found = await locate(tx, await rights.load(tx, actor), ref)
    await queues.lock(tx, found.id)
    allowed = await rights.load(tx, actor)
    queue = await locate(tx, allowed, str(found.id))
    allowed.require(queue.id, Right.GRANT, queue=queue.key)
    return queue


async def _choose_key(tx: Transaction, new: NewQueue) -> str:
    """The key asked for, or one made from the name."""
    if new.key is not None and not new.is_name_unique:
        return new.key
    await queues.take_turns(tx)
    if new.is_name_unique and await queues.is_named(tx, new.name):
        raise Conflict("queue_name_taken", name=new.name)
    return new.key or keys.queue_key(new.name, await queues.keys(tx))


async def _types(tx: Transaction, new: NewQueue) -> list[QueueType]:
    """The types of the queue to be made: those asked for, else all; each with its workflow and resolutions."""
    heads = await workflows.list_heads(tx)
    if not new.types:
        return [QueueType(0, entry.id, heads[0].id, []) for entry in await catalogues.list_all(tx, Kind.TYPE)]
    type_ids = await names.find_all(tx, "types", Kind.TYPE, [of.type for of in new.types])
    if len(set(type_ids)) < len(type_ids):
        raise Invalid("type_named_twice", "types")
    resolutions = [await names.find_all(tx, "types", Kind.RESOLUTION, of.resolutions) for of in new.types]
    return [
        QueueType(0, type_id, _workflow(of.workflow, heads), ends)
        for type_id, of, ends in zip(type_ids, new.types, resolutions, strict=True)
    ]


def _workflow(asked: Operand | None, heads: Sequence[WorkflowHead]) -> int:
    """The workflow asked for, by any of its marks; else the first."""
    if asked is None:
        return heads[0].id
    mark = str(getattr(asked, "id", None) or asked)
    found = next((head.id for head in heads if mark in (str(head.id), head.key, head.name)), None)
    if found is None:
        raise Invalid("unknown_value", "types", thing="workflow", value=str(asked))
    return found


async def _default_type(tx: Transaction, new: NewQueue, types: Sequence[QueueType]) -> int:
    """The type that an issue gets when none is told; it must be one of the queue's."""
    had = [of.type_id for of in types]
    if new.default_type is None and new.types:
        return had[0]
    type_id = await _default(tx, "default_type", Kind.TYPE, new.default_type, "task")
    if type_id not in had:
        raise Invalid("type_not_of_new_queue", "default_type")
    return type_id


async def _default(tx: Transaction, part: str, kind: Kind, asked: Operand | None, usual: str) -> int:
    """What is asked for; else what is usual, or the first there is."""
    if asked is not None:
        return await names.find(tx, part, kind, asked)
    entries = await catalogues.list_all(tx, kind)
    return next((entry.id for entry in entries if entry.key == usual), entries[0].id)


# --- what belongs to queues ----------------------------------------------------------------------------------------


async def _found(
    tx: Transaction, allowed: Rights, page: Sequence[Queue], total: int, sections: Collection[Section]
) -> QueuesFound:
    """The queues with their sections, one statement a section, and the names of everything in them."""
    ids = [queue.id for queue in page]
    needs_types = Section.TYPES in sections or Section.WORKFLOWS in sections
    of_types = await queues.types(tx, ids) if needs_types else {}
    parts = _by_queue(await COMPONENTS.list_of(tx, ids)) if Section.COMPONENTS in sections else {}
    releases = _by_queue(await VERSIONS.list_of(tx, ids)) if Section.VERSIONS in sections else {}
    people = await queues.team(tx, ids) if Section.TEAM in sections else {}
    return QueuesFound(
        page,
        total,
        await _references(tx, allowed, page, of_types, parts, people),
        types=of_types,
        components=parts,
        versions=releases,
        team=people,
        local_fields=_local(await fields.list_local(tx, ids)) if Section.FIELDS in sections else {},
        workflows={head.id: head for head in await workflows.list_heads(tx)} if needs_types else {},
        projects=await projects.list_all(tx) if Section.PROJECTS in sections else (),
    )


async def _references(
    tx: Transaction,
    allowed: Rights,
    page: Sequence[Queue],
    types: Mapping[int, Sequence[QueueType]],
    parts: Mapping[int, Sequence[Component]],
    people: Mapping[int, Sequence[int]],
) -> References:
    wanted = Lookup({})
    for queue in page:
        wanted.add(Kind.USER, [queue.lead_id, *people.get(queue.id, ())])
        wanted.add(Kind.USER, [component.lead_id for component in parts.get(queue.id, ())])
        wanted.add(Kind.TYPE, [queue.default_type_id, *(of.type_id for of in types.get(queue.id, ()))])
        wanted.add(Kind.PRIORITY, queue.default_priority_id)
        wanted.add(Kind.QUEUE, queue.id)
        for of in types.get(queue.id, ()):
            wanted.add(Kind.RESOLUTION, list(of.resolutions))
    return await references.load(tx, wanted, allowed)


def _by_queue(things: Sequence[OfQueue]) -> dict[int, list[OfQueue]]:
    ordered = sorted(things, key=lambda thing: (thing.queue_id, thing.id))
    return {queue_id: list(group) for queue_id, group in groupby(ordered, key=lambda thing: thing.queue_id)}


def _local(own: Sequence[Field]) -> dict[int, list[Field]]:
    found: dict[int, list[Field]] = {}
    for field in own:
        if field.queue_id is not None:
            found.setdefault(field.queue_id, []).append(field)
    return found
