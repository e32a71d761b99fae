"""Versions. Everybody who may read a queue sees its versions; who may grant rights in it keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from msgspec import UNSET

from shoal.actions import queues
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.errors import Conflict, Invalid, NotFound, Stale
from shoal.domain.fields import Kind
from shoal.domain.reference import References, Wanted
from shoal.domain.version import NewVersion, Version, VersionEdit
from shoal.store import names, references, rights, versions
from shoal.store.db import Database, Transaction

LONGEST_NAME = 250
LONGEST_DESCRIPTION = 100_000


@dataclass(frozen=True, slots=True)
class VersionsFound:
    """A page of versions, of how many, and what they refer to."""

    versions: Sequence[Version]
    total: int
    references: References


async def get(db: Database, actor: Actor, version_id: int) -> VersionsFound:
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        return await _found(tx, allowed, [await _locate(tx, allowed, version_id)])


async def list_page(db: Database, actor: Actor, *, limit: int, offset: int) -> VersionsFound:
    """A page of the versions of every queue that the actor may read."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        readable = allowed.queues(Right.READ)
        page = await versions.list_of(tx, readable, limit=limit, offset=offset)
        return await _found(tx, allowed, page, await versions.count_of(tx, readable))


async def list_of_queue(db: Database, actor: Actor, queue: str) -> VersionsFound:
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        found = await queues.locate(tx, allowed, queue)
        return await _found(tx, allowed, await versions.list_of(tx, [found.id]))


async def create(db: Database, actor: Actor, new: NewVersion) -> VersionsFound:
    """Make a version. Raises UnknownValue, Forbidden, Invalid, or Conflict if the queue has one of this name."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        readable = allowed.queues(Right.READ)
        queue_id = await names.find(tx, "queue", Kind.QUEUE, new.queue, readable=readable)
        allowed.require(queue_id, Right.GRANT, queue=str(new.queue))
        _check(Version(0, queue_id, new.name, new.description, new.start_date, new.due_date, False, False, 1))
        version_id = await versions.insert(
            tx,
            queue_id=queue_id,
            name=new.name,
            description=new.description,
            start_date=new.start_date,
            due_date=new.due_date,
        )
        return await _found(tx, allowed, [await _locate(tx, allowed, version_id)])


async def edit(
    db: Database, actor: Actor, version_id: int, changes: VersionEdit, *, version: int | None = None
) -> VersionsFound:
    """Change a version. Raises Stale if `version` is given and is not its record's version any more."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        before = await _for_change(tx, allowed, version_id, version)
        given = {field.name: getattr(changes, field.name) for field in fields(changes)}
        after = replace(before, **{name: value for name, value in given.items() if value is not UNSET})
        _check(after)
        if after != before:
            await versions.update(tx, after)
        return await _found(tx, allowed, [await _locate(tx, allowed, version_id)])


async def delete(db: Database, actor: Actor, version_id: int, *, version: int | None = None) -> None:
    """Take a version away. Raises Conflict while issues have it: those would be changed without a trace."""
    async with db.transaction(actor.org_id) as tx:
        found = await _for_change(tx, await rights.load(tx, actor), version_id, version)
        if await versions.is_used(tx, found):
            raise Conflict("issues have this version; archive it instead")
        await versions.delete(tx, version_id)


async def _for_change(tx: Transaction, allowed: Rights, version_id: int, version: int | None) -> Version:
    await versions.lock(tx, version_id)
    found = await _locate(tx, allowed, version_id)
    allowed.require(found.queue_id, Right.GRANT, queue="of this version")
    if version is not None and version != found.version:
        raise Stale(f"the record of this version has version {found.version}")
    return found


def _check(version: Version) -> None:
    if not version.name.strip() or len(version.name) > LONGEST_NAME:
        raise Invalid({"name": f"a name has 1 to {LONGEST_NAME} characters"})
    if len(version.description) > LONGEST_DESCRIPTION:
        raise Invalid({"description": f"at most {LONGEST_DESCRIPTION} characters"})


async def _locate(tx: Transaction, allowed: Rights, version_id: int) -> Version:
    version = await versions.find(tx, version_id, readable=allowed.queues(Right.READ))
    if version is None:
        raise NotFound(f"there is no version {version_id}")
    return version


async def _found(tx: Transaction, allowed: Rights, page: Sequence[Version], total: int | None = None) -> VersionsFound:
    wanted = Wanted({})
    wanted.add(Kind.QUEUE, [version.queue_id for version in page])
    known = await references.load(tx, wanted, readable=allowed.queues(Right.READ))
    return VersionsFound(page, len(page) if total is None else total, known)
