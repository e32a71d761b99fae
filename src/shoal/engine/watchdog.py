"""Ends a process that can no longer end itself."""

from __future__ import annotations

import os
import threading
import time
from math import inf
from typing import NoReturn

import structlog

log = structlog.get_logger()

LOOK_EVERY = 1.0
HUNG_AFTER = 60
"""Looks at an event loop that does not turn. Not seconds: a process that was frozen, or a machine that slept, has not
hung."""


class Watchdog(threading.Thread):
    """Watches the event loop, which is to `beat` at least every second, and the time that a shutdown may take."""

    def __init__(self) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._beaten = True
        self._deadline = inf

    def beat(self) -> None:
        self._beaten = True

    def end_within(self, seconds: float) -> None:
        """From now on the process has so long to end by itself."""
        self._deadline = min(self._deadline, time.monotonic() + seconds)

    def run(self) -> None:
        looks = 0
        while True:
            time.sleep(LOOK_EVERY)
            looks = 0 if self._beaten else looks + 1
            self._beaten = False
            if looks >= HUNG_AFTER:
                end("the event loop does not turn")
            if time.monotonic() > self._deadline:
                end("the shutdown takes too long")


def end(reason: str, error: BaseException | None = None) -> NoReturn:
    """End this process here and now, whatever it is in: what runs in it survives a kill at any moment."""
    log.critical("the worker ends", reason=reason, exc_info=error)
    os._exit(os.EX_TEMPFAIL)
