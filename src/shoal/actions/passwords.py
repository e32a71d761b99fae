"""Passwords: hashed by argon2id, which is slow by design, so never in the event loop and on two threads at most."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shoal.domain.errors import Forbidden, Unauthenticated
from shoal.domain.user import User
from shoal.store import users
from shoal.store.db import Database

# Each takes 64 MB for its time; who tries passwords by the hundred waits in line.
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")


class WrongPassword(Unauthenticated):
    """The name or the password is wrong. It is not said which."""

    def __init__(self) -> None:
        super().__init__("the username or password is wrong")


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, PasswordHasher().hash, password)


async def sign_in(db: Database, org_id: int | None, login: str, password: str) -> User:
    """Whose login and password these are. Raises WrongPassword, and takes the same time for each reason there is for
    it; Forbidden if they are right and the user was dismissed."""
    async with db.transaction(org_id or 0) as tx:
        user = await users.find_by_login(tx, login)
        stored = await users.find_password(tx, user.id if user else 0)
    is_right = await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored, password)
    if user is None or user.login != login or user.is_external or not is_right:
        raise WrongPassword
    if user.is_dismissed:
        raise Forbidden("user_disabled")
    return user


def _verify(stored: str | None, password: str) -> bool:
    try:
        return PasswordHasher().verify(stored or _nobodys(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has, to spend the same time on."""
    return PasswordHasher().hash(secrets.token_urlsafe())
