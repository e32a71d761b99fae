"""Real processes for tests: started, listened to, killed and waited for."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0


class Program:
    """A running `python -m ...`, whose output is read line by line."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": _import_path(), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.heard = ""

    def hear(self, pattern: str) -> re.Match[str]:
        """The first line that matches, of those not yet heard."""
        while line := self._line():
            self.heard += line
            if found := re.search(pattern, line):
                return found
        pytest.fail(f"never said {pattern!r}, but:\n{self.heard}")

    def hear_all(self, *patterns: str) -> None:
        """Lines that match each of these, in any order."""
        for pattern in patterns:
            if not re.search(pattern, self.heard):
                self.hear(pattern)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal and waits; the exit code. What was said until the end is in `heard`."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        while line := self._line():
            self.heard += line
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def _line(self) -> str:
        assert self.process.stdout
        text = b""
        while not text.endswith(b"\n"):
            # Byte by byte, unbuffered: select must see what is not read yet.
            if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
                pytest.fail(f"silent for {PATIENCE:g} s after:\n{self.heard}{text.decode()}")
            if not (byte := os.read(self.process.stdout.fileno(), 1)):
                break
            text += byte
        return text.decode()


def _import_path() -> str:
    return os.pathsep.join(filter(None, [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH")]))


@contextmanager
def program(*arguments: str, environment: dict[str, str] | None = None) -> Iterator[Program]:
    """A `python -m ...` that does not outlive the block."""
    running = Program(*arguments, environment=environment)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def temporary_folder(*, prefix: str = "shoal-test-") -> Iterator[Path]:
    """A folder with a short path: a Unix socket fits below it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # a killed tree may still be clearing up


def is_alive(pid: int) -> bool:
    """A process that ended and was not waited for is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def ended(pid: int, *, within: float) -> bool:
    """Whether the process ends in so many seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(handle, closefd=True):
        return bool(select.select([handle], [], [], within)[0])
