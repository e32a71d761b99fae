"""One child of `shoal serve`: its pid file, its end, and when it may be started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from shoal.cli import heartbeat
from shoal.postgres.death import dies_with_parent

log = structlog.get_logger("shoal.serve")

# A child that lived this long was well: the next one is started at once.
HEALTHY_LIFE = 10.0
LONGEST_DELAY = 30.0


class Backoff:
    """The wait before the next start: none at first, then doubled while starts fail one after the other."""

    def __init__(self) -> None:
        self._delay = 0.0
        self.due = 0.0

    def note_end(self, *, lived: float, now: float) -> float:
        """Returns the seconds to wait."""
        if lived >= HEALTHY_LIFE:
            self._delay = 0.0
        delay = self._delay
        self._delay = min(max(0.5, self._delay * 2), LONGEST_DELAY)
        self.due = now + delay
        return delay


class Child:
    """A process that ends with us, however we end."""

    def __init__(self, name: str, command: Sequence[str], *, pid_file: Path, grace: float) -> None:
        self.name = name
        self._command = list(command)
        self._pid_file = pid_file
        self._heart = heartbeat.Listener(pid_file.with_suffix(".beat"))
        self._grace = grace
        self._backoff = Backoff()
        self._process: subprocess.Popen[bytes] | None = None
        self._born = 0.0

    def start(self, environment: Mapping[str, str]) -> None:
        self._heart.begin()
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            self._command,
            env={**os.environ, **environment, heartbeat.VARIABLE: str(self._heart.path)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the parent, who stops its children in order
            # SIGKILL, for the next `serve` wants the port at once; whatever runs here survives a kill at any moment.
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
        self._born = time.monotonic()
        write_pid(self._pid_file, self._process.pid)
        log.debug(f"The {self.name} is process {self._process.pid}")

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll() if self._process else None

    def kill_if_silent(self) -> None:
        """A process that is there and does nothing is worse than none: one that has ended is started again."""
        if self._process and self._process.poll() is None and self._heart.is_silent():
            log.warning(f"The {self.name} has not shown itself alive for {heartbeat.SILENT_AFTER:g} s and is killed")
            self._process.kill()

    def note_end(self) -> None:
        """To be called once after an end. Says it, and decides when to start again."""
        now = time.monotonic()
        delay = self._backoff.note_end(lived=now - self._born, now=now)
        again = f"again in {delay:g} s" if delay else "again now"
        log.warning(f"The {self.name} ended ({describe(self.exit_code)}); starting it {again}")
        self._forget()

    def wait_seconds(self) -> float | None:
        """How long until it is to be started; None while it runs."""
        return None if self._process else max(0.0, self._backoff.due - time.monotonic())

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when it does not go in its time."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(self._grace)
            except subprocess.TimeoutExpired:
                log.warning(f"The {self.name} did not stop in {self._grace:g} s and is killed")
                self._process.kill()
                self._process.wait()
        self._forget()

    def _forget(self) -> None:
        self._process = None
        self._heart.end()
        self._pid_file.unlink(missing_ok=True)


def write_pid(path: Path, pid: int) -> None:
    """In one step: a reader finds the old number or the new one, never half of one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{pid}\n")
    fresh.rename(path)


def describe(exit_code: int | None) -> str:
    """An exit code in words."""
    if exit_code is not None and exit_code < 0:
        return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"
