"""An organisation: the wall around everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LANGUAGES = ("en", "ru", "zh")


@dataclass(frozen=True, slots=True)
class Organisation:
    id: int
    name: str
    language: str
    timezone: str
    created_at: datetime
