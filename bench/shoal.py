"""Shoal under measurement: a server of its own, spoken to over HTTP alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from shoal.postgres import Cluster

START_TIMEOUT = 900.0
"""Seconds for the server to come up with its data."""
LARGEST_LIST = 10_000
"""Issues that a list of keys may name on this wire."""


@dataclass(frozen=True)
class Run:
    """One bulk change: seconds until the POST was answered, and until it had ended."""

    submit: float
    total: float


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it."""

    data_dir: Path
    variables: dict[str, str]

    @property
    def database_url(self) -> str:
        return Cluster(self.data_dir).url()

    def pid(self, name: str) -> int:
        return int((self.data_dir / "run" / f"{name}.pid").read_text())

    def client(self) -> httpx.Client:
        headers = {
            "Authorization": f"OAuth {self.variables['SHOAL_TOKEN']}",
            "X-Org-ID": self.variables["SHOAL_ORG"],
            "X-Shoal-Dedup": "off",
        }
        return httpx.Client(base_url=self.variables["SHOAL_URL"], headers=headers, timeout=60)


@contextmanager
def serving(data_dir: Path, issues: int, port: int) -> Iterator[Server]:
    """Run `shoal demo` with this many issues in TEST, until the block ends."""
    env_file = data_dir / "bench.env"
    command = [sys.executable, "-m", "shoal", "demo", "--port", str(port), "--data-dir", str(data_dir)]
    command += ["--issues", str(issues), "--env-file", str(env_file)]
    environment = {**os.environ, "SHOAL_YANDEX_BULK_LIMIT": "10000000"}
    with (data_dir / "bench.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: S603 - our own words
    try:
        yield Server(data_dir, _wait_for(env_file, process))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(env_file: Path, process: subprocess.Popen[bytes]) -> dict[str, str]:
    deadline = time.monotonic() + START_TIMEOUT
    while not env_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the server did not come up: see {env_file.with_name('bench.log')}")
        time.sleep(0.1)
    return dict(line.split("=", 1) for line in env_file.read_text().splitlines())


def change(client: httpx.Client, issues: str | list[str], count: int, *, priority: str) -> Run:
    """Give these issues, by query or by key, this priority through a bulk change, and wait for its end."""
    began = time.perf_counter()
    answer = client.post("/v2/bulkchange/_update", json={"issues": issues, "values": {"priority": priority}})
    submitted = time.perf_counter() - began
    assert answer.status_code == 201, answer.text
    path = f"/v2/bulkchange/{answer.json()['id']}"
    while (state := client.get(path).json())["status"] not in ("COMPLETE", "FAILED"):
        time.sleep(0.01)
    took = time.perf_counter() - began
    assert (state["status"], state["totalCompletedIssues"]) == ("COMPLETE", count), state
    return Run(submitted, took)
