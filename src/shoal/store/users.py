"""People."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shoal.domain.user import NewUser, User
from shoal.store.db import Transaction

INSERT = """
INSERT INTO users (org_id, login, first_name, last_name, email, password_hash, language, timezone, is_admin)
VALUES (%(org)s, %(login)s, %(first)s, %(last)s, %(email)s, %(password_hash)s, %(language)s, %(timezone)s, %(is_admin)s)
RETURNING id, login, first_name, last_name, display, email, language, timezone, is_admin, is_external, dismissed_at,
          created_at"""


async def insert(tx: Transaction, new: NewUser, *, password_hash: str | None) -> User:
    params: Mapping[str, object] = {
        "login": new.login,
        "first": new.first_name,
        "last": new.last_name,
        "email": new.email,
        "password_hash": password_hash,
        "language": new.language,
        "timezone": new.timezone,
        "is_admin": new.is_admin,
    }
    user = await tx.row(INSERT, params, into=User)
    assert user is not None
    return user


FIND = """
SELECT id, login, first_name, last_name, display, email, language, timezone, is_admin, is_external, dismissed_at,
       created_at
  FROM users WHERE org_id = %(org)s AND id = %(id)s"""


async def find(tx: Transaction, user_id: int) -> User | None:
    return await tx.row(FIND, {"id": user_id}, into=User)


FIND_BY_LOGIN = """
SELECT id, login, first_name, last_name, display, email, language, timezone, is_admin, is_external, dismissed_at,
       created_at
  FROM users WHERE org_id = %(org)s AND lower(login) = lower(%(login)s)"""


async def find_by_login(tx: Transaction, login: str) -> User | None:
    return await tx.row(FIND_BY_LOGIN, {"login": login}, into=User)


LIST = """
SELECT id, login, first_name, last_name, display, email, language, timezone, is_admin, is_external, dismissed_at,
       created_at
  FROM users WHERE org_id = %(org)s
 ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""

COUNT = "SELECT count(*) FROM users WHERE org_id = %(org)s"


async def list_page(tx: Transaction, *, limit: int, offset: int) -> tuple[list[User], int]:
    """A page of everybody, in the order they came, and how many there are."""
    users = await tx.rows(LIST, {"limit": limit, "offset": offset}, into=User)
    return users, await tx.value(COUNT)


FIND_FIRST_ADMIN = """
SELECT id, login, first_name, last_name, display, email, language, timezone, is_admin, is_external, dismissed_at,
       created_at
  FROM users WHERE org_id = %(org)s AND is_admin AND dismissed_at IS NULL
 ORDER BY id LIMIT 1"""


async def find_first_admin(tx: Transaction) -> User | None:
    return await tx.row(FIND_FIRST_ADMIN, into=User)


SET_PASSWORD = "UPDATE users SET password_hash = %(password_hash)s WHERE org_id = %(org)s AND id = %(id)s"  # noqa: S105 - a statement


async def set_password(tx: Transaction, user_id: int, *, password_hash: str | None) -> None:
    await tx.run(SET_PASSWORD, {"id": user_id, "password_hash": password_hash})


FIND_HASH = "SELECT password_hash FROM users WHERE org_id = %(org)s AND id = %(id)s"


async def find_password(tx: Transaction, user_id: int) -> str | None:
    """The hash of somebody's password; None for who has none."""
    found: str | None = await tx.value(FIND_HASH, {"id": user_id})
    return found


RENAME = """
UPDATE users SET first_name = %(first)s, last_name = %(last)s, updated_at = now()
 WHERE org_id = %(org)s AND id = %(id)s"""


async def rename(tx: Transaction, user_id: int, *, first_name: str, last_name: str) -> None:
    await tx.run(RENAME, {"id": user_id, "first": first_name, "last": last_name})


UPDATED_AT = "SELECT coalesce(updated_at, created_at) FROM users WHERE org_id = %(org)s AND id = %(id)s"


async def updated_at(tx: Transaction, user_id: int) -> datetime:
    """When the user was last changed, or made."""
    at: datetime = await tx.value(UPDATED_AT, {"id": user_id})
    return at
