"""What lets programs in beside the plain tokens of `user.py`: access keys, which sign requests, and tokens of IAM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shoal.domain.actor import Actor
from shoal.domain.errors import Forbidden, NotFound
from shoal.domain.user import Token

TOKEN_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key without its secret. `access` is what a request names, and no secret."""

    id: int
    access: str
    user_id: int
    login: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


def check_revocable(credentials: Iterable[AccessKey | Token], credential_id: int, actor: Actor, *, noun: str) -> None:
    """Raises NotFound, or Forbidden for another's without being an administrator."""
    found = next((it for it in credentials if it.id == credential_id), None)
    if found is None:
        raise NotFound("unknown_value", thing=noun, value=credential_id)
    if not actor.answers_for(found.user_id):
        raise Forbidden("revoke_by_others", thing=noun)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key that is not revoked, and whose it is. The secret is encrypted."""

    org_id: int
    user_id: int
    access: str
    sealed: bytes
    found_at: datetime
    """By the clock that also tells which signatures are forgotten."""


@dataclass(frozen=True, slots=True)
class IamToken:
    """A token that was got by a password. Without a region it is for the whole account."""

    org_id: int
    org_name: str
    user_id: int
    login: str
    is_admin: bool
    region: str | None
    issued_at: datetime
    expires_at: datetime
