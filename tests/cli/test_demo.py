"""`shoal demo`, as scripts and people run it."""

from __future__ import annotations

import http.client
import json
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.ports import free_port
from tests.processes import Program, ended, program, temporary_folder

pytestmark = pytest.mark.slow

COUNT = 300
NAMES = {
    "SHOAL_URL", "SHOAL_ORG", "SHOAL_TOKEN", "SHOAL_QUEUE", "SHOAL_QUEUE2", "SHOAL_TOKEN2", "SHOAL_FOREIGN_QUEUE",
    "SHOAL_ORG_OTHER", "SHOAL_TOKEN_OTHER", "SHOAL_LOGIN", "SHOAL_PASSWORD", "SHOAL_PROJECT_ID", "SHOAL_AK", "SHOAL_SK",
    "SHOAL_IAM_DOMAIN", "SHOAL_IAM_USER", "SHOAL_IAM_PASSWORD",
}  # fmt: skip


def start(folder: Path, port: int) -> Any:
    where = ("--port", str(port), "--data-dir", str(folder / "data"), "--env-file", str(folder / "env"))
    return program("shoal", "demo", "--issues", str(COUNT), *where)


def environment(folder: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (folder / "env").read_text().splitlines())


def ask(values: dict[str, str], path: str, body: object = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(values["SHOAL_URL"]).netloc, timeout=30)
    headers = {"Authorization": f"OAuth {values['SHOAL_TOKEN']}", "X-Org-ID": values["SHOAL_ORG"]}
    connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content


def wait_ready(demo: Program) -> None:
    demo.hear("Ctrl-C ends it")


def test_walk_once_ends_well_and_leaves_nothing() -> None:
    with program("shoal", "demo", "--issues", "300", "--port", str(free_port()), "--walk", "--once") as demo:
        folder = demo.hear(r"Creating a database in (\S+)/postgres")[1]
        assert demo.wait() == 0
    assert "300 of 300 issues changed" in demo.heard
    assert "Updated via API" in demo.heard
    assert not Path(folder).exists()


def test_env_file_tells_what_a_script_needs_and_the_same_command_works_after_a_kill() -> None:
    port = free_port()
    with temporary_folder() as folder:
        with start(folder, port) as demo:
            wait_ready(demo)
            before = environment(folder)
            assert set(before) == NAMES
            assert (folder / "env").stat().st_mode & 0o777 == 0o600
            assert ask(before, "/v2/issues/_count", {"query": "Queue: TEST"}) == (200, COUNT)
            server = int((folder / "data" / "run" / "server.pid").read_text())
            demo.end(signal.SIGKILL)
        assert ended(server, within=2.0)
        with start(folder, port) as demo:
            wait_ready(demo)
            assert environment(folder) == before
            assert ask(before, "/v3/issues/_count", {"query": "Queue: TEST"}) == (200, COUNT)
            assert ask(before, f"/v2/queues/{before['SHOAL_FOREIGN_QUEUE']}")[0] == 404
            assert demo.end(signal.SIGINT) == 0


def test_demo_killed_while_it_makes_issues_goes_on() -> None:
    port = free_port()
    with temporary_folder() as folder:
        with start(folder, port) as demo:
            demo.hear("PostgreSQL is ready")
            demo.end(signal.SIGKILL)
        with start(folder, port) as demo:
            wait_ready(demo)
            assert ask(environment(folder), "/v2/issues/_count", {"query": "Queue: TEST"}) == (200, COUNT)
            assert demo.end() == 0
