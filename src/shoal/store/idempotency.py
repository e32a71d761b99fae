"""Keys of requests, each with the answer, for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shoal.store.db import Transaction


@dataclass(frozen=True, slots=True)
class Kept:
    """What was asked, by its hash, and answered."""

    request_hash: bytes
    answer: bytes


# Waits for whoever has claimed the same key and is not done.
CLAIM = """
INSERT INTO idempotency_key AS kept (org_id, user_id, key, request_hash)
VALUES (%(org)s, %(user)s, %(key)s, %(hash)s)
ON CONFLICT (org_id, user_id, key) DO UPDATE SET request_hash = excluded.request_hash, used_at = excluded.used_at
    WHERE kept.used_at <= now() - interval '24 hours'
RETURNING true"""


async def claim(tx: Transaction, user_id: int, key: str, request_hash: bytes) -> bool:
    """Let the key stand for this request; False if it stands for one already."""
    return bool(await tx.value(CLAIM, {"user": user_id, "key": key, "hash": request_hash}))


KEEP = """
UPDATE idempotency_key SET answer = %(answer)s
 WHERE org_id = %(org)s AND user_id = %(user)s AND key = %(key)s"""


async def keep(tx: Transaction, user_id: int, key: str, answer: bytes) -> None:
    """Keep the answer of the request that claimed the key."""
    await tx.run(KEEP, {"user": user_id, "key": key, "answer": answer})


FIND = """
SELECT request_hash, answer FROM idempotency_key
 WHERE org_id = %(org)s AND user_id = %(user)s AND key = %(key)s"""


async def find(tx: Transaction, user_id: int, key: str) -> Kept | None:
    """What the key stands for."""
    return await tx.row(FIND, {"user": user_id, "key": key}, into=Kept)


PURGE = """
DELETE FROM idempotency_key WHERE org_id = %(org)s AND (user_id, key) IN (
    SELECT user_id, key FROM idempotency_key WHERE org_id = %(org)s AND used_at <= %(now)s - interval '24 hours'
     ORDER BY used_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)"""


async def purge(tx: Transaction, now: datetime, *, most: int = 1000) -> int:
    """Forget the oldest of those that are a day old; how many."""
    return await tx.run(PURGE, {"now": now, "most": most})
