"""Access keys: a public name and a secret, with which programs sign their requests."""

from __future__ import annotations

import secrets
import string
from datetime import datetime

import structlog

from shoal.actions.sealing import CannotOpen, Seal
from shoal.domain.access import AccessKey, SealedKey, check_revocable
from shoal.domain.actor import Actor
from shoal.domain.errors import Unauthenticated
from shoal.store import access_keys, signatures, tokens
from shoal.store.db import Database

log = structlog.get_logger("shoal.access_keys")

CAPITALS = string.ascii_uppercase + string.digits
LETTERS = string.ascii_letters + string.digits
ACCESS_SIZE, SECRET_SIZE = 20, 40


async def create(db: Database, seal: Seal, owner: Actor, name: str) -> tuple[str, str]:
    """Make a key for its owner: the public part, and the secret, which is told here and nowhere else."""
    access = "".join(secrets.choice(CAPITALS) for _ in range(ACCESS_SIZE))
    secret = "".join(secrets.choice(LETTERS) for _ in range(SECRET_SIZE))
    sealed = seal.close(secret, owner=access)
    async with db.transaction(owner.org_id) as tx:
        await access_keys.insert(tx, access, sealed=sealed, user_id=owner.user_id, name=name)
    return access, secret


async def list_own(db: Database, actor: Actor) -> list[AccessKey]:
    """The actor's own keys; an administrator sees everybody's."""
    async with db.transaction(actor.org_id) as tx:
        return await access_keys.list_all(tx, user_id=None if actor.is_admin else actor.user_id)


async def revoke(db: Database, actor: Actor, key_id: int) -> None:
    """Shut a key out. Raises NotFound, or Forbidden for another's without being an administrator."""
    async with db.transaction(actor.org_id) as tx:
        check_revocable(await access_keys.list_all(tx, user_id=None), key_id, actor, noun="access key")
        await access_keys.revoke(tx, key_id)


# --- checking signatures -------------------------------------------------------------------------------------------


async def find(db: Database, access: str) -> SealedKey | None:
    """The key of this name; None if there is none, or it is revoked."""
    async with db.transaction(None) as tx:
        return await access_keys.find(tx, access)


def secret(seal: Seal | None, key: SealedKey) -> str:
    """What the key signs with. Raises Unauthenticated if this server cannot know; the log says why."""
    try:
        if seal is not None:
            return seal.open(key.sealed, owner=key.access)
        log.error("secret_key is not set, so access keys let nobody in", key=key.access)
    except CannotOpen:
        log.error("secret_key is not the one that this access key was made with", key=key.access)
    raise Unauthenticated("no_secret_key")


async def get_owner(db: Database, key: SealedKey) -> Actor:
    """Whose the key is. Raises Unauthenticated if they left."""
    async with db.transaction(key.org_id) as tx:
        actor = await tokens.find_owner(tx, key.user_id)
    if actor is None:
        raise Unauthenticated("access_key_owner_gone")
    return actor


async def use_signature(
    db: Database, actor: Actor, digest: bytes, *, expires_at: datetime, connection: str | None
) -> bool:
    """Note that a signature is used; False if it has expired meanwhile, or was used before and this is not its honest
    repetition over the same connection."""
    async with db.transaction(actor.org_id) as tx:
        await signatures.purge(tx)
        return await signatures.use(tx, digest, expires_at=expires_at, connection=connection)
