"""Access tokens. Only their SHA-256 is stored, and each request is looked up anew: a revoked one is out at once."""

from __future__ import annotations

from datetime import datetime

from shoal.domain.actor import Actor
from shoal.domain.user import Token
from shoal.store.db import Transaction

INSERT = """
INSERT INTO access_token (hash, org_id, user_id, name, expires_at)
VALUES (%(hash)s, %(org)s, %(user)s, %(name)s, %(expires_at)s)
RETURNING id"""


async def insert(tx: Transaction, digest: bytes, *, user_id: int, name: str, expires_at: datetime | None) -> int:
    params = {"hash": digest, "user": user_id, "name": name, "expires_at": expires_at}
    return int(await tx.value(INSERT, params))


# The one statement that names no organisation: it is what tells it.
FIND_OWNER = """
SELECT org_id, user_id, id FROM access_token
 WHERE hash = %(hash)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())"""

ENTER = "SELECT set_config('shoal.org_id', %(entered)s, true)"

ACTOR = """
SELECT u.org_id, u.id AS user_id, u.login, u.display, u.is_admin, coalesce(u.language, o.language) AS language,
       coalesce(u.timezone, o.timezone) AS timezone, %(token)s::bigint AS token_id
  FROM users u JOIN organisation o ON o.id = u.org_id
 WHERE u.org_id = %(org)s AND u.id = %(user)s AND u.dismissed_at IS NULL AND NOT u.is_external"""


async def find_actor(tx: Transaction, digest: bytes) -> Actor | None:
    """Who comes in with this token; the transaction is inside their organisation from here."""
    found = await tx.tuples(FIND_OWNER, {"hash": digest})
    if not found:
        return None
    org_id, user_id, token_id = found[0]
    await enter(tx, org_id)
    return await find_owner(tx, user_id, token_id=token_id)


async def enter(tx: Transaction, org_id: int) -> None:
    """Go inside the organisation that a credential is of."""
    await tx.value(ENTER, {"entered": str(org_id)})
    tx.org_id = org_id


async def find_owner(tx: Transaction, user_id: int, *, token_id: int | None = None) -> Actor | None:
    """Who comes in with a credential of this user; None if they left."""
    return await tx.row(ACTOR, {"user": user_id, "token": token_id}, into=Actor)


LIST = """
SELECT t.id, t.user_id, u.login, t.name, t.created_at, t.expires_at, t.revoked_at
  FROM access_token t JOIN users u ON u.org_id = t.org_id AND u.id = t.user_id
 WHERE t.org_id = %(org)s AND (%(user)s::bigint IS NULL OR t.user_id = %(user)s)
 ORDER BY t.id"""


async def list_all(tx: Transaction, *, user_id: int | None) -> list[Token]:
    """Every token of one person, or of all with None."""
    return await tx.rows(LIST, {"user": user_id}, into=Token)


REVOKE = """
UPDATE access_token SET revoked_at = coalesce(revoked_at, now()) WHERE org_id = %(org)s AND id = %(id)s"""


async def revoke(tx: Transaction, token_id: int) -> None:
    """Shut a token out from now on."""
    await tx.run(REVOKE, {"id": token_id})
