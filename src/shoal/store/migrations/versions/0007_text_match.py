"""A search for words keeps its index where no superuser has been."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0007_text_match"
down_revision = "0006_unique_tokens"


def upgrade() -> None:
    run_file("0007_text_match.sql")
