"""Projects of an organisation."""

from __future__ import annotations

from shoal.domain.project import Project
from shoal.store.db import Transaction

LIST = "SELECT id, name FROM project WHERE org_id = %(org)s ORDER BY id"


async def list_all(tx: Transaction) -> list[Project]:
    return await tx.rows(LIST, into=Project)
