"""Gives the jobs of dead workers to living ones, and a job to every operation that should have one and has none.

Every worker sweeps, one at a time: giving a job back does not look at whose it is, so two sweepers could take it from
the worker that has just begun it again. Not a periodic job, for that can be left behind by a dead worker itself.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg import OperationalError

from shoal.actions.running import note_failure
from shoal.domain.errors import Unavailable
from shoal.store import jobs
from shoal.store.db import Database
from shoal.store.faults import WorkerLost

log = structlog.get_logger()

INTERVAL = 1.0
"""Seconds between two sweeps."""
DEAD_AFTER = 5.0
"""Seconds without a heartbeat (one a second) after which a worker counts as dead."""
FORGET_AFTER = 30.0
"""Seconds after which a dead worker's row goes."""


async def sweep_forever(db: Database, app: App) -> None:
    """Sweep until cancelled; a database that is away for a while is waited for."""
    while True:
        await asyncio.sleep(INTERVAL)
        try:
            await sweep(db, app)
        except (Unavailable, OperationalError, ConnectorException, TimeoutError) as error:
            log.warning("sweep failed", error=str(error))


async def sweep(db: Database, app: App) -> int:
    """Give back every job whose worker is dead, and make those that are missing; how many. None while another worker
    sweeps."""
    async with db.transaction(None) as tx:
        if not await jobs.try_to_sweep(tx):
            return 0
        stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
        for job in stalled:
            log.info("job taken over", job=job.id, arguments=job.task_kwargs)
            assert job.id is not None
            await app.job_manager.retry_job_by_id_async(job.id, datetime.now(UTC))
        await app.job_manager.prune_stalled_workers(FORGET_AFTER)
        orphans = await jobs.orphans(tx)
        for org_id, bulk_id in orphans:
            log.warning("bulk change had no job", org_id=org_id, bulk_change=bulk_id)
            await jobs.enqueue_bulk(tx, org_id, bulk_id)
    for job in stalled:
        await _note_loss(db, job)
    return len(stalled) + len(orphans)


async def _note_loss(db: Database, job: Job) -> None:
    """A chunk that kills whoever takes it must not do so for ever."""
    org_id, bulk_id = job.task_kwargs["org_id"], job.task_kwargs["bulk_id"]
    assert isinstance(org_id, int)
    assert isinstance(bulk_id, int)
    await note_failure(db, org_id, bulk_id, WorkerLost())
