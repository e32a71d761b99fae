"""The key that secrets are encrypted with: the operator's, or one that is made once and kept in the data directory."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec

from shoal.actions.sealing import Seal
from shoal.cli.options import Refusal
from shoal.postgres.private import write_private
from shoal.settings import BadSettings, Settings

FILE = "secret.key"
LEAST = 32


def seal(settings: Settings) -> Seal:
    """The seal of this command. Raises Refusal where only the operator can know the key."""
    if settings.database_url and not settings.secret_key:
        raise Refusal(
            "The secrets of access keys are kept encrypted, and SHOAL_SECRET_KEY is not set. Set it to 32 random "
            "characters or more, the same wherever Shoal works with this database."
        )
    return Seal(kept(settings).secret_key or "")


def kept(settings: Settings) -> Settings:
    """The settings with a secret key: their own, or the one of the data directory."""
    if settings.secret_key:
        return settings
    path = settings.data_dir / FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSettings(f"The secret key {path} cannot be kept: {error.strerror}.") from None
    if len(key) < LEAST:
        raise BadSettings(f"{path} does not hold a secret key.")
    return msgspec.structs.replace(settings, secret_key=key)


def _make(path: Path) -> None:
    """In one step; of two processes that do it at once the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{FILE}.new.{os.getpid()}")
    write_private(fresh, f"{secrets.token_urlsafe(32)}\n".encode())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
