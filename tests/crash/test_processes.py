"""A whole installation under kill -9: any process, in the middle of a bulk change of 10,000 issues."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg
import pytest

from shoal.postgres import Cluster
from tests.ports import free_port

pytestmark = pytest.mark.crash

ISSUES = 10_000
PATIENCE = 120.0
"""Seconds for the installation to come up, or for a bulk change to end by itself."""


@dataclass
class Installation:
    """`shoal demo` in a folder of its own, with chunks so small that there is a middle to be killed in."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env_file = self.folder / "demo.env"
        env_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "shoal", "demo", "--port", str(self.port), "--data-dir", str(self.folder)]
        command += ["--issues", str(ISSUES), "--env-file", str(env_file)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, "SHOAL_CHUNK_SIZE": "100"}
            )
        wait_until(env_file.exists)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def kill(self, name: str) -> None:
        os.kill(int((self.folder / "run" / f"{name}.pid").read_text()), signal.SIGKILL)

    @property
    def variables(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.folder / "demo.env").read_text().splitlines())

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"OAuth {self.variables['SHOAL_TOKEN']}", "X-Org-ID": self.variables["SHOAL_ORG"]}
        return httpx.request(method, self.variables["SHOAL_URL"] + path, headers=headers, timeout=30, **options)

    def progress(self, path: str) -> dict[str, Any]:
        """The bulk change now; empty while nobody answers."""
        try:
            answer = self.request("GET", path)
        except httpx.TransportError:
            return {}
        return dict(answer.json()) if answer.status_code == 200 else {}

    def query(self, sql: Any, *params: Any) -> tuple[Any, ...]:
        with psycopg.connect(Cluster(self.folder).url(), options="-c search_path=shoal") as connection:
            row = connection.execute(sql, params).fetchone()
            assert row is not None
            return row


def wait_until(holds: Any) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # the database runs as a user of its own where we are root
    running = Installation(folder)
    running.start()
    yield running
    running.stop()


@contextmanager
def readers(installation: Installation, count: int = 3) -> Iterator[Counter[int]]:
    """So many clients who ask all the time; what they were answered, by status."""
    answers: Counter[int] = Counter()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers[installation.request("GET", "/v2/issues/TEST-1").status_code] += 1

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)


def test_while_the_database_is_restarted_requests_wait_for_it(installation: Installation) -> None:
    pid = (installation.folder / "run" / "postgres.pid").read_text()
    with readers(installation) as answers:
        for _ in range(3):
            before = answers[200]
            wait_until(lambda seen=before: answers[200] > seen + 20)
            installation.kill("postgres")
            wait_until(lambda old=pid: (installation.folder / "run" / "postgres.pid").read_text() not in (old, ""))
            pid = (installation.folder / "run" / "postgres.pid").read_text()
        after = answers[200]
        wait_until(lambda: answers[200] > after + 20)
    print(answers)
    assert set(answers) <= {200, 503}
    assert answers[503] <= 9, answers  # those in the middle of a statement: one a client and kill


ONCE_EACH = """
SELECT count(*), count(DISTINCT issue_id), (SELECT count(*) FROM issue WHERE tags @> ARRAY[%s]::text[]),
       (SELECT sum(changed) FROM bulk_change WHERE id = b.id), (SELECT count(*) FROM comment WHERE text = %s)
  FROM changelog c JOIN bulk_change b ON b.org_id = c.org_id AND b.id = c.bulk_id
 WHERE b.id = (SELECT max(id) FROM bulk_change) GROUP BY b.id"""


@pytest.mark.parametrize("victim", ["worker", "server", "postgres", "serve"])
def test_a_killed_process_loses_no_issue_and_changes_none_twice(installation: Installation, victim: str) -> None:
    values = {"tags": {"add": [victim]}, "comment": f"killed {victim}"}
    answer = installation.request("POST", "/v2/bulkchange/_update", json={"issues": "Queue: TEST", "values": values})
    assert answer.status_code == 201, answer.text
    path = f"/v2/bulkchange/{answer.json()['id']}"
    in_the_middle = wait_until(lambda: installation.progress(path).get("totalCompletedIssues"))
    assert in_the_middle < ISSUES
    installation.kill(victim)
    if victim == "serve":
        assert installation.process is not None
        installation.process.wait(PATIENCE)
        installation.start()
    ended = wait_until(lambda: (now := installation.progress(path)).get("status") in ("COMPLETE", "FAILED") and now)
    assert (ended["status"], ended["totalCompletedIssues"], ended["totalIssues"]) == ("COMPLETE", ISSUES, ISSUES)
    assert installation.query(ONCE_EACH, victim, f"killed {victim}") == (ISSUES,) * 5
