"""Tokens of IAM: got by a password, good for a day; 256 random bits, shown once, and never stored."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from shoal.actions.passwords import WrongPassword
from shoal.actions.tokens import digest
from shoal.domain.access import TOKEN_LIFE, IamToken
from shoal.domain.actor import Actor
from shoal.domain.errors import NotFound, Unauthenticated
from shoal.store import iam_tokens, tokens
from shoal.store.db import Database


async def create(db: Database, org_id: int, user_id: int, *, region: str | None) -> tuple[str, IamToken]:
    """Make a token for somebody who has just signed in; the text is told here and nowhere else."""
    text = secrets.token_urlsafe(32)
    expires_at = datetime.now(UTC) + TOKEN_LIFE
    async with db.transaction(org_id) as tx:
        await iam_tokens.purge(tx)
        token = await iam_tokens.insert(tx, digest(text), user_id=user_id, region=region, expires_at=expires_at)
    if token is None:  # the password was taken away, or the user dismissed, in between
        raise WrongPassword
    return text, token


async def authenticate(db: Database, text: str) -> Actor:
    """Whose token it is. Raises Unauthenticated: unknown, expired, or of somebody who left or has another password."""
    async with db.transaction(None) as tx:
        entered = await iam_tokens.enter(tx, digest(text))
        if entered is None:
            raise Unauthenticated("token_unknown")
        user_id, is_live = entered
        if not is_live:
            raise Unauthenticated("token_expired")
        token = await iam_tokens.find(tx, digest(text))
        actor = await tokens.find_owner(tx, user_id)
    if token is None or actor is None:
        raise Unauthenticated("token_owner_gone")
    return actor


async def get(db: Database, actor: Actor, text: str) -> IamToken:
    """What the token is good for. Raises NotFound, also for another's without being an administrator."""
    async with db.transaction(actor.org_id) as tx:
        token = await iam_tokens.find(tx, digest(text))
    if token is None or not actor.answers_for(token.user_id):
        raise NotFound("no_such_token")
    return token


async def delete(db: Database, actor: Actor, text: str) -> None:
    """Make the token let nobody in any more. Raises NotFound as `get` does."""
    await get(db, actor, text)
    async with db.transaction(actor.org_id) as tx:
        await iam_tokens.delete(tx, digest(text))
