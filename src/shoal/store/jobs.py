"""The durable jobs, in the same database: a job is enqueued in the transaction that stores what it is about."""

from __future__ import annotations

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from shoal.store.db import KEEPALIVES, PATIENCE, PatientConnection, Transaction

SEARCH_PATH = "-c search_path=procrastinate"
BULK_QUEUE = "bulk"
RUN_BULK = "run_bulk_change"


def open_app(url: str, *, pool_size: int = 10) -> App:
    """The job system of this database; `async with` its `open_async()`."""
    return App(
        connector=PsycopgConnector(
            conninfo=url,
            max_size=pool_size,
            timeout=PATIENCE,
            reconnect_timeout=PATIENCE,
            connection_class=PatientConnection,
            kwargs={"options": SEARCH_PATH, "application_name": "shoal", **KEEPALIVES},
        )
    )


# Enqueueing borrows the transaction's own connection, so this app never opens one.
_enqueuer = App(connector=PsycopgConnector())


async def enqueue_bulk(tx: Transaction, org_id: int, bulk_id: int) -> None:
    """Have a worker run this bulk change, once this transaction is committed."""
    name = f"bulk-{bulk_id}"
    job = _enqueuer.configure_task(
        RUN_BULK, queue=BULK_QUEUE, lock=name, queueing_lock=name, connection=tx.connection, allow_unknown=True
    )
    try:
        async with tx.savepoint():
            await job.defer_async(org_id=org_id, bulk_id=bulk_id)
    except AlreadyEnqueued:
        return


AT_WORK = """
SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = %(name)s AND status = 'doing')
    OR EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = %(name)s AND status = 'todo'
                  AND (scheduled_at IS NULL OR scheduled_at <= now()))"""


async def is_at_work(tx: Transaction, bulk_id: int) -> bool:
    """Whether a job runs this bulk change or is about to; not when it waits to be tried again."""
    return bool(await tx.value(AT_WORK, {"name": f"bulk-{bulk_id}"}))


ONE_SWEEPER = "SELECT pg_try_advisory_xact_lock(hashtextextended('shoal.sweeper', 0))"


async def try_to_sweep(tx: Transaction) -> bool:
    """Be the only sweeper until the transaction ends; False while another is."""
    return bool(await tx.value(ONE_SWEEPER))


SEE_ALL = "SELECT set_config('shoal.engine', 'on', true)"
ORPHANS = """
SELECT b.org_id, b.id FROM bulk_change b
 WHERE b.finished_at IS NULL AND b.state IN ('queued', 'running')
   AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = 'bulk-' || b.id AND status = 'todo')
   AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = 'bulk-' || b.id AND status = 'doing')
 ORDER BY b.id LIMIT 100"""


async def orphans(tx: Transaction) -> list[tuple[int, int]]:
    """Bulk changes, of whatever organisation, that should be at work and have no job: organisation and id."""
    await tx.run(SEE_ALL)
    return [(org_id, bulk_id) for org_id, bulk_id in await tx.tuples(ORPHANS)]
