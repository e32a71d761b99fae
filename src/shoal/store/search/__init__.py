"""A query as SQL: which issues, in which order.

First the names in the query are looked up, one statement for each kind of thing (`names.py`, `fields.py`). Then the
tree becomes a condition, a small function for each kind of node and field (`terms.py`, `references.py`, `texts.py`,
`spans.py`), and the sort an ORDER BY (`order.py`). What people wrote goes into parameters and nowhere else.

    search = await store.search.prepare(tx, actor, query, readable=rights.queues(Right.READ), now=now)
    ids = await store.search.find_ids(tx, search, limit=50)

or, where the issues are not to leave the database, `INSERT ... SELECT i.id FROM issue i WHERE {search.where}` with
`search.params`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Placeholder

from shoal.domain.actor import Actor
from shoal.domain.query import Query
from shoal.store.db import Transaction
from shoal.store.search.fields import resolve_fields
from shoal.store.search.names import resolve_names
from shoal.store.search.order import order_by
from shoal.store.search.params import Params
from shoal.store.search.terms import condition

__all__ = ["Search", "count", "find_ids", "prepare", "within"]


@dataclass(frozen=True, slots=True)
class Search:
    """A condition on `issue AS i` and an order of it. `params` are those of both; `org` is bound as ever."""

    where: Composed
    order: Composable
    params: Mapping[str, Any]


async def prepare(tx: Transaction, actor: Actor, query: Query, *, readable: Sequence[int], now: datetime) -> Search:
    """The query as SQL, for issues in the `readable` queues only.

    Raises QuerySyntaxError for an unknown field or what does not fit one, UnknownValue for what a field cannot hold.
    """
    where, fields = await resolve_fields(tx, query, readable=readable)
    names = await resolve_names(tx, actor, where, fields, readable=readable, now=now)
    params = Params()
    parts = [WALL.format(params.add(list(readable), SQL("bigint[]")))]
    if where is not None:
        parts.append(SQL("({})").format(condition(where, names, params)))
    return Search(SQL(" AND ").join(parts), order_by(query.sort, fields, params), params.values)


WALL = SQL("i.org_id = %(org)s AND i.queue_id = ANY({})")

FIND = SQL("SELECT i.id FROM issue i WHERE {} ORDER BY {} LIMIT %(limit)s OFFSET %(offset)s")


async def find_ids(tx: Transaction, search: Search, *, limit: int | None = None, offset: int = 0) -> list[int]:
    """The ids of the issues found, in order."""
    statement = FIND.format(search.where, search.order)
    params = {**search.params, "limit": limit, "offset": offset}
    return [row[0] for row in await tx.tuples(statement, params)]


COUNT = SQL("SELECT count(*) FROM issue i WHERE {}")


async def count(tx: Transaction, search: Search) -> int:
    """How many issues are found."""
    return int(await tx.value(COUNT.format(search.where), search.params))


LISTED = SQL("{} AND i.id = ANY({}::bigint[])")


def within(search: Search, ids: Sequence[int]) -> Search:
    """The same search among these issues only."""
    where = LISTED.format(search.where, Placeholder("listed"))
    return Search(where, search.order, {**search.params, "listed": list(ids)})
