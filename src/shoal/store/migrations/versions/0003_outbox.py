"""The outbox: what mail, webhooks and events tell of, written with the change itself."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0003_outbox"
down_revision = "0002_codearts"


def upgrade() -> None:
    run_file("0003_outbox.sql")
