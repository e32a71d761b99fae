"""Access tokens: 256 random bits, shown once, and never stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from shoal.domain.access import check_revocable
from shoal.domain.actor import Actor
from shoal.domain.errors import Unauthenticated
from shoal.domain.user import Token, User
from shoal.store import tokens
from shoal.store.db import Database


async def authenticate(db: Database, token: str) -> Actor:
    """Whose token it is. Raises Unauthenticated for one that is unknown, expired, revoked, or of somebody who left."""
    async with db.transaction(None) as tx:
        actor = await tokens.find_actor(tx, digest(token))
    if actor is None:
        raise Unauthenticated("token_refused")
    return actor


async def create(
    db: Database, owner: Actor | User, name: str, *, org_id: int | None = None, expires_at: datetime | None = None
) -> str:
    """Make a token for its owner; the text is told here and nowhere else. A `User` needs the `org_id`."""
    user_id = owner.user_id if isinstance(owner, Actor) else owner.id
    token = secrets.token_urlsafe(32)
    async with db.transaction(owner.org_id if isinstance(owner, Actor) else org_id) as tx:
        await tokens.insert(tx, digest(token), user_id=user_id, name=name, expires_at=expires_at)
    return token


async def list_own(db: Database, actor: Actor) -> list[Token]:
    """The actor's own tokens; an administrator sees everybody's."""
    async with db.transaction(actor.org_id) as tx:
        return await tokens.list_all(tx, user_id=None if actor.is_admin else actor.user_id)


async def revoke(db: Database, actor: Actor, token_id: int) -> None:
    """Shut a token out. Raises NotFound, or Forbidden for another's without being an administrator."""
    async with db.transaction(actor.org_id) as tx:
        check_revocable(await tokens.list_all(tx, user_id=None), token_id, actor, noun="token")
        await tokens.revoke(tx, token_id)


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
