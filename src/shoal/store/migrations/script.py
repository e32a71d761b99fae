"""How a revision runs its file."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

VERSIONS = Path(__file__).parent / "versions"


def run_file(name: str, *, search_path: str = "shoal, public") -> None:
    """Executes all statements of versions/`name` in the revision's transaction."""
    driver = op.get_bind().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute("SELECT set_config('search_path', %s, true)", [search_path])
    # Several statements in one text go only without parameters, which SQLAlchemy would send.
    driver.execute((VERSIONS / name).read_text(encoding="utf-8"))
    driver.execute("SELECT set_config('search_path', 'shoal, public', true)")
