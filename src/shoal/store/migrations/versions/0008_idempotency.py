"""Requests with a key are done once, whatever they ask."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0008_idempotency"
down_revision = "0007_text_match"


def upgrade() -> None:
    run_file("0008_idempotency.sql")
