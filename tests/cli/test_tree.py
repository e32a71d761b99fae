"""`shoal serve` keeps its processes: it starts again what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import database
from tests.processes import Program, ended, is_alive, program, temporary_folder

pytestmark = pytest.mark.crash


@dataclass(frozen=True)
class Place:
    """A data directory and a port; `serve` may be started there again and again."""

    folder: Path
    port: int

    def serve(self, application: str = "asgi", **variables: str) -> AbstractContextManager[Program]:
        environment = {
            "SHOAL_DATA_DIR": str(self.folder),
            "SHOAL_PORT": str(self.port),
            "SHOAL_LOG_LEVEL": "debug",
            **variables,
        }
        return program("tests.cli.standins", "serve", application, environment=environment)

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text())

    def pids(self) -> dict[str, int]:
        return {path.stem: int(path.read_text()) for path in (self.folder / "run").glob("*.pid")}

    def get(self, path: str = "/") -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            content: bytes = answer.read()
            return content


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with temporary_folder() as folder:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        yield Place(folder, port)


@pytest.fixture
def external(postgres_url: str) -> Iterator[str]:
    with database.database(postgres_url) as url:
        yield url


def test_ready_is_said_when_the_api_answers(place: Place) -> None:
    with place.serve() as serve:
        assert serve.hear("Shoal is ready at (.*)").group(1) == f"http://127.0.0.1:{place.port}"
        assert place.get() == b"hello"


def test_pid_files_name_the_running_processes(place: Place) -> None:
    with place.serve() as serve:
        serve.hear("Shoal is ready")
        assert place.pids().keys() == {"serve", "server", "worker", "postgres"}
        assert all(is_alive(pid) for pid in place.pids().values())
        assert place.pid("serve") == serve.process.pid


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_ends_api_then_worker_then_database(place: Place, number: signal.Signals) -> None:
    with place.serve() as serve:
        serve.hear_all("Shoal is ready", "worker began")
        pids = place.pids()
        assert serve.end(number) == 0
    assert serve.heard.index("lifespan ended") < serve.heard.index("worker ended")
    assert not any(is_alive(pid) for pid in pids.values())
    assert place.pids() == {}


def test_killed_serve_takes_all_along_and_can_be_started_at_once(place: Place) -> None:
    with place.serve() as first:
        first.hear("Shoal is ready")
        children = [pid for name, pid in place.pids().items() if name != "serve"]
        first.process.kill()
        with place.serve() as second:
            assert all(ended(pid, within=1) for pid in children)
            second.hear("Shoal is ready")
            assert place.get() == b"hello"


@pytest.mark.parametrize(("name", "file"), [("API", "server"), ("worker", "worker")])
def test_killed_child_is_started_again(place: Place, name: str, file: str) -> None:
    with place.serve() as serve:
        serve.hear("Shoal is ready")
        before = place.pid(file)
        os.kill(before, signal.SIGKILL)
        serve.hear(rf"The {name} ended \(SIGKILL\); starting it again now")
        assert int(serve.hear(rf"The {name} is process (\d+)").group(1)) == place.pid(file) != before


@pytest.mark.parametrize(("name", "file"), [("API", "server"), ("worker", "worker")])
def test_child_that_hangs_is_killed_and_started_again(place: Place, name: str, file: str) -> None:
    with place.serve(TEST_SILENT_AFTER="3") as serve:
        serve.hear_all("Shoal is ready", "worker began")
        hung = place.pid(file)
        os.kill(hung, signal.SIGSTOP)
        serve.hear(f"The {name} has not shown itself alive for 3 s and is killed")
        assert int(serve.hear(rf"The {name} is process (\d+)").group(1)) != hung
        assert ended(hung, within=1)


def test_killed_database_is_started_again(place: Place) -> None:
    with place.serve() as serve:
        serve.hear("Shoal is ready")
        before = place.pid("postgres")
        os.kill(before, signal.SIGKILL)
        serve.hear("PostgreSQL is ready again")
        assert place.pid("postgres") != before


def test_child_that_dies_again_at_once_is_waited_with(place: Place) -> None:
    with place.serve() as serve:
        serve.hear("Shoal is ready")
        os.kill(place.pid("worker"), signal.SIGKILL)
        again = int(serve.hear(r"The worker is process (\d+)").group(1))
        os.kill(again, signal.SIGKILL)
        serve.hear(r"The worker ended \(SIGKILL\); starting it again in 0.5 s")
        assert int(serve.hear(r"The worker is process (\d+)").group(1)) != again


def test_endless_answer_does_not_hold_up_the_stop(place: Place) -> None:
    with place.serve() as serve:
        serve.hear("Shoal is ready")
        with socket.create_connection(("127.0.0.1", place.port)) as client:
            client.sendall(b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
            assert serve.end() == 0
    assert "is killed" not in serve.heard


def test_second_serve_is_refused_and_harms_nothing(place: Place) -> None:
    with place.serve() as first:
        first.hear("Shoal is ready")
        with place.serve() as second:
            assert second.wait() == 1
        assert f"in use by another Shoal, process {first.process.pid}" in second.heard
        assert place.get() == b"hello"
        assert place.pid("serve") == first.process.pid


def test_port_in_use_is_refused(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with Place(place.folder, port).serve() as serve:
            assert serve.wait() == 1
    assert f"Port {port} on 127.0.0.1 is in use" in serve.heard


def test_api_that_cannot_start_ends_serve_with_a_sentence(place: Place) -> None:
    with place.serve("asgi_that_fails") as serve:
        assert serve.wait() == 1
    assert "this application cannot be made" in serve.heard
    assert "The API ended before it was ready (exit code 1)" in serve.heard


def test_external_database_is_not_migrated_but_refused(place: Place, external: str) -> None:
    with place.serve(SHOAL_DATABASE_URL=external) as serve:
        assert serve.wait() == 1
    assert "Run: shoal db upgrade" in serve.heard


def test_external_database_at_head_is_served_without_another(place: Place, database_url: str) -> None:
    with place.serve(SHOAL_DATABASE_URL=database_url) as serve:
        serve.hear("Shoal is ready")
        assert place.pids().keys() == {"serve", "server", "worker"}


def test_number_of_workers_is_a_setting(place: Place, database_url: str) -> None:
    with place.serve(SHOAL_DATABASE_URL=database_url, SHOAL_WORKERS="3") as serve:
        serve.hear("Shoal is ready")
        assert place.pids().keys() == {"serve", "server", "worker", "worker-2", "worker-3"}
        assert serve.end() == 0
    with place.serve(SHOAL_DATABASE_URL=database_url, SHOAL_WORKERS="0") as serve:
        serve.hear("Shoal is ready")
        assert place.pids().keys() == {"serve", "server"}
