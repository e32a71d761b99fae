"""The stored form of a change. An operation may be older than the program that runs it: what was stored by an earlier
release is read here, and only here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from shoal.domain.bulk import Change

Stored = Mapping[str, Any]


def _name_version(stored: Stored) -> Stored:
    """Before the first version none was named; the shape was the same."""
    return stored


STEPS: tuple[Callable[[Stored], Stored], ...] = (_name_version,)
"""From each version to the next. A change of a shape appends one, and a test with the shape as it was."""

VERSION = len(STEPS)


class LaterVersion(Exception):
    """Stored by a later release. It is left to a worker of that release."""


def write(change: Change) -> dict[str, object]:
    return {"version": VERSION, **msgspec.to_builtins(change)}


def read(stored: Stored) -> Change:
    version = stored.get("version", 0)
    if version > VERSION:
        raise LaterVersion(f"the change has version {version}; this release knows {VERSION}")
    for step in STEPS[version:]:
        stored = step(stored)
    change: Change = msgspec.convert(stored, Change)
    return change
