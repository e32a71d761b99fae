"""Areas: the kind of work that an issue is, like performance; built in, or a queue's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """One that is built in has a key and no queue."""

    id: int
    queue_id: int | None
    key: str | None
    name: str
