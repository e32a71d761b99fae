"""Access keys. Each request is looked up anew: a revoked one is out at once."""

from __future__ import annotations

from shoal.domain.access import AccessKey, SealedKey
from shoal.store.db import Transaction

INSERT = """
INSERT INTO access_key (access, sealed, org_id, user_id, name)
VALUES (%(access)s, %(sealed)s, %(org)s, %(user)s, %(name)s)"""


async def insert(tx: Transaction, access: str, *, sealed: bytes, user_id: int, name: str) -> None:
    await tx.run(INSERT, {"access": access, "sealed": sealed, "user": user_id, "name": name})


# Names no organisation: it is what tells it.
FIND = """
SELECT org_id, user_id, access, sealed, now() AS found_at
  FROM access_key WHERE access = %(access)s AND revoked_at IS NULL"""


async def find(tx: Transaction, access: str) -> SealedKey | None:
    return await tx.row(FIND, {"access": access}, into=SealedKey)


LIST = """
SELECT k.id, k.access, k.user_id, u.login, k.name, k.created_at, k.revoked_at
  FROM access_key k JOIN users u ON u.org_id = k.org_id AND u.id = k.user_id
 WHERE k.org_id = %(org)s AND (%(user)s::bigint IS NULL OR k.user_id = %(user)s)
 ORDER BY k.id"""


async def list_all(tx: Transaction, *, user_id: int | None) -> list[AccessKey]:
    """Every key of one person, or of all with None."""
    return await tx.rows(LIST, {"user": user_id}, into=AccessKey)


REVOKE = "UPDATE access_key SET revoked_at = coalesce(revoked_at, now()) WHERE org_id = %(org)s AND id = %(id)s"


async def revoke(tx: Transaction, key_id: int) -> None:
    """Shut a key out from now on."""
    await tx.run(REVOKE, {"id": key_id})
