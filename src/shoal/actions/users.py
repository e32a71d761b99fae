"""People of an organisation."""

from __future__ import annotations

import re
from datetime import datetime

from shoal.actions import passwords
from shoal.domain import naming
from shoal.domain.actor import Actor
from shoal.domain.errors import Invalid, NotFound
from shoal.domain.organisation import LANGUAGES
from shoal.domain.problems import problem
from shoal.domain.user import NewUser, User
from shoal.store import users
from shoal.store.db import Database

LONGEST_NAME = 200
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}", re.ASCII)


async def create(db: Database, org_id: int, new: NewUser) -> User:
    """Make a user. Raises Invalid, or Conflict if the login is taken."""
    _check(new)
    password_hash = None if new.password is None else await passwords.hashed(new.password)
    async with db.transaction(org_id) as tx:
        return await users.insert(tx, new, password_hash=password_hash)


def _check(new: NewUser) -> None:
    wrong = []
    if not LOGIN.fullmatch(new.login) or new.login.isdigit():
        wrong.append(problem("login_form", "login"))
    if max(len(new.first_name), len(new.last_name)) > LONGEST_NAME or "\0" in new.first_name + new.last_name:
        wrong.append(problem("name_too_long", "first_name", most=LONGEST_NAME))
    if new.language is not None and new.language not in LANGUAGES:
        wrong.append(problem("one_of", "language", values=", ".join(LANGUAGES)))
    if wrong:
        raise Invalid.of(wrong)


async def get(db: Database, actor: Actor, ref: str) -> User:
    """The user of this login or number. A number is the id; no login is one."""
    async with db.transaction(actor.org_id) as tx:
        user_id = naming.as_id(ref)
        user = await (users.find_by_login(tx, ref) if user_id is None else users.find(tx, user_id))
    if user is None:
        raise NotFound("no_user", user=ref)
    return user


async def updated_at(db: Database, actor: Actor) -> datetime:
    """When the actor was last changed, or made."""
    async with db.transaction(actor.org_id) as tx:
        return await users.updated_at(tx, actor.user_id)


async def rename(db: Database, actor: Actor, display: str) -> None:
    """Give oneself another name; what comes before the first blank is the first name. Raises Invalid."""
    first, _, last = display.strip().partition(" ")
    if not first or len(display) > LONGEST_NAME:
        raise Invalid("name_length", "name", most=LONGEST_NAME)
    async with db.transaction(actor.org_id) as tx:
        await users.rename(tx, actor.user_id, first_name=first, last_name=last)


async def list_page(db: Database, actor: Actor, *, limit: int, offset: int) -> tuple[list[User], int]:
    """A page of everybody, and how many there are."""
    async with db.transaction(actor.org_id) as tx:
        return await users.list_page(tx, limit=limit, offset=offset)


async def set_password(db: Database, actor: Actor, login: str, password: str) -> None:
    """Give somebody another password. Raises Forbidden, NotFound or Invalid."""
    actor.require_admin()
    if not password:
        raise Invalid("password_empty", "password")
    password_hash = await passwords.hashed(password)
    async with db.transaction(actor.org_id) as tx:
        user = await users.find_by_login(tx, login)
        if user is None or user.is_external:
            raise NotFound("no_signing_user", user=login)
        await users.set_password(tx, user.id, password_hash=password_hash)
