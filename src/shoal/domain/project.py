"""Projects: what issues of several queues work towards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Project:
    id: int
    name: str
