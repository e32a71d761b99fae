"""A lock that its owner's death releases, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from shoal.postgres.errors import Locked


class FileLock:
    """An exclusive flock with the owner's pid in the file, for people."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1

    def acquire(self) -> None:
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.pread(file, 32, 0).decode().strip() or "unknown"
            os.close(file)
            folder = self.path.parent.parent
            raise Locked(f"The data directory {folder} is in use by another Shoal, process {owner}.") from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
