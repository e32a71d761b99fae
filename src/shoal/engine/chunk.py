"""One chunk, one transaction: its issues, changelog, comments, failures and counters are committed together, so a crash
leaves all of them or none."""

from __future__ import annotations

from shoal.actions import running
from shoal.actions.running import Step, no_step
from shoal.store.db import Database


async def run_chunk(db: Database, org_id: int, bulk_id: int, *, on_step: Step = no_step) -> bool:
    """Do the next chunk of a bulk change; False when there is nothing more to do."""
    async with db.transaction(org_id) as tx:
        more = await running.advance(tx, bulk_id, on_step=on_step)
    await on_step("committed")
    return more
