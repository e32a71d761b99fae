"""Tokens of IAM. Only their SHA-256 is stored; they end with their time, their owner, or their owner's password."""

from __future__ import annotations

from datetime import datetime

from shoal.domain.access import IamToken
from shoal.store import tokens
from shoal.store.db import Transaction

INSERT = """
INSERT INTO iam_token (hash, org_id, user_id, password, region, issued_at, expires_at)
SELECT %(hash)s, org_id, id, sha256(convert_to(password_hash, 'UTF8')), %(region)s, now(), %(expires_at)s
  FROM users WHERE org_id = %(org)s AND id = %(user)s AND password_hash IS NOT NULL"""


async def insert(
    tx: Transaction, digest: bytes, *, user_id: int, region: str | None, expires_at: datetime
) -> IamToken | None:
    """Store a token; None if there is no such user, or not with a password."""
    await tx.run(INSERT, {"hash": digest, "user": user_id, "region": region, "expires_at": expires_at})
    return await find(tx, digest)


# Names no organisation: it is what tells it.
FIND_OWNER = "SELECT org_id, user_id, expires_at > now() FROM iam_token WHERE hash = %(hash)s"


async def enter(tx: Transaction, digest: bytes) -> tuple[int, bool] | None:
    """Go inside the organisation of this token: whose it is, and whether it has still time. None if unknown."""
    found = await tx.tuples(FIND_OWNER, {"hash": digest})
    if not found:
        return None
    org_id, user_id, is_live = found[0]
    await tokens.enter(tx, org_id)
    return user_id, is_live


FIND = """
SELECT t.org_id, o.name AS org_name, t.user_id, u.login, u.is_admin, t.region, t.issued_at, t.expires_at
  FROM iam_token t
  JOIN organisation o ON o.id = t.org_id
  JOIN users u ON u.org_id = t.org_id AND u.id = t.user_id
 WHERE t.org_id = %(org)s AND t.hash = %(hash)s AND t.expires_at > now() AND u.dismissed_at IS NULL
   AND t.password = sha256(convert_to(u.password_hash, 'UTF8'))"""


async def find(tx: Transaction, digest: bytes) -> IamToken | None:
    """The token, if it is one of the organisation's that lets its owner in."""
    return await tx.row(FIND, {"hash": digest}, into=IamToken)


DELETE = "DELETE FROM iam_token WHERE org_id = %(org)s AND hash = %(hash)s"


async def delete(tx: Transaction, digest: bytes) -> None:
    await tx.run(DELETE, {"hash": digest})


# A day longer than they are good: so long a caller is told that the token has expired, and not that it is unknown.
PURGE = """
DELETE FROM iam_token WHERE hash IN (
    SELECT hash FROM iam_token WHERE expires_at < now() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED)"""


async def purge(tx: Transaction) -> None:
    """Forget some of those that expired long ago."""
    await tx.run(PURGE)
