"""Runs the benchmark; prints a table and writes `bench/results/<time>.json`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import memory, shoal
from bench.batch_edit import BatchEdit
from bench.hand import Hand
from tests.ports import free_port

RESULTS = Path(__file__).parent / "results"
QUEUE = "TEST"
PRIORITIES = ("minor", "critical")
"""What the hand and what Shoal sets, in turn, so that each always has every issue to change."""

console = Console(width=max(Console().width, 110))  # the table needs so much


def main() -> None:
    arguments = _arguments()
    results = [measure(size, arguments.rounds or _rounds(size)) for size in arguments.sizes]
    _print(results)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps({"machine": _machine(), "results": results}, indent=2) + "\n")
    console.print(f"written to {path.relative_to(Path.cwd())}")


def measure(size: int, rounds: int) -> dict[str, Any]:
    """Both ways in turn over a fresh server with this many issues."""
    with (
        console.status(f"{size:,} issues: making them"),
        tempfile.TemporaryDirectory(prefix="shoal-bench-") as folder,
        shoal.serving(_open_to_all(Path(folder)), size, free_port()) as server,
    ):
        hand = Hand(server.database_url, int(server.variables["SHOAL_ORG"]), QUEUE)
        pids = {name: server.pid(name) for name in ("server", "worker")}
        hand.level(PRIORITIES[1])
        with server.client() as client:
            _round(hand, client, size)  # warm: plans, pages, connections
            before = {name: memory.resident(pid) for name, pid in pids.items()}
            for pid in pids.values():
                memory.forget_peak(pid)
            pairs = [_round(hand, client, size) for _ in range(rounds)]
            listed = _by_keys(hand, client, size, rounds) if size <= shoal.LARGEST_LIST else None
        peak = {name: memory.resident(pid, memory.PEAK) for name, pid in pids.items()}
        batch = _batch_edits(server, hand, size, rounds) if size <= shoal.LARGEST_LIST else None
    ratios = [run.total / by_hand for by_hand, run in pairs]
    return {
        "issues": size,
        "rounds": rounds,
        "hand_seconds": _spread([by_hand for by_hand, _ in pairs]),
        "shoal_seconds": _spread([run.total for _, run in pairs]),
        "submit_seconds": _spread([run.submit for _, run in pairs]),
        "ratio": _spread(ratios),
        "by_keys_seconds": listed,
        "batch_edit_seconds": batch,
        "memory_mb": {name: {"before": before[name], "peak": peak[name]} for name in pids},
    }


def _round(hand: Hand, client: Any, size: int) -> tuple[float, shoal.Run]:
    hand.settle()
    by_hand = hand.change(size, PRIORITIES[0])
    hand.settle()
    return by_hand, shoal.change(client, f"Queue: {QUEUE}", size, priority=PRIORITIES[1])


def _by_keys(hand: Hand, client: Any, size: int, rounds: int) -> dict[str, Any]:
    """The same issues as a list of keys."""
    keys = [f"{QUEUE}-{number}" for number in range(1, size + 1)]
    runs = []
    for number in range(rounds):
        hand.settle()
        runs.append(shoal.change(client, keys, size, priority=PRIORITIES[number % 2]))
    return {"submit": _spread([run.submit for run in runs]), "total": _spread([run.total for run in runs])}


def _batch_edits(server: shoal.Server, hand: Hand, size: int, rounds: int) -> dict[str, float]:
    """The same number of items by the batch edit of the CodeArts API, which answers when it is done."""
    batch = BatchEdit(server, list(hand.ids[:size]))
    seconds = []
    for number in range(rounds + 1):
        hand.settle()
        seconds.append(batch.edit(number))
    return _spread(seconds[1:])


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 4),
        "median": round(statistics.median(values), 4),
        "max": round(max(values), 4),
    }


def _rounds(size: int) -> int:
    return 9 if size <= 10_000 else 5


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000], help="issues a bulk change")
    parser.add_argument("--rounds", type=int, help="counted rounds of each size")
    return parser.parse_args()


def _open_to_all(folder: Path) -> Path:
    """The database runs as another user where we are root; its folder must be passable."""
    folder.chmod(0o755)
    return folder


def _machine() -> dict[str, Any]:
    return {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def _print(results: list[dict[str, Any]]) -> None:
    table = Table(title="One field of every issue, history included; seconds, median of the rounds")
    for heading in (
        "issues",
        "by hand",
        "Shoal",
        "ratio",
        "submit",
        "by keys: submit",
        "total",
        "batch edit",
        "server MB",
        "worker MB",
    ):
        table.add_column(heading, justify="right")
    for result in results:
        in_memory = [f"{part['before']} → {part['peak']}" for part in result["memory_mb"].values()]
        table.add_row(
            f"{result['issues']:,}",
            *(f"{result[key]['median']:.3f}" for key in ("hand_seconds", "shoal_seconds")),
            f"{result['ratio']['median']:.2f}",
            f"{result['submit_seconds']['median']:.3f}",
            *(
                (f"{keys[part]['median']:.3f}" for part in ("submit", "total"))
                if (keys := result["by_keys_seconds"])
                else ("", "")
            ),
            f"{batch['median']:.3f}" if (batch := result["batch_edit_seconds"]) else "",
            *in_memory,
        )
    console.print(table)


if __name__ == "__main__":
    main()
