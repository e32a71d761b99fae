"""Fields: the standard ones, and the custom ones of the organisation and of its queues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shoal.actions import queues
from shoal.domain import keys
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.errors import Conflict, Invalid, NotFound
from shoal.domain.fields import STANDARD, Field, Kind
from shoal.domain.problems import Problem, problem
from shoal.domain.reference import Lookup, References
from shoal.store import fields, references, rights
from shoal.store import queues as stored_queues
from shoal.store.db import Database, Transaction

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
LONGEST_NAME = 250
LONGEST_DESCRIPTION = 10_000
MOST_OPTIONS = 1000
LARGEST_POSITION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class FieldsFound:
    """Fields, and the queues that they belong to."""

    fields: Sequence[Field]
    references: References

    @property
    def field(self) -> Field:
        """The one field that was asked for."""
        return self.fields[0]


@dataclass(frozen=True, slots=True)
class FormedField:
    """A custom field, how one of its values is chosen where there are two ways, and when it was made."""

    field: Field
    form: str | None
    created_at: datetime


async def list_global(db: Database, actor: Actor) -> FieldsFound:
    """Every field that any issue may have: the standard ones, then the custom ones."""
    async with db.transaction(actor.org_id) as tx:
        return FieldsFound([*STANDARD.values(), *await fields.list_global(tx)], References())


async def get(db: Database, actor: Actor, name: str) -> FieldsFound:
    """The field of this name: a standard one, the key of a global one, or `custom.<id>`. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        if name in STANDARD:
            return FieldsFound([STANDARD[name]], References())
        own = [field for field in await fields.list_global(tx) if name in (field.key, field.name)]
        allowed = await rights.load(tx, actor)
        own = own or [field for field in await _local(tx, allowed) if field.name == name]
        return await _one(tx, allowed, own, name)


async def list_local(db: Database, actor: Actor, queue: str | None = None) -> FieldsFound:
    """The fields of one queue, or of all that the actor may read."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        if queue is None:
            return await _found(tx, allowed, await _local(tx, allowed))
        found = await queues.locate(tx, allowed, queue)
        return await _found(tx, allowed, await fields.list_local(tx, [found.id]))


async def get_local(db: Database, actor: Actor, queue: str, name: str) -> FieldsFound:
    """A field of the queue, by its key or as `custom.<id>`. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await queues.locate(tx, allowed, queue)
        own = [field for field in await fields.list_local(tx, [found.id]) if name in (field.key, field.name)]
        return await _one(tx, allowed, own, name)


async def create_global(db: Database, actor: Actor, new: Field) -> FieldsFound:
    """Make a field that every issue may have. Raises Forbidden, Invalid, or Conflict if the key is taken."""
    actor.require_admin()
    _check(new)
    async with db.transaction(actor.org_id) as tx:
        return FieldsFound([await fields.insert(tx, replace(new, queue_id=None))], References())


async def create_local(db: Database, actor: Actor, queue: str, new: Field) -> FieldsFound:
    """Make a field of one queue. Raises NotFound, Forbidden, Invalid, or Conflict if the queue has the key."""
    _check(new)
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await queues.locate(tx, allowed, queue)
        allowed.require(found.id, Right.GRANT, queue=found.key)
        return await _found(tx, allowed, [await fields.insert(tx, replace(new, queue_id=found.id))])


async def list_of_queue(db: Database, actor: Actor, queue: str) -> list[FormedField]:
    """The custom fields that the issues of the queue may have: the organisation's and its own. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        own = [*await fields.list_global(tx), *await fields.list_local(tx, [found.id])]
        return await _formed(tx, own)


async def create_named(db: Database, actor: Actor, queue: str, new: Field, *, form: str | None) -> FormedField:
    """Make a field of one queue with a key made from its name, which no other field of the queue has. Raises
    QueueNotFound, Forbidden, Invalid, Conflict."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await queues.locate(tx, allowed, queue)
        allowed.require(found.id, Right.GRANT, queue=found.key)
        await stored_queues.lock(tx, found.id)
        had = [*await fields.list_global(tx), *await fields.list_local(tx, [found.id])]
        name = (new.names or {}).get("en", "")
        if any(name in (field.names or {}).values() for field in had):
            raise Conflict("field_name_taken", name=name)
        taken = {*STANDARD, *(field.key for field in had if field.key)}
        wanted = replace(new, queue_id=found.id, key=keys.field_key(name, taken))
        _check(wanted)
        return (await _formed(tx, [await fields.insert(tx, wanted, form=form)]))[0]


async def _formed(tx: Transaction, found: Sequence[Field]) -> list[FormedField]:
    made = await fields.made(tx, [field.id for field in found if field.id is not None])
    return [FormedField(field, *made[field.id]) for field in found if field.id is not None]


def _check(new: Field) -> None:
    wrong = []
    if new.key is None or not KEY.fullmatch(new.key):
        wrong.append(problem("field_key_form", "key"))
    if not all(map(_is_name, (new.names or {"en": ""}).values())):
        wrong.append(problem("name_length", "name", most=LONGEST_NAME))
    if len(new.description) > LONGEST_DESCRIPTION:
        wrong.append(problem("characters", "description", most=LONGEST_DESCRIPTION))
    if not 0 <= new.position <= LARGEST_POSITION:
        wrong.append(problem("out_of_range", "position"))
    wrong += _wrong_options(new)
    if wrong:
        raise Invalid.of(wrong)
    if new.key in STANDARD:
        raise Conflict("field_of_every_issue", key=str(new.key))


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= LONGEST_NAME


def _wrong_options(new: Field) -> list[Problem]:
    if new.options is None:
        return []
    if new.kind not in (Kind.STRING, Kind.TEXT):
        return [problem("options_of_text", "options")]
    if len(new.options) > MOST_OPTIONS or any(not option or len(option) > LONGEST_NAME for option in new.options):
        return [problem("options_count", "options", most=MOST_OPTIONS, longest=LONGEST_NAME)]
    return []


async def _local(tx: Transaction, allowed: Rights) -> list[Field]:
    return await fields.list_local(tx, allowed.queues(Right.READ))


async def _one(tx: Transaction, allowed: Rights, own: Sequence[Field], name: str) -> FieldsFound:
    if not own:
        raise NotFound("no_field", field=name)
    return await _found(tx, allowed, own[:1])


async def _found(tx: Transaction, allowed: Rights, own: Sequence[Field]) -> FieldsFound:
    wanted = Lookup({})
    wanted.add(Kind.QUEUE, [field.queue_id for field in own])
    return FieldsFound(own, await references.load(tx, wanted, allowed))
