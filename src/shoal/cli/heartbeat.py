"""How a child of `serve` shows that it is alive and not merely there: it touches a file that its parent looks at."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic

VARIABLE = "SHOAL_HEARTBEAT_FILE"
INTERVAL = 1.0
"""Seconds between two beats."""
SILENT_AFTER = 60.0
"""Seconds without one after which the process is taken for hung."""


def beat() -> None:
    """Show that this process is alive, if anybody looks."""
    if path := os.environ.get(VARIABLE):
        Path(path).touch()


class Listener:
    """Where a parent looks for the beats of one child. One that has never beaten is not judged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = 0
        self._seen_at: float | None = None

    def begin(self) -> None:
        """A new child."""
        self.path.touch()
        self._seen = self.path.stat().st_mtime_ns
        self._seen_at = None

    def is_silent(self) -> bool:
        """Whether the child has stopped beating. By our own clock, which stands still while the machine sleeps."""
        beaten = self._seen
        with suppress(FileNotFoundError):  # somebody has tidied up; the next beat makes it again
            beaten = self.path.stat().st_mtime_ns
        if beaten != self._seen:
            self._seen, self._seen_at = beaten, monotonic()
        return self._seen_at is not None and monotonic() - self._seen_at > SILENT_AFTER

    def end(self) -> None:
        self.path.unlink(missing_ok=True)
