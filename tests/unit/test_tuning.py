"""The embedded server's settings follow the machine's memory and stay durable."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoal.postgres import tuning

GIB = 1024**3


@pytest.mark.parametrize(("memory", "buffers"), [(GIB // 4, "64MB"), (2 * GIB, "256MB"), (64 * GIB, "512MB")])
def test_shared_buffers_are_an_eighth_of_memory_within_bounds(memory: int, buffers: str) -> None:
    assert tuning.settings(memory)["shared_buffers"] == buffers


def test_memory_is_what_the_container_may_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(f"{GIB // 2}\n")
    monkeypatch.setattr(tuning, "CGROUP_LIMITS", (limit,))
    assert tuning.machine_memory() == GIB // 2
    limit.write_text("max\n")
    assert tuning.machine_memory() > GIB // 2


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_nothing_committed_can_be_lost(name: str) -> None:
    assert tuning.settings()[name] == "on"
