"""The foundation: Shoal's tables, and procrastinate's in a schema of their own.

0001_procrastinate.sql is the schema of procrastinate 3.10.0, copied: it must not change with the installed library.
"""

from __future__ import annotations

from alembic import op

from shoal.store.migrations.script import run_file

revision = "0001_foundation"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS procrastinate")
    run_file("0001_procrastinate.sql", search_path="procrastinate")
    run_file("0001_foundation.sql")
