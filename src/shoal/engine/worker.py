"""The worker process: runs the jobs of bulk changes until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job
from procrastinate.worker import Worker as Runner

from shoal.actions import running
from shoal.actions.running import Step, no_step
from shoal.engine.chunk import run_chunk
from shoal.engine.sweeper import sweep_forever
from shoal.settings import Settings
from shoal.store import jobs
from shoal.store.db import Database

log = structlog.get_logger()

CONCURRENCY = 4
"""Bulk changes at once in one worker; one never waits for another's end."""


LONGEST_PAUSE = 60


class TryLater(Exception):
    """The job goes back, and is taken up after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Stopping(TryLater):
    """The worker is told to stop: another goes on at the next chunk. No failed try."""

    def __init__(self) -> None:
        super().__init__(0)


class Retry(BaseRetryStrategy):
    """What runs a bulk change says when to try again. If not even that could be said, the database was away."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        pause = exception.seconds if isinstance(exception, TryLater) else min(2**job.attempts, LONGEST_PAUSE)
        return RetryDecision(retry_in={"seconds": int(pause)})


async def run(settings: Settings) -> None:
    """Work on the database of the settings until SIGTERM or SIGINT."""
    assert settings.database_url is not None
    await Worker(settings.database_url).run()


class Worker:
    """One worker on one database. `on_step` is called at the named steps of every chunk."""

    def __init__(self, url: str, *, on_step: Step = no_step) -> None:
        self.db = Database(url, max_size=CONCURRENCY + 2)
        self.app = jobs.open_app(url)
        self.on_step = on_step
        self.stopping = asyncio.Event()
        self.app.task(name=jobs.RUN_BULK, queue=jobs.BULK_QUEUE, retry=Retry())(self.run_bulk_change)

    async def run(self) -> None:
        """Work until told to stop."""
        await self.db.open()
        async with self.app.open_async():
            runner = self._runner()
            self._stop_on_signals(runner)
            sweeping = asyncio.create_task(sweep_forever(self.db, self.app))
            sweeping.add_done_callback(lambda _: runner.stop())
            log.info("worker ready")
            try:
                await runner.run()
            finally:
                sweeping.cancel()
                await asyncio.wait({sweeping})
        await self.db.close()
        if not sweeping.cancelled():
            sweeping.result()

    async def run_bulk_change(self, org_id: int, bulk_id: int) -> None:
        """The job: chunk after chunk, until there is none or the worker stops."""
        while await self._do_chunk(org_id, bulk_id):
            if self.stopping.is_set():
                raise Stopping
        await self.on_step("finished")

    async def _do_chunk(self, org_id: int, bulk_id: int) -> bool:
        try:
            return await run_chunk(self.db, org_id, bulk_id, on_step=self.on_step)
        except Exception as error:
            pause = await running.note_failure(self.db, org_id, bulk_id, error)
            if pause is not None:
                raise TryLater(pause) from error
            return False

    def _runner(self) -> Runner:
        # Without a poll each second a job that was given back would wait for the next: giving back wakes nobody.
        return Runner(
            self.app,
            queues=[jobs.BULK_QUEUE],
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            update_heartbeat_interval=1,
            stalled_worker_timeout=30,
            fetch_job_polling_interval=1,
            abort_job_polling_interval=1,
            shutdown_graceful_timeout=20,
            delete_jobs="never",
        )

    def _stop_on_signals(self, runner: Runner) -> None:
        def stop() -> None:
            self.stopping.set()
            runner.stop()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
