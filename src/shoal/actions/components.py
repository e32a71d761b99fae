"""Components. Everybody who may read a queue sees its components; who may grant rights in it keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import UNSET

from shoal.actions import queues, uses
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.component import Component, ComponentEdit, NewComponent
from shoal.domain.errors import Conflict, Invalid, NotFound, Stale, UnknownValue
from shoal.domain.fields import Kind
from shoal.domain.reference import References, Wanted
from shoal.store import components, names, references, rights
from shoal.store.db import Database, Transaction

LONGEST_NAME = 250
LONGEST_DESCRIPTION = 100_000


@dataclass(frozen=True, slots=True)
class ComponentsFound:
    """A page of components, of how many, and what they refer to."""

    components: Sequence[Component]
    total: int
    references: References


async def get(db: Database, actor: Actor, component_id: int) -> ComponentsFound:
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        return await _found(tx, allowed, [await _locate(tx, allowed, component_id)])


async def list_page(db: Database, actor: Actor, *, limit: int, offset: int) -> ComponentsFound:
    """A page of the components of every queue that the actor may read."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        readable = allowed.queues(Right.READ)
        page = await components.list_of(tx, readable, limit=limit, offset=offset)
        return await _found(tx, allowed, page, await components.count_of(tx, readable))


async def list_of_queue(db: Database, actor: Actor, queue: str) -> ComponentsFound:
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await queues.locate(tx, allowed, queue)
        return await _found(tx, allowed, await components.list_of(tx, [found.id]))


async def create(db: Database, actor: Actor, new: NewComponent) -> ComponentsFound:
    """Make a component. Raises UnknownValue, Forbidden, Invalid, or Conflict if the queue has one of this name."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        readable = allowed.queues(Right.READ)
        queue_id = await names.find(tx, "queue", Kind.QUEUE, new.queue, readable=readable)
        allowed.require(queue_id, Right.GRANT, queue=str(new.queue))
        component = Component(0, queue_id, new.name, new.description, None, new.assign_auto, False, 1)
        _check(component)
        if new.parent_id is not None:
            await _check_parent(tx, queue_id, new.parent_id)
        component_id = await components.insert(
            tx,
            queue_id=queue_id,
            name=new.name,
            description=new.description,
            lead_id=None if new.lead is None else await names.find(tx, "lead", Kind.USER, new.lead),
            assign_auto=new.assign_auto,
            parent_id=new.parent_id,
        )
        return await _found(tx, allowed, [await _locate(tx, allowed, component_id)])


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
        before = await _for_change(tx, allowed, component_id, version, queue)
        after = await _changed(tx, before, changes)
        _check(after)
        if after != before:
            await components.update(tx, after)
        return await _found(tx, allowed, [await _locate(tx, allowed, component_id)])


async def delete(db: Database, actor: Actor, component_id: int, *, version: int | None = None) -> None:
    """Take a component away. Raises Conflict while issues have it: those would be changed without a trace."""
    async with db.transaction(actor.org_id) as tx:
        component = await _for_change(tx, await rights.load(tx, actor), component_id, version)
        if await components.is_used(tx, component):
            raise Conflict("issues have this component; archive it instead")
        await components.delete(tx, component_id)


async def delete_from_issues(db: Database, actor: Actor, queue: str, component_id: int) -> None:
    """Take a component of the queue away, and off every issue that has it. Raises NotFound, Forbidden, and Conflict if
    it has parts, or is on issues that the actor may not change."""
    async with db.transaction(actor.org_id) as tx:
        component = await _for_change(tx, await rights.load(tx, actor), component_id, None, queue)
        if not component.archived:  # an archived one is no value any more, and stays where it is
            await uses.take_off(tx, actor, "components", component.id)
        elif await components.is_used(tx, component):
            raise Conflict("issues have this component, which is archived")
        await components.delete(tx, component.id)


async def _for_change(
    tx: Transaction, allowed: Rights, component_id: int, version: int | None, queue: str | None = None
) -> Component:
    of_queue = None if queue is None else (await queues.locate(tx, allowed, queue)).id
    await components.lock(tx, component_id)
    component = await _locate(tx, allowed, component_id)
    if of_queue not in (None, component.queue_id):
        raise NotFound(f"there is no component {component_id} in the queue")
    allowed.require(component.queue_id, Right.GRANT, queue="of this component")
    if version is not None and version != component.version:
        raise Stale(f"the component has version {component.version}")
    return component


async def _check_parent(tx: Transaction, queue_id: int, parent_id: int) -> None:
    """A part belongs to the same queue as the whole."""
    await components.lock(tx, parent_id)
    parent = await components.find(tx, parent_id, readable=[queue_id])
    if parent is None or parent.archived:
        raise UnknownValue("parent", str(parent_id))


async def _changed(tx: Transaction, before: Component, changes: ComponentEdit) -> Component:
    after = before
    if changes.lead is not UNSET:
        lead_id = None if changes.lead is None else await names.find(tx, "lead", Kind.USER, changes.lead)
        after = replace(after, lead_id=lead_id)
    plain = {name: getattr(changes, name) for name in ("name", "description", "assign_auto", "archived")}
    return replace(after, **{name: value for name, value in plain.items() if value is not UNSET})


def _check(component: Component) -> None:
    if not component.name.strip() or len(component.name) > LONGEST_NAME:
        raise Invalid({"name": f"a name has 1 to {LONGEST_NAME} characters"})
    if len(component.description) > LONGEST_DESCRIPTION:
        raise Invalid({"description": f"at most {LONGEST_DESCRIPTION} characters"})


async def _locate(tx: Transaction, allowed: Rights, component_id: int) -> Component:
    component = await components.find(tx, component_id, readable=allowed.queues(Right.READ))
    if component is None:
        raise NotFound(f"there is no component {component_id}")
    return component


async def _found(
    tx: Transaction, allowed: Rights, page: Sequence[Component], total: int | None = None
) -> ComponentsFound:
    wanted = Wanted({})
    wanted.add(Kind.QUEUE, [component.queue_id for component in page])
    wanted.add(Kind.USER, [component.lead_id for component in page])
    known = await references.load(tx, wanted, readable=allowed.queues(Right.READ))
    return ComponentsFound(page, len(page) if total is None else total, known)
