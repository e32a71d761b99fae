"""What becomes of edits made since the selection of a bulk change, and when one was submitted."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0005_conflicts"
down_revision = "0004_operations"


def upgrade() -> None:
    run_file("0005_conflicts.sql")
