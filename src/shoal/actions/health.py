"""Whether the database can be worked with; asked by anybody, and so often that the answer is kept for a second."""

from __future__ import annotations

import asyncio
from time import monotonic

from shoal.domain.errors import Unavailable
from shoal.store.db import Database

PATIENCE = 2.0
FRESH_FOR = 1.0


class Health:
    """The health of one database, looked at by one caller at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = asyncio.Lock()
        self._stale_at = 0.0
        self._problem: str | None = None

    async def problem(self) -> str | None:
        """What is wrong with the database; None while all is well."""
        async with self._lock:
            if monotonic() >= self._stale_at:
                self._problem = await self._look()
                self._stale_at = monotonic() + FRESH_FOR
            return self._problem

    async def _look(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE), self._db.door.transaction(None) as tx:
                await tx.value("SELECT 1")
        except (Unavailable, TimeoutError):
            return EXHAUSTED if self._db.door.is_full else AWAY
        return EXHAUSTED if self._db.is_stuck else None


AWAY = "the database does not answer"
EXHAUSTED = "all connections to the database are taken"
