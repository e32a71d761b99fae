"""What a demo keeps in its data directory, so that the same command finds the same organisation again."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from shoal.postgres.private import write_private

FILE = "demo.json"


class State(msgspec.Struct):
    """Secrets are random for each data directory. `filled` is how many issues each queue of the
    organisation has surely got."""

    seed: int
    now: datetime
    password: str
    org_id: int | None = None
    tokens: dict[str, str] = {}
    access_key: str = ""
    secret_key: str = ""
    filled: dict[str, int] = {}


def load(folder: Path) -> State:
    """The state of this data directory; a new one where there is none."""
    path = folder / FILE
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=State)
    now = datetime.now(UTC).replace(microsecond=0)
    return State(seed=secrets.randbelow(2**32), now=now, password=secrets.token_urlsafe(12))


def save(folder: Path, state: State) -> None:
    """In one step, and for the owner's eyes only."""
    write_private(folder / FILE, msgspec.json.format(msgspec.json.encode(state)))
