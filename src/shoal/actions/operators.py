"""Who acts at the command line. Whoever may run commands here has the database in hand; there is nobody to ask."""

from __future__ import annotations

from shoal.actions import users
from shoal.domain.actor import Actor
from shoal.domain.errors import NotFound
from shoal.domain.organisation import Organisation
from shoal.domain.user import User
from shoal.store import users as store
from shoal.store.db import Database


def operator(org: Organisation) -> Actor:
    """An administrator who is no user, and so has no right to any queue."""
    return Actor(org.id, 0, "", "Operator", is_admin=True, language=org.language, timezone=org.timezone)


async def acting_as(db: Database, org: Organisation, login: str | None) -> Actor:
    """The user of this login; without one the first administrator there is. Raises NotFound."""
    if login is not None:
        return actor(org, await users.get(db, operator(org), login))
    async with db.transaction(org.id) as tx:
        admin = await store.find_first_admin(tx)
    if admin is None:
        raise NotFound("no_administrator")
    return actor(org, admin)


def actor(org: Organisation, user: User) -> Actor:
    """The user, as somebody who acts."""
    return Actor(
        org.id,
        user.id,
        user.login,
        user.display,
        is_admin=user.is_admin,
        language=user.language or org.language,
        timezone=user.timezone or org.timezone,
    )
