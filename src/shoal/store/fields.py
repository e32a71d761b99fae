"""Custom fields: global ones, and those of one queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from shoal.domain.fields import Field
from shoal.store.db import Transaction

GLOBAL = """
SELECT 'custom.' || id AS name, id, queue_id, key, name AS names, description, kind, is_list, options, position,
       version
  FROM field WHERE org_id = %(org)s AND queue_id IS NULL
 ORDER BY position, id"""


async def list_global(tx: Transaction) -> list[Field]:
    """The custom fields that every issue may have."""
    return await tx.rows(GLOBAL, into=Field)


LOCAL = """
SELECT 'custom.' || id AS name, id, queue_id, key, name AS names, description, kind, is_list, options, position,
       version
  FROM field WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s)
 ORDER BY queue_id, position, id"""


async def list_local(tx: Transaction, queue_ids: Sequence[int]) -> list[Field]:
    """The fields of these queues."""
    return await tx.rows(LOCAL, {"queues": list(queue_ids)}, into=Field)


BY_ID = """
SELECT 'custom.' || id AS name, id, queue_id, key, name AS names, description, kind, is_list, options, position,
       version
  FROM field WHERE org_id = %(org)s AND id = ANY(%(ids)s)"""


async def by_name(tx: Transaction, ids: Sequence[int], *, nameable: Sequence[int]) -> Mapping[str, Field]:
    """The custom fields with these ids, by name: global ones, and those of the `nameable` queues."""
    found = await tx.rows(BY_ID, {"ids": list(ids)}, into=Field) if ids else []
    return {field.name: field for field in found if field.queue_id is None or field.queue_id in nameable}


async def find(tx: Transaction, field_id: int) -> Field | None:
    return await tx.row(BY_ID, {"ids": [field_id]}, into=Field)


BY_NAME = """
SELECT 'custom.' || id AS name, id, queue_id, key, name AS names, description, kind, is_list, options, position,
       version
  FROM field
 WHERE org_id = %(org)s AND ('custom.' || id = ANY(%(names)s) OR key = ANY(%(names)s))
   AND (queue_id IS NULL OR queue_id = ANY(%(readable)s))"""


async def named(tx: Transaction, names: Sequence[str], *, readable: Sequence[int]) -> list[Field]:
    """The custom fields that these names may mean: `custom.<id>`, or the key of a global field or of a local one of
    the `readable` queues."""
    params = {"names": list(names), "readable": list(readable)}
    return await tx.rows(BY_NAME, params, into=Field)


INSERT = """
INSERT INTO field (org_id, queue_id, key, name, description, kind, is_list, options, position, form)
VALUES (%(org)s, %(queue)s, %(key)s, %(names)s, %(description)s, %(kind)s, %(is_list)s, %(options)s, %(position)s,
        %(form)s)
RETURNING 'custom.' || id AS name, id, queue_id, key, name AS names, description, kind, is_list, options, position,
          version"""


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
    made = await tx.row(INSERT, params, into=Field)
    assert made is not None
    return made


MADE = "SELECT id, form, created_at FROM field WHERE org_id = %(org)s AND id = ANY(%(ids)s)"


async def made(tx: Transaction, ids: Sequence[int]) -> Mapping[int, tuple[str | None, datetime]]:
    """How a value of each of these fields is chosen, and when the field was made."""
    return {id_: (form, at) for id_, form, at in await tx.tuples(MADE, {"ids": list(ids)})}
