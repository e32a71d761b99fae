"""The durable jobs, in the same database: a job is enqueued in the transaction that stores what it is about."""

from __future__ import annotations

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from shoal.store.db import KEEPALIVES, Transaction

SEARCH_PATH = "-c search_path=procrastinate"
BULK_QUEUE = "bulk"
RUN_BULK = "run_bulk_change"


def open_app(url: str, *, pool_size: int = 10) -> App:
    """The job system of this database; `async with` its `open_async()`."""
    return App(
        connector=PsycopgConnector(
            conninfo=url, max_size=pool_size, kwargs={"options": SEARCH_PATH, "application_name": "shoal", **KEEPALIVES}
        )
    )


# Enqueueing borrows the transaction's own connection, so this app never opens one.
_enqueuer = App(connector=PsycopgConnector())


async def enqueue_bulk(tx: Transaction, bulk_id: int) -> None:
    """Have a worker run this bulk change, once this transaction is committed."""
    name = f"bulk-{bulk_id}"
    job = _enqueuer.configure_task(
        RUN_BULK, queue=BULK_QUEUE, lock=name, queueing_lock=name, connection=tx.connection, allow_unknown=True
    )
    try:
        async with tx.savepoint():
            await job.defer_async(org_id=tx.org_id, bulk_id=bulk_id)
    except AlreadyEnqueued:
        return


ONE_SWEEPER = "SELECT pg_try_advisory_xact_lock(hashtextextended('shoal.sweeper', 0))"


async def try_to_sweep(tx: Transaction) -> bool:
    """Be the only sweeper until the transaction ends; False while another is."""
    return bool(await tx.value(ONE_SWEEPER))
