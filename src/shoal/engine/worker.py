"""The worker process: runs the jobs of bulk changes until it is told to stop.

Crash-only: whatever else ends its work ends the process, for a supervisor to start another; and no wait on the way out
is longer than the watchdog lets it be.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job
from procrastinate.worker import Worker as Runner

from shoal.actions import running
from shoal.actions.running import Step, no_step
from shoal.engine import runner
from shoal.engine.chunk import run_chunk
from shoal.engine.sweeper import sweep_forever
from shoal.engine.watchdog import Watchdog, end
from shoal.settings import Settings
from shoal.store import jobs
from shoal.store.db import Database

log = structlog.get_logger()

END_WITHIN = runner.STOP_WITHIN + 4
"""Seconds from being told to stop. A supervisor may kill after 25."""
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


def no_beat() -> None:
    """Where nobody listens for a heartbeat."""


async def run(settings: Settings, *, on_beat: Callable[[], None] = no_beat) -> None:
    """Work on the database of the settings until SIGTERM or SIGINT."""
    assert settings.database_url is not None
    await Worker(settings.database_url, direct_url=settings.database_direct_url, on_beat=on_beat).run()


class Worker:
    """One worker on one database. `on_step` is called at the named steps of every chunk, `on_beat` every second."""

    def __init__(
        self,
        url: str,
        *,
        direct_url: str | None = None,
        on_step: Step = no_step,
        on_beat: Callable[[], None] = no_beat,
    ) -> None:
        self.db = Database(url, max_size=runner.CONCURRENCY + 2)
        self.app = jobs.open_app(direct_url or url)  # jobs are listened for, which no pooler passes on
        self.on_step = on_step
        self.on_beat = on_beat
        self.stopping = asyncio.Event()
        self.watchdog = Watchdog()
        self.app.task(name=jobs.RUN_BULK, queue=jobs.BULK_QUEUE, retry=Retry())(self.run_bulk_change)

    async def run(self) -> None:
        """Work until told to stop."""
        self.watchdog.start()
        beating = asyncio.create_task(self._beat_forever())
        await self.db.open()
        async with self.app.open_async():
            at_work = runner.make(self.app)
            self._stop_on_signals(at_work)
            sweeping = asyncio.create_task(sweep_forever(self.db, self.app))
            working = asyncio.create_task(at_work.run())
            log.info("worker ready")
            await asyncio.wait({working, sweeping, beating}, return_when=asyncio.FIRST_COMPLETED)
            self._check_stopped(working)
            sweeping.cancel()
            beating.cancel()
        await self.db.close()

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

    async def _beat_forever(self) -> None:
        while True:
            self.watchdog.beat()
            self.on_beat()
            await asyncio.sleep(0.5)

    def _check_stopped(self, working: asyncio.Task[None]) -> None:
        """Go on only if the work has ended because it was to."""
        if not working.done():
            end("what keeps it alive has ended")
        if (error := working.exception()) or not self.stopping.is_set():
            end("its work has ended by itself", error)

    def _stop_on_signals(self, at_work: Runner) -> None:
        def stop() -> None:
            self.stopping.set()
            self.watchdog.end_within(END_WITHIN)
            at_work.stop()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
