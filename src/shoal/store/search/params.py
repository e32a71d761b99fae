"""The values of a statement that is put together at run time."""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Composed, Placeholder

from shoal.domain.errors import QuerySyntaxError

MOST = 1000
"""Parameters of one search. All the ids of a field are one, so that a list of keys may be as long as it likes."""


class Params:
    """Each value under a name that no hand-written statement uses."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.joins = 0

    def add(self, value: object, type_: SQL) -> Composed:
        """A placeholder for the value, cast to the type: the driver would else choose one by its size."""
        if len(self.values) >= MOST:
            raise QuerySyntaxError("too_many_values", most=MOST)
        name = f"search_{len(self.values)}"
        self.values[name] = value
        return SQL("{}::{}").format(Placeholder(name), type_)

    def ids(self, ids: tuple[int, ...]) -> Composed:
        return self.add(list(ids), SQL("bigint[]"))

    def words(self, words: tuple[str, ...]) -> Composed:
        return self.add(list(words), SQL("text[]"))

    def text(self, text: str) -> Composed:
        return self.add(text, SQL("text"))
