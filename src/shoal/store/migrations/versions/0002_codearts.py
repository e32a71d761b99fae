"""What the CodeArts Req wire needs: keys and tokens that let its clients in, and what its work items have more."""

from __future__ import annotations

from shoal.store.migrations.script import run_file

revision = "0002_codearts"
down_revision = "0001_foundation"


def upgrade() -> None:
    run_file("0002_codearts.sql")
