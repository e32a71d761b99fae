"""What keeps an operation on its way: what is wanted of it, how often it was tried, and which moves there are."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0004_operations"
down_revision = "0003_outbox"


def upgrade() -> None:
    run_file("0004_operations.sql")
