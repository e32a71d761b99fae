"""People, and the tokens that let programs in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    """One person in one organisation. `display` is the full name, or the login without one."""

    id: int
    login: str
    first_name: str
    last_name: str
    display: str
    email: str
    language: str | None
    timezone: str | None
    is_admin: bool
    is_external: bool
    dismissed_at: datetime | None
    created_at: datetime

    @property
    def is_dismissed(self) -> bool:
        return self.dismissed_at is not None


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to be made. Without a password they come in by tokens only."""

    login: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    password: str | None = None
    language: str | None = None
    timezone: str | None = None
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """An access token without its secret, which nobody can read again."""

    id: int
    user_id: int
    login: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
