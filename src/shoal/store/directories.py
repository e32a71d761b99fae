"""What queues keep for their issues and issues refer to by id: components and versions. Each has a queue and counts its
changes in `version`; the columns are the fields of its class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Generic, TypeVar

from psycopg.sql import SQL, Composed, Identifier, Placeholder

from shoal.domain.component import Component
from shoal.domain.version import Version
from shoal.store.db import Transaction

Noun = TypeVar("Noun", bound=Component | Version)

FIND = "SELECT {columns} FROM {table} WHERE org_id = %(org)s AND id = %(id)s AND queue_id = ANY(%(readable)s)"
LOCK = "SELECT 1 FROM {table} WHERE org_id = %(org)s AND id = %(id)s FOR UPDATE"
HOLD = "SELECT 1 FROM {table} WHERE org_id = %(org)s AND queue_id = %(queue)s FOR KEY SHARE"
LIST = """
SELECT {columns} FROM {table} WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""
COUNT = "SELECT count(*) FROM {table} WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)"
INSERT = "INSERT INTO {table} (org_id, {kept}) VALUES (%(org)s, {values}) RETURNING {columns}"
UPDATE = """
UPDATE {table} SET ({kept}, version) = ROW({values}, version + 1) WHERE org_id = %(org)s AND id = %(id)s
RETURNING {columns}"""
IS_USED = """
SELECT EXISTS (SELECT FROM issue WHERE org_id = %(org)s AND queue_id = %(queue)s AND ({uses}))"""
USE = "{field} @> ARRAY[%(id)s::bigint]"
DELETE = "DELETE FROM {table} WHERE org_id = %(org)s AND id = %(id)s"


class Directory(Generic[Noun]):
    """The table of one kind, `noun`. `used_in` are the fields of issues that refer to it."""

    def __init__(self, noun: str, entry: type[Noun], *, used_in: Sequence[str]) -> None:
        self.noun = noun
        self._entry: type[Noun] = entry
        columns = [field.name for field in fields(entry)]
        self._kept = [name for name in columns if name not in ("id", "version")]
        self._parts = {
            "table": Identifier(noun),
            "columns": SQL(", ").join(map(Identifier, columns)),
            "kept": SQL(", ").join(map(Identifier, self._kept)),
            "values": SQL(", ").join(map(Placeholder, self._kept)),
            "uses": SQL(" OR ").join(SQL(USE).format(field=Identifier(name)) for name in used_in),
        }

    async def find(self, tx: Transaction, entry_id: int, *, readable: Sequence[int]) -> Noun | None:
        return await tx.row(self._sql(SQL(FIND)), {"id": entry_id, "readable": list(readable)}, into=self._entry)

    async def lock(self, tx: Transaction, entry_id: int) -> None:
        """Let nobody else change it before this transaction ends."""
        await tx.value(self._sql(SQL(LOCK)), {"id": entry_id})

    async def hold(self, tx: Transaction, queue_id: int) -> None:
        """Let nobody delete one of the queue before this transaction ends."""
        await tx.tuples(self._sql(SQL(HOLD)), {"queue": queue_id})

    async def list_of(
        self, tx: Transaction, queue_ids: Sequence[int], *, limit: int | None = None, offset: int = 0
    ) -> list[Noun]:
        """Those of these queues, or a page of them."""
        params = {"queues": list(queue_ids), "limit": limit, "offset": offset}
        return await tx.rows(self._sql(SQL(LIST)), params, into=self._entry)

    async def count_of(self, tx: Transaction, queue_ids: Sequence[int]) -> int:
        return int(await tx.value(self._sql(SQL(COUNT)), {"queues": list(queue_ids)}))

    async def insert(self, tx: Transaction, entry: Noun) -> Noun:
        """Store it, with an id of its own, as its first version."""
        return await self._store(tx, SQL(INSERT), entry)

    async def update(self, tx: Transaction, entry: Noun) -> Noun:
        """Store all of it, as its next version."""
        return await self._store(tx, SQL(UPDATE), entry)

    async def is_used(self, tx: Transaction, entry: Noun) -> bool:
        """Whether an issue of its queue has it."""
        return bool(await tx.value(self._sql(SQL(IS_USED)), {"queue": entry.queue_id, "id": entry.id}))

    async def delete(self, tx: Transaction, entry_id: int) -> None:
        await tx.run(self._sql(SQL(DELETE)), {"id": entry_id})

    async def _store(self, tx: Transaction, statement: SQL, entry: Noun) -> Noun:
        params = {"id": entry.id, **{name: getattr(entry, name) for name in self._kept}}
        stored = await tx.row(self._sql(statement), params, into=self._entry)
        assert stored is not None
        return stored

    def _sql(self, statement: SQL) -> Composed:
        return statement.format(**self._parts)


COMPONENTS = Directory("component", Component, used_in=("components",))
VERSIONS = Directory("version", Version, used_in=("fix_versions", "affected_versions"))
