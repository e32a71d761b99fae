"""Custom fields: global ones, and those of one queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from shoal.domain.fields import Field, Kind, custom_name
from shoal.store.db import Transaction


@dataclass(frozen=True, slots=True)
class CustomRow:
    id: int
    queue_id: int | None
    key: str
    name: dict[str, str]
    description: str
    kind: str
    is_list: bool
    options: list[str] | None
    position: int
    version: int

    def as_field(self) -> Field:
        return Field(
            name=custom_name(self.id),
            kind=Kind(self.kind),
            is_list=self.is_list,
            id=self.id,
            key=self.key,
            queue_id=self.queue_id,
            names=self.name,
            description=self.description,
            options=tuple(self.options) if self.options is not None else None,
            position=self.position,
            version=self.version,
        )


GLOBAL = """
SELECT id, queue_id, key, name, description, kind, is_list, options, position, version
  FROM field WHERE org_id = %(org)s AND queue_id IS NULL
 ORDER BY position, id"""


async def list_global(tx: Transaction) -> list[Field]:
    """The custom fields that every issue may have."""
    return [row.as_field() for row in await tx.rows(GLOBAL, into=CustomRow)]


LOCAL = """
SELECT id, queue_id, key, name, description, kind, is_list, options, position, version
  FROM field WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)
 ORDER BY queue_id, position, id"""


async def list_local(tx: Transaction, queue_ids: Sequence[int]) -> list[Field]:
    """The fields of these queues."""
    return [row.as_field() for row in await tx.rows(LOCAL, {"queues": list(queue_ids)}, into=CustomRow)]


FIND = """
SELECT id, queue_id, key, name, description, kind, is_list, options, position, version
  FROM field WHERE org_id = %(org)s AND id = %(id)s"""


async def find(tx: Transaction, field_id: int) -> Field | None:
    row = await tx.row(FIND, {"id": field_id}, into=CustomRow)
    return None if row is None else row.as_field()


BY_NAME = """
SELECT id, queue_id, key, name, description, kind, is_list, options, position, version
  FROM field
 WHERE org_id = %(org)s AND ('custom.' || id = ANY(%(names)s) OR key = ANY(%(names)s))
   AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))"""


async def named(tx: Transaction, names: Sequence[str], *, readable: Sequence[int]) -> list[Field]:
    """The custom fields that these names may mean: `custom.<id>`, or the key of a global field or of a local one of
    the `readable` queues."""
    params = {"names": list(names), "readable": list(readable)}
    return [row.as_field() for row in await tx.rows(BY_NAME, params, into=CustomRow)]


INSERT = """
INSERT INTO field (org_id, queue_id, key, name, description, kind, is_list, options, position, form)
VALUES (%(org)s, %(queue)s, %(key)s, %(names)s, %(description)s, %(kind)s, %(is_list)s, %(options)s, %(position)s,
        %(form)s)
RETURNING id, queue_id, key, name, description, kind, is_list, options, position, version"""


async def insert(tx: Transaction, field: Field, *, form: str | None = None) -> Field:
    """Make a custom field; its id and its name are the database's, whatever was given."""
    params: Mapping[str, object] = {
        "queue": field.queue_id,
        "key": field.key,
        "names": Jsonb(dict(field.names or {})),
        "description": field.description,
        "kind": field.kind,
        "is_list": field.is_list,
        "options": None if field.options is None else list(field.options),
        "position": field.position,
        "form": form,
    }
    row = await tx.row(INSERT, params, into=CustomRow)
    assert row is not None
    return row.as_field()


MADE = "SELECT id, form, created_at FROM field WHERE org_id = %(org)s AND id = ANY(%(ids)s)"


async def made(tx: Transaction, ids: Sequence[int]) -> Mapping[int, tuple[str | None, datetime]]:
    """How a value of each of these fields is chosen, and when the field was made."""
    return {id_: (form, at) for id_, form, at in await tx.tuples(MADE, {"ids": list(ids)})}
