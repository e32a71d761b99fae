"""The embedded server lives and dies with its owner, and loses nothing."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from shoal.postgres import Cluster, Postgres, PostgresError
from shoal.postgres.errors import Locked, StartFailed, Unusable
from tests.processes import Program, ended, is_alive, program, temporary_folder


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One data directory for the module: initdb takes most of a second."""
    with temporary_folder() as folder:
        yield folder / "data"


@pytest.fixture
def postgres(folder: Path) -> Iterator[Postgres]:
    server = Postgres(folder)
    server.start()
    yield server
    server.stop()


def owner(folder: Path) -> AbstractContextManager[Program]:
    return program("tests.postgres.owner", str(folder))


def write(url: str, number: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def numbers(url: str) -> set[int]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT number FROM kept")}


def test_answers_by_socket_and_by_loopback(postgres: Postgres) -> None:
    for url in (postgres.url, postgres.cluster.url(host="127.0.0.1")):
        with psycopg.connect(url) as connection:
            assert connection.info.server_version // 10_000 == 18


def test_refuses_a_wrong_password_by_socket_and_by_loopback(postgres: Postgres) -> None:
    for url in (postgres.url, postgres.cluster.url(host="127.0.0.1")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url.replace(postgres.cluster.password(), "wrong"))


def test_is_durable_and_knows_cyrillic(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(
            "SELECT lower('ЖУК'), current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('full_page_writes'), current_setting('data_checksums')"
        ).fetchone()
    assert row == ("жук", "on", "on", "on", "on")


def test_secrets_are_private_and_differ_between_directories(postgres: Postgres) -> None:
    with temporary_folder() as other:
        second = Postgres(other)
        second.start()
        second.stop()
        assert second.cluster.password() != postgres.cluster.password()
    assert stat.S_IMODE(postgres.cluster.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(postgres.cluster.data.stat().st_mode) == 0o700


def test_second_owner_is_refused_with_the_first_ones_pid(postgres: Postgres, folder: Path) -> None:
    with pytest.raises(Locked, match=f"in use by another Shoal, process {os.getpid()}"):
        Postgres(folder).start()
    assert postgres.poll() is None


def test_stop_ends_the_server_and_the_next_start_has_its_data(folder: Path) -> None:
    with owner(folder) as first:
        pid, url = first.hear(r"ready (\d+) (\S+)").groups()
        write(url, 1)
        assert first.end(signal.SIGTERM) == 0
        assert not is_alive(int(pid))
    with owner(folder) as second:
        assert 1 in numbers(second.hear(r"ready \d+ (\S+)").group(1))


@pytest.mark.crash
def test_killed_owner_takes_the_server_along_and_the_next_one_starts_at_once(folder: Path) -> None:
    with owner(folder) as first:
        pid, url = first.hear(r"ready (\d+) (\S+)").groups()
        write(url, 2)
        first.process.kill()
        with owner(folder) as second:
            assert 2 in numbers(second.hear(r"ready \d+ (\S+)").group(1))
        assert ended(int(pid), within=1)


@pytest.mark.crash
def test_killed_postmaster_is_seen_and_restart_recovers_on_the_same_port(postgres: Postgres) -> None:
    write(postgres.url, 3)
    url = postgres.url
    os.kill(postgres.pid, signal.SIGKILL)
    assert ended(postgres.pid, within=5)
    assert postgres.poll() == -signal.SIGKILL
    postgres.restart()
    assert postgres.url == url
    assert 3 in numbers(url)


def test_stale_pid_file_of_a_living_stranger_is_no_obstacle(folder: Path, postgres: Postgres) -> None:
    postgres.stop()
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{folder}/postgres\n0\n5432\n\n\n\n")
    postgres.start()
    assert postgres.poll() is None


def test_kept_port_taken_by_another_is_replaced(folder: Path, postgres: Postgres) -> None:
    postgres.stop()
    with socket.create_server(("127.0.0.1", Cluster(folder).port() or 0)) as other:
        postgres.start()
        assert postgres.cluster.port() != other.getsockname()[1]


def test_wanted_port_in_use_is_refused(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PostgresError, match=f"port {port} on 127.0.0.1 is in use"):
            Postgres(folder, port=port).start()


def test_failed_start_shows_the_servers_last_words(folder: Path) -> None:
    with pytest.raises(StartFailed, match="shared_buffers"):
        Postgres(folder, settings={"shared_buffers": "much"}).start()


def test_directory_of_another_major_version_is_refused(folder: Path) -> None:
    version = folder / "postgres" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Unusable, match="made by PostgreSQL 17, this Shoal carries 18"):
        Postgres(folder).start()
    version.write_text("18\n")


def test_path_too_long_for_a_socket_is_served_from_a_private_folder() -> None:
    with temporary_folder() as folder:
        server = Postgres(folder / ("long" * 30))
        server.start()
        sockets = server.cluster.socket_folder
        write(server.url, 4)
        server.stop()
        assert sockets.parent == Path("/tmp")
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        sockets.rmdir()


def test_half_made_cluster_is_made_anew() -> None:
    with temporary_folder() as folder:
        (folder / "postgres.new" / "base").mkdir(parents=True)
        server = Postgres(folder)
        server.start()
        server.stop()
        assert not (folder / "postgres.new").exists()


def test_path_that_is_no_directory_is_refused() -> None:
    with temporary_folder() as folder:
        (folder / "file").write_text("")
        with pytest.raises(Unusable, match="cannot be used: Not a directory"):
            Postgres(folder / "file" / "data").start()
