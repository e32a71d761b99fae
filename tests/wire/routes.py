"""The routes of the application, by the name of their dialect."""

from __future__ import annotations

from typing import Any

from shoal.app import build
from shoal.dialects.front import Dialect
from shoal.settings import Settings
from shoal.store.db import Database


def dialects() -> dict[str, Dialect]:
    """All of them, by name."""
    front = build(Settings(), Database("postgresql://nowhere"))
    return {dialect.name: dialect for dialect, _app in front.applications}


def routes(wire: str) -> list[Any]:
    """What the dialects of this wire serve."""
    served = [dialect for name, dialect in dialects().items() if name.startswith(wire)]
    return [route for dialect in served for router in dialect.routers for route in router.routes]
