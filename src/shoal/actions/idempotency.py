"""Requests with a key: each is done once, however often it is made within a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from shoal.domain.actor import Actor
from shoal.domain.errors import KeyUsed
from shoal.store import idempotency as store
from shoal.store.db import Database

PURGED_AT_ONCE = 100
"""Of the keys that are a day old each new one takes some away, so that there are never many more than a day's."""


async def once(db: Database, actor: Actor, key: str, request_hash: bytes, act: Callable[[], Awaitable[bytes]]) -> bytes:
    """Act, and keep the answer; the answer that was kept, if this was done before.

    The key, all that is done, and the answer are committed together. So whoever asks again finds all of them or none,
    whenever a process died; and one who asks meanwhile waits. What raises leaves nothing. Raises KeyUsed when the key
    stands for another request.
    """
    async with db.whole(actor.org_id) as tx:
        if await store.claim(tx, actor.user_id, key, request_hash):
            await store.purge(tx, datetime.now(UTC), most=PURGED_AT_ONCE)
            answer = await act()
            await store.keep(tx, actor.user_id, key, answer)
            return answer
        kept = await store.find(tx, actor.user_id, key)
    if kept is None or kept.request_hash != request_hash:
        raise KeyUsed
    return kept.answer
