"""procrastinate's worker, made so that it works or ends, and nothing between.

By itself it stops when a heartbeat fails, and may never come to the end of stopping; and a job of which it could not
write down what became of it is nobody's for ever. Here it waits for a database that is away, as long as nobody else has
taken over its jobs. After that, or when it cannot know what was written, the process ends: the sweeper gives its jobs
to others, and its supervisor starts another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from time import monotonic
from typing import TypeVar

import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager, NotificationCallback
from procrastinate.worker import Worker as Runner
from psycopg.errors import RaiseException
from psycopg_pool import PoolTimeout

from shoal.engine.sweeper import FORGET_AFTER
from shoal.engine.watchdog import end
from shoal.store import jobs

log = structlog.get_logger()
Answer = TypeVar("Answer")

CONCURRENCY = 4
"""Bulk changes at once in one worker; one never waits for another's end."""
PATIENCE = FORGET_AFTER - 5
"""Seconds to wait for the database: soon after, this worker is forgotten."""
STOP_WITHIN = 20
"""Seconds in which a chunk comes to its end."""


def make(app: App) -> Runner:
    """The runner of this app's jobs, not yet running."""
    app.job_manager = Ledger(app.connector)
    # Without a poll each second a job that was given back would wait for the next: giving back wakes nobody.
    return Runner(
        app,
        queues=[jobs.BULK_QUEUE],
        concurrency=CONCURRENCY,
        install_signal_handlers=False,
        update_heartbeat_interval=1,
        stalled_worker_timeout=FORGET_AFTER,
        fetch_job_polling_interval=1,
        abort_job_polling_interval=1,
        shutdown_graceful_timeout=STOP_WITHIN,
        delete_jobs="never",
    )


class Ledger(JobManager):
    """What the runner must not fail to write down."""

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        return await _insist(lambda: super(Ledger, self).fetch_job(queues, worker_id))

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        await _tell(lambda: super(Ledger, self).finish_job(job, status, delete_job))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        await _tell(lambda: super(Ledger, self).retry_job(job, retry_at, priority, queue, lock))

    async def update_heartbeat(self, worker_id: int) -> None:
        await _insist(lambda: super(Ledger, self).update_heartbeat(worker_id))

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        """Listening only makes it quicker; whoever is deaf polls, and listens again."""
        while True:
            try:
                await super().listen_for_jobs(on_notification=on_notification, queues=queues)
            except ConnectorException as error:
                log.warning("not listening for jobs", error=str(error.__cause__))
            await asyncio.sleep(1)


async def _tell(write: Callable[[], Awaitable[None]]) -> None:
    """Write what became of a job, if it is still ours: of one that was taken over another tells."""
    try:
        await _insist(write)
    except ConnectorException as error:
        log.warning("job was taken over", error=str(error.__cause__))


async def _insist(write: Callable[[], Awaitable[Answer]]) -> Answer:
    """Write, as soon as there is a connection. Ends the process when there is none for long, or when it was lost in the
    middle, for then nobody knows what was written."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            return await write()
        except ConnectorException as error:
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError from error
            if isinstance(error.__cause__, RaiseException):
                raise  # the job is another's by now
            if not isinstance(error.__cause__, PoolTimeout) or monotonic() > deadline:
                end("it cannot write down what becomes of its jobs", error)
