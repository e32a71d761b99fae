"""Counts of issues."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How many issues are of one type, status, severity and first component; all by key, the component by name."""

    type_id: int
    type: str
    status: str
    severity: str | None
    component: str | None
    issues: int
