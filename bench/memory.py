"""Resident memory of a process and its children, in MB, from /proc."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PEAK = "VmHWM"
NOW = "VmRSS"


def resident(pid: int, what: str = NOW) -> float:
    """The process and its children together."""
    return round(sum(_read(one, what) for one in [pid, *_children(pid)]) / 1024, 1)


def forget_peak(pid: int) -> None:
    """Count peaks from now on."""
    for one in [pid, *_children(pid)]:
        Path(f"/proc/{one}/clear_refs").write_text("5")


def _read(pid: int, what: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


def _children(pid: int) -> Iterable[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
