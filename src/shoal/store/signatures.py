"""Signatures of requests that changed something, for as long as they would be fresh, by the database's clock."""

from __future__ import annotations

from datetime import datetime

from shoal.store.db import Transaction

# `used_at` stays that of the first use: repetitions do not buy each other time.
USE = """
INSERT INTO used_signature AS used (org_id, hash, connection, expires_at)
SELECT %(org)s, %(hash)s, %(connection)s, %(expires_at)s WHERE now() <= %(expires_at)s::timestamptz
ON CONFLICT (org_id, hash) DO UPDATE SET expires_at = excluded.expires_at
    WHERE used.connection = excluded.connection AND used.used_at > clock_timestamp() - interval '2 seconds'
RETURNING true"""


async def use(tx: Transaction, digest: bytes, *, expires_at: datetime, connection: str | None) -> bool:
    """Note a use; False if it is too late for it, or if it is a second one, except over the same connection within two
    seconds of the first."""
    params = {"hash": digest, "expires_at": expires_at, "connection": connection}
    return bool(await tx.value(USE, params))


# A transaction that began in time may take a while, and a clock may be set back by a little.
PURGE = """
DELETE FROM used_signature WHERE org_id = %(org)s AND hash IN (
    SELECT hash FROM used_signature WHERE org_id = %(org)s AND expires_at < now() - interval '10 minutes'
     LIMIT 100 FOR UPDATE SKIP LOCKED)"""


async def purge(tx: Transaction) -> None:
    """Forget some of those that have long been refused by their date."""
    await tx.run(PURGE)
