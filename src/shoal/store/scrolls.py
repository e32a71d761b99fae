"""Searches read page by page from a snapshot of their result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from psycopg.sql import SQL

from shoal.store.db import Transaction
from shoal.store.search import Search


@dataclass(frozen=True, slots=True)
class Window:
    """The next ids of a scroll, how many were read up to and with them, and how many there are."""

    scroll_id: UUID
    ids: list[int]
    token: str
    position: int
    total: int


# How long a scroll is kept after its last use, whatever its reader asks for.
DELETE_EXPIRED = "DELETE FROM search_scroll WHERE org_id = %(org)s AND used_at < now() - interval '60 seconds'"

# The result stays in the database; it may be every issue there is.
INSERT = SQL("""
WITH found AS MATERIALIZED (SELECT ARRAY(SELECT i.id FROM issue i WHERE {} ORDER BY {}) AS ids)
INSERT INTO search_scroll (org_id, user_id, token, ids, position)
SELECT %(org)s, %(scroll_user)s, %(scroll_token)s, found.ids, least(%(scroll_limit)s, cardinality(found.ids)) FROM found
RETURNING id AS scroll_id, ids[1:position] AS ids, token, position, cardinality(ids) AS total""")


async def insert(tx: Transaction, search: Search, *, user_id: int, token: str, limit: int) -> Window:
    """Keep the result of a search, and read the first of it; throw away those that nobody reads on."""
    await tx.run(DELETE_EXPIRED)
    params = {**search.params, "scroll_user": user_id, "scroll_token": token, "scroll_limit": limit}
    window = await tx.row(INSERT.format(search.where, search.order), params, into=Window)
    assert window is not None
    return window


ADVANCE = """
UPDATE search_scroll SET position = least(position + %(limit)s, cardinality(ids)), used_at = now()
 WHERE org_id = %(org)s AND id = %(id)s AND user_id = %(user)s
   AND token = coalesce(%(token)s, token) AND used_at > now() - interval '60 seconds'
RETURNING id AS scroll_id, new.ids[old.position + 1 : new.position] AS ids, token, position,
          cardinality(ids) AS total"""


async def advance(tx: Transaction, scroll_id: UUID, *, user_id: int, token: str | None, limit: int) -> Window | None:
    """Read on; None when there is no such scroll of this user, or it has expired."""
    params = {"id": scroll_id, "user": user_id, "token": token, "limit": limit}
    return await tx.row(ADVANCE, params, into=Window)


DELETE = """
DELETE FROM search_scroll USING unnest(%(ids)s::uuid[], %(tokens)s::text[]) AS given (id, token)
 WHERE org_id = %(org)s AND search_scroll.id = given.id AND user_id = %(user)s
   AND search_scroll.token = given.token"""


async def delete(tx: Transaction, scrolls: Mapping[UUID, str], *, user_id: int) -> None:
    """Free these scrolls of the user, each named with its token."""
    await tx.run(DELETE, {"ids": list(scrolls), "tokens": list(scrolls.values()), "user": user_id})
