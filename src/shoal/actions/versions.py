"""Versions. Everybody who may read a queue sees its versions; who may grant rights in it keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shoal.actions import directories
from shoal.domain.actor import Actor
from shoal.domain.directory import check_texts, given
from shoal.domain.reference import References
from shoal.domain.version import NewVersion, Version, VersionEdit
from shoal.store import rights
from shoal.store.db import Database
from shoal.store.directories import VERSIONS


@dataclass(frozen=True, slots=True)
class VersionsFound:
    """A page of versions, of how many, and what they refer to."""

    versions: Sequence[Version]
    total: int
    references: References


async def get(db: Database, actor: Actor, version_id: int) -> VersionsFound:
    return VersionsFound(*await directories.get(db, actor, VERSIONS, version_id))


async def list_page(db: Database, actor: Actor, *, limit: int, offset: int) -> VersionsFound:
    """A page of the versions of every queue that the actor may read."""
    return VersionsFound(*await directories.list_page(db, actor, VERSIONS, limit=limit, offset=offset))


async def list_of_queue(db: Database, actor: Actor, queue: str) -> VersionsFound:
    return VersionsFound(*await directories.list_of_queue(db, actor, VERSIONS, queue))


async def create(db: Database, actor: Actor, new: NewVersion) -> VersionsFound:
    """Make a version. Raises UnknownValue, Forbidden, Invalid, or Conflict if the queue has one of this name."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        queue_id = await directories.queue_to_keep(tx, allowed, new.queue)
        check_texts(new.name, new.description)
        version = Version(0, queue_id, new.name, new.description, new.start_date, new.due_date, False, False, 1)
        made = [await VERSIONS.insert(tx, version)]
        return VersionsFound(made, 1, await directories.refer(tx, allowed, made))


async def edit(
    db: Database, actor: Actor, version_id: int, changes: VersionEdit, *, version: int | None = None
) -> VersionsFound:
    """Change a version. Raises Stale if `version` is given and is not its record's version any more."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        before = await directories.for_change(tx, allowed, VERSIONS, version_id, version=version)
        after = [await directories.save(tx, VERSIONS, before, replace(before, **given(changes)))]
        return VersionsFound(after, 1, await directories.refer(tx, allowed, after))


async def delete(db: Database, actor: Actor, version_id: int, *, version: int | None = None) -> None:
    """Take a version away. Raises Conflict while issues have it: those would be changed without a trace."""
    await directories.delete(db, actor, VERSIONS, version_id, version=version)
