"""Components. Everybody who may read a queue sees its components; who may grant rights in it keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shoal.actions import directories, queues, uses
from shoal.domain.actor import Actor, Rights
from shoal.domain.component import Component, ComponentEdit, NewComponent
from shoal.domain.directory import check_texts, given
from shoal.domain.errors import Conflict, NotFound, UnknownValue
from shoal.domain.fields import Kind
from shoal.domain.patch import Operand
from shoal.domain.reference import References
from shoal.store import names, rights
from shoal.store.db import Database, Transaction
from shoal.store.directories import COMPONENTS


@dataclass(frozen=True, slots=True)
class ComponentsFound:
    """A page of components, of how many, and what they refer to."""

    components: Sequence[Component]
    total: int
    references: References


async def get(db: Database, actor: Actor, component_id: int) -> ComponentsFound:
    return ComponentsFound(*await directories.get(db, actor, COMPONENTS, component_id))


async def list_page(db: Database, actor: Actor, *, limit: int, offset: int) -> ComponentsFound:
    """A page of the components of every queue that the actor may read."""
    return ComponentsFound(*await directories.list_page(db, actor, COMPONENTS, limit=limit, offset=offset))


async def list_of_queue(db: Database, actor: Actor, queue: str) -> ComponentsFound:
    return ComponentsFound(*await directories.list_of_queue(db, actor, COMPONENTS, queue))


async def create(db: Database, actor: Actor, new: NewComponent) -> ComponentsFound:
    """Make a component. Raises UnknownValue, Forbidden, Invalid, or Conflict if the queue has one of this name."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        queue_id = await directories.queue_to_keep(tx, allowed, new.queue)
        check_texts(new.name, new.description)
        if new.parent_id is not None:
            await _check_parent(tx, queue_id, new.parent_id)
        lead_id = await _lead(tx, new.lead)
        component = Component(
            0, queue_id, new.name, new.description, lead_id, new.assign_auto, False, 1, parent_id=new.parent_id
        )
        made = [await COMPONENTS.insert(tx, component)]
        return ComponentsFound(made, 1, await directories.refer(tx, allowed, made))


async def edit(
    db: Database,
    actor: Actor,
    component_id: int,
    changes: ComponentEdit,
    *,
    version: int | None = None,
    queue: str | None = None,
) -> ComponentsFound:
    """Change a component, of this queue if one is told. Raises Stale if `version` is given and is not its version any
    more."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        before = await _for_change(tx, allowed, component_id, version=version, queue=queue)
        values = given(changes)
        if "lead" in values:
            values["lead_id"] = await _lead(tx, values.pop("lead"))
        after = [await directories.save(tx, COMPONENTS, before, replace(before, **values))]
        return ComponentsFound(after, 1, await directories.refer(tx, allowed, after))


async def delete(db: Database, actor: Actor, component_id: int, *, version: int | None = None) -> None:
    """Take a component away. Raises Conflict while issues have it: those would be changed without a trace."""
    await directories.delete(db, actor, COMPONENTS, component_id, version=version)


async def delete_from_issues(db: Database, actor: Actor, queue: str, component_id: int) -> None:
    """Take a component of the queue away, and off every issue that has it. Raises NotFound, Forbidden, and Conflict if
    it has parts, or is on issues that the actor may not change."""
    async with db.transaction(actor.org_id) as tx:
        component = await _for_change(tx, await rights.load(tx, actor), component_id, queue=queue)
        if not component.archived:  # an archived one is no value any more, and stays where it is
            await uses.take_off(tx, actor, "components", component.id)
        elif await COMPONENTS.is_used(tx, component):
            raise Conflict("archived_component_in_use")
        await COMPONENTS.delete(tx, component.id)


async def _for_change(
    tx: Transaction, allowed: Rights, component_id: int, *, version: int | None = None, queue: str | None = None
) -> Component:
    of_queue = None if queue is None else (await queues.locate(tx, allowed, queue)).id
    component = await directories.locate(tx, allowed, COMPONENTS, component_id)
    if of_queue not in (None, component.queue_id):
        raise NotFound("no_component_in_queue", component=component_id)
    return await directories.for_change(tx, allowed, COMPONENTS, component_id, version=version)


async def _check_parent(tx: Transaction, queue_id: int, parent_id: int) -> None:
    """A part belongs to the same queue as the whole."""
    await COMPONENTS.lock(tx, parent_id)
    parent = await COMPONENTS.find(tx, parent_id, readable=[queue_id])
    if parent is None or parent.archived:
        raise UnknownValue("parent", str(parent_id))


async def _lead(tx: Transaction, lead: Operand | None) -> int | None:
    return None if lead is None else await names.find(tx, "lead", Kind.USER, lead)
