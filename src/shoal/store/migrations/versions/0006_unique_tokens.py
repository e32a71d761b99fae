"""A unique value is told to who may know of its issue, so the same may be used where it is hidden."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0006_unique_tokens"
down_revision = "0005_conflicts"


def upgrade() -> None:
    run_file("0006_unique_tokens.sql")
