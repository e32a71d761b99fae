"""PostgreSQL as our own child: it is ready when `start` returns, and it ends when we do.

The kernel sends the server SIGINT, a fast and clean shutdown, when the thread that started it dies. So call `start`
and `restart` on the main thread of a process that lives as long as the server is wanted.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from shoal.postgres import account, binaries, cluster, tuning
from shoal.postgres.death import dies_with_parent
from shoal.postgres.errors import PostgresError, StartFailed, Unusable
from shoal.postgres.lock import FileLock

LOG_LIMIT = 16 * 1024 * 1024
LEFTOVER_PATIENCE = 60.0
STOP_PATIENCE = 60.0


def _say_nothing(_sentence: str) -> None:
    """The default listener of slow starts."""


class Postgres:
    """The server of one data directory. Not running until `start`.

    `say` hears of what takes long; `pause` is called while waiting, and may raise to end a start.
    """

    def __init__(
        self,
        folder: Path,
        *,
        bin_dir: Path | None = None,
        port: int | None = None,
        listen: str = "127.0.0.1",
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = _say_nothing,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._bin_dir = bin_dir
        self._wanted_port = port
        self._listen = listen
        self._settings = {**tuning.settings(), **(settings or {})}
        self._say = say
        self._pause = pause
        self._child: subprocess.Popen[bytes] | None = None
        self._lock: FileLock | None = None

    def start(self) -> None:
        """Returns when the server answers, however long its crash recovery takes. Raises PostgresError."""
        self.cluster = cluster.prepare(self._folder)
        self._lock = FileLock(self.cluster.run / "postgres.lock")
        self._lock.acquire()
        try:
            self._make_ready()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        """Starts the server again after it died, on the same port."""
        self._wanted_port = self.cluster.port()
        self._launch()

    def poll(self) -> int | None:
        """The exit code when the server is dead, None while it runs."""
        return self._child.poll() if self._child else 0

    def stop(self) -> None:
        """Ends all sessions, writes everything down and waits for the end."""
        if self._child and self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)
            try:
                self._child.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                # Immediate: nothing committed is lost, the next start recovers.
                self._child.send_signal(signal.SIGQUIT)
                self._child.wait()
        self._child = None
        if self._lock:
            self._lock.release()

    @property
    def pid(self) -> int:
        if self._child is None:
            raise PostgresError("The database is not running.")
        return self._child.pid

    @property
    def url(self) -> str:
        """By the Unix socket: the fastest way, for processes of this machine and user."""
        return self.cluster.url()

    def _make_ready(self) -> None:
        self._account = account.choose(self.cluster.data)
        found = binaries.find(self._bin_dir)
        major = binaries.version(found)
        if major != binaries.MAJOR:
            raise Unusable(f"Shoal needs PostgreSQL {binaries.MAJOR}; {found} has {major}.")
        self._programs = binaries.reachable(found, self._account, copy_to=self.cluster.folder)
        if not self.cluster.exists():
            self._say(f"Creating a database in {self.cluster.data}")
            cluster.create(self.cluster, self._account, self._programs)
        cluster.check(self.cluster, major)

    def _launch(self) -> None:
        self._outwait_leftovers()
        cluster.write_configuration(self.cluster, self._account, self._settings)
        cluster.make_socket_folder(self.cluster, self._account)
        port = cluster.choose_port(self.cluster, self._wanted_port, self._listen)
        _limit_log(self.cluster.log)
        begin = self.cluster.log.stat().st_size
        self._child = self._spawn(port)
        self._wait_until_ready(begin)

    def _outwait_leftovers(self) -> None:
        """Waits for the processes of a server whose owner was killed, then clears its postmaster.pid.

        The file alone proves nothing: after a restart of a container its pid may be anybody's. Backends that outlive
        their postmaster are what must not meet a new server, so the processes themselves are asked for.
        """
        deadline = time.monotonic() + LEFTOVER_PATIENCE
        while pids := _processes_in(self.cluster.data):
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"Another PostgreSQL, process {pids[0]}, runs in {self.cluster.data}. Stop it and try again."
                )
            self._pause(0.02)
        (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        data = self.cluster.data
        sockets = self.cluster.socket_folder
        # These on the command line, for they must win over whatever the files say.
        command: list[str | Path] = [
            *(self._programs / "postgres", "-D", data if self._reaches(data) else cluster.HERE),
            *("-c", f"unix_socket_directories={'.' if sockets == data else sockets}"),
            *("-c", f"listen_addresses={self._listen}", "-c", f"port={port}"),
        ]
        credentials = self._account.popen() if self._account else {}
        with self.cluster.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - the binaries found
                command,
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us; we stop the server after its clients
                preexec_fn=dies_with_parent(signal.SIGINT),
                **credentials,
            )

    def _reaches(self, folder: Path) -> bool:
        return self._account is None or self._account.may_reach(folder)

    def _wait_until_ready(self, log_begin: int) -> None:
        begun = time.monotonic()
        told = False
        while not self._answers():
            if self.poll() is not None:
                raise StartFailed(f"PostgreSQL did not start. Its last words:\n{_tail(self.cluster.log, log_begin)}")
            waited = time.monotonic() - begun
            if waited > 2 and not told:
                self._say("The database recovers what was in flight; this may take a minute")
                told = True
            self._pause(0.02 if waited < 1 else 0.25)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(
                self.cluster.url(database="postgres"), autocommit=True, connect_timeout=5
            ) as connection:
                _ensure_database(connection)
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Unusable(f"The password in {self.cluster.password_file} is not the database's.") from error
            return False
        return True


def _ensure_database(connection: psycopg.Connection) -> None:
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [cluster.DATABASE])
    if found.rowcount == 0:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(cluster.DATABASE)))


def _processes_in(data: Path) -> list[int]:
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _is_server_of(pid, data)]


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        process = Path(f"/proc/{pid}")
        return (process / "comm").read_text().strip() == "postgres" and (process / "cwd").readlink() == data
    except OSError:
        return False


def _limit_log(log: Path) -> None:
    log.touch(mode=0o640)
    if log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_suffix(".log.1"))
        log.touch(mode=0o640)


def _tail(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace").strip()[-1500:]
