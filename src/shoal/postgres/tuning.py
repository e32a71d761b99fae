"""Settings of the embedded server: sized by the machine's memory, and durable."""

from __future__ import annotations

import os
from pathlib import Path

MIB = 1024 * 1024
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def settings(memory: int | None = None) -> dict[str, str]:
    """PostgreSQL's settings for a machine with `memory` bytes, shared with the API and the workers."""
    memory = memory or machine_memory()
    return {
        "max_connections": "200",
        "shared_buffers": _mib(memory // 8, least=64, most=512),
        "effective_cache_size": _mib(memory // 2, least=256, most=65536),
        "maintenance_work_mem": _mib(memory // 32, least=64, most=512),
        "work_mem": _mib(memory // 512, least=4, most=32),
        **_shared_memory(),
        # Durability is said aloud: nobody should have to look up a default.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # A bulk change writes WAL in bursts; a small max_wal_size would mean checkpoints, and full pages anew, in each.
        "wal_buffers": "16MB",
        "wal_compression": "pglz",
        "max_wal_size": "4GB",
        "min_wal_size": "512MB",
        "checkpoint_timeout": "10min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "jit": "off",
        # Chunks leave dead rows in the tables they rewrite: vacuum at 5 % of a table, not at 20 %.
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.05",
        "autovacuum_naptime": "15s",
        # A machine that is lost must not hold row locks for hours.
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
        "client_connection_check_interval": "10s",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "log_lock_waits": "on",
    }


def machine_memory() -> int:
    """Bytes of memory of the machine, or of the container when that has less."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = (int(text) for text in map(_read, CGROUP_LIMITS) if text.isdigit())
    return min([memory, *limits])


def _shared_memory() -> dict[str, str]:
    # Docker gives 64 MB of /dev/shm; a parallel query that needs more would fail.
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 - asked for its size only
    except OSError:
        return {"dynamic_shared_memory_type": "mmap"}
    small = found.f_frsize * found.f_blocks < 256 * MIB
    return {"dynamic_shared_memory_type": "mmap" if small else "posix"}


def _mib(size: int, *, least: int, most: int) -> str:
    return f"{max(least, min(most, size // MIB))}MB"


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
