"""Signatures of requests that changed something, for as long as they would be fresh."""

from __future__ import annotations

from datetime import datetime

from shoal.store.db import Transaction

# `used_at` stays that of the first use: repetitions do not buy each other time.
USE = """
INSERT INTO used_signature AS used (org_id, hash, connection, expires_at)
VALUES (%(org)s, %(hash)s, %(connection)s, %(expires_at)s)
ON CONFLICT (org_id, hash) DO UPDATE SET expires_at = excluded.expires_at
    WHERE used.connection = excluded.connection AND used.used_at > clock_timestamp() - interval '2 seconds'
RETURNING true"""


async def use(tx: Transaction, digest: bytes, *, expires_at: datetime, connection: str | None) -> bool:
    """Note a use; False if it is a second one, except over the same connection within two seconds of the first."""
    params = {"hash": digest, "expires_at": expires_at, "connection": connection}
    return bool(await tx.value(USE, params))


PURGE = """
DELETE FROM used_signature WHERE org_id = %(org)s AND hash IN (
    SELECT hash FROM used_signature WHERE org_id = %(org)s AND expires_at < now()
     LIMIT 100 FOR UPDATE SKIP LOCKED)"""


async def purge(tx: Transaction) -> None:
    """Forget some of those that would be refused by their date."""
    await tx.run(PURGE)
