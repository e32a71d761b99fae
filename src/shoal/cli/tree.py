"""The processes of `shoal serve`: PostgreSQL, then the API and the workers; stopped in the opposite order."""

from __future__ import annotations

import http.client
import os
import sys
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import msgspec
import structlog

from shoal import settings as settings_module
from shoal.cli import secret_key
from shoal.cli.child import Backoff, Child, describe, write_pid
from shoal.cli.options import Refusal
from shoal.cli.signals import Signals, Stop
from shoal.postgres import Cluster, Postgres, PostgresError
from shoal.postgres.cluster import prepare
from shoal.postgres.lock import FileLock
from shoal.postgres.ports import is_free
from shoal.settings import Settings
from shoal.store import migrate

log = structlog.get_logger("shoal.serve")

API_COMMAND = (sys.executable, "-m", "shoal.cli.api")
WORKER_COMMAND = (sys.executable, "-m", "shoal", "worker")

# The API finishes its answers, a worker its chunk.
API_GRACE = 10.0
WORKER_GRACE = 25.0

# Kernel and children of a killed `serve` need a moment to let go of the port.
PORT_PATIENCE = 2.0


def _nothing(_settings: Settings) -> None:
    """The default of what is to be done at a stage."""


class Tree:
    """`run` returns when everything has been stopped.

    `when_migrated` and `when_ready` are called with the effective settings, whose `database_url` is set: once the
    schema is there and nothing else runs yet, and once the API answers.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        api: Sequence[str] = API_COMMAND,
        worker: Sequence[str] = WORKER_COMMAND,
        when_migrated: Callable[[Settings], None] = _nothing,
        when_ready: Callable[[Settings], None] = _nothing,
    ) -> None:
        self._settings = settings
        self._when_migrated = when_migrated
        self._when_ready = when_ready
        self._signals = Signals()
        self._postgres: Postgres | None = None
        self._postgres_backoff = Backoff()
        self._children = _children(settings, api, worker)

    def run(self) -> None:
        """Starts everything and keeps it running until SIGTERM or SIGINT. Raises what an operator can mend."""
        if self._settings.database_url:
            migrate.check(self._settings.database_url)
        self._signals.hold()
        cluster = prepare(self._settings.data_dir)
        lock = FileLock(cluster.run / "serve.lock")
        lock.acquire()
        write_pid(cluster.run / "serve.pid", os.getpid())
        try:
            self._start(cluster)
            self._keep()
        except Stop:
            log.info("Stopping")
        finally:
            self._stop(cluster)
            (cluster.run / "serve.pid").unlink(missing_ok=True)
            lock.release()
        log.info("Stopped")

    def _start(self, cluster: Cluster) -> None:
        self._await_free_port()
        if not self._settings.database_url:
            self._start_postgres(cluster)
        self._when_migrated(self._settings)
        for child in self._children:
            child.start(settings_module.as_environment(self._settings))
        self._await_answer()
        log.info(f"Shoal is ready at {self._settings.base_url}")
        self._when_ready(self._settings)

    def _start_postgres(self, cluster: Cluster) -> None:
        self._postgres = Postgres(
            cluster.folder,
            bin_dir=self._settings.pg_bin,
            port=self._settings.pg_port,
            listen=self._settings.pg_listen,
            say=log.info,
            pause=self._signals.pause,
        )
        self._postgres.start()
        self._postgres_born = time.monotonic()
        write_pid(cluster.run / "postgres.pid", self._postgres.pid)
        log.info(f"PostgreSQL is ready, TCP port {cluster.port()}")
        migrate.upgrade(self._postgres.url)
        self._settings = msgspec.structs.replace(secret_key.kept(self._settings), database_url=self._postgres.url)

    def _await_free_port(self) -> None:
        deadline = time.monotonic() + PORT_PATIENCE
        while not is_free(self._settings.host, self._settings.port):
            if time.monotonic() > deadline:
                raise Refusal(
                    f"Port {self._settings.port} on {self._settings.host} is in use. Choose another by --port."
                )
            self._signals.pause(0.02)

    def _await_answer(self) -> None:
        api = self._children[0]
        while not _answers(self._settings.local_url):
            if (code := api.exit_code) is not None:
                raise Refusal(f"The API ended before it was ready ({describe(code)}); why is in the lines above.")
            self._signals.pause(0.05)

    def _keep(self) -> None:
        """Looks after everything whenever something ends, or is due to be started again."""
        while True:
            waits = [self._keep_postgres(), *(self._keep_child(child) for child in self._children)]
            # A SIGCHLD can stand for two ends, and one can come between the look and the wait: look again at times.
            self._signals.pause(min([wait for wait in waits if wait is not None], default=1.0))

    def _keep_child(self, child: Child) -> float | None:
        child.kill_if_silent()
        if child.exit_code is not None:
            child.note_end()
        wait = child.wait_seconds()
        if wait == 0.0:
            child.start(settings_module.as_environment(self._settings))
            return None
        return wait

    def _keep_postgres(self) -> float | None:
        postgres, now = self._postgres, time.monotonic()
        if postgres is None or (code := postgres.poll()) is None:
            return None
        if self._postgres_born:
            delay = self._postgres_backoff.note_end(lived=now - self._postgres_born, now=now)
            self._postgres_born = 0.0
            log.warning(
                f"PostgreSQL ended ({describe(code)}); starting it again" + (f" in {delay:g} s" if delay else "")
            )
        if (wait := self._postgres_backoff.due - now) > 0:
            return wait
        self._restart(postgres)
        return None

    def _restart(self, postgres: Postgres) -> None:
        self._postgres_born = time.monotonic()
        try:
            postgres.restart()
        except PostgresError as error:
            log.error(str(error))
            return
        write_pid(postgres.cluster.run / "postgres.pid", postgres.pid)
        log.info("PostgreSQL is ready again")

    def _stop(self, cluster: Cluster) -> None:
        for child in self._children:
            child.stop()
        if self._postgres:
            self._postgres.stop()
            (cluster.run / "postgres.pid").unlink(missing_ok=True)


def _children(settings: Settings, api: Sequence[str], worker: Sequence[str]) -> list[Child]:
    run = settings.data_dir / "run"
    names = ["worker", *(f"worker-{number}" for number in range(2, settings.workers + 1))][: settings.workers]
    return [
        Child("API", api, pid_file=run / "server.pid", grace=API_GRACE),
        *(Child(name, worker, pid_file=run / f"{name}.pid", grace=WORKER_GRACE) for name in names),
    ]


def _answers(url: str) -> bool:
    """Whether an HTTP answer comes, whatever it says: being answered is being ready."""
    connection = http.client.HTTPConnection(urlsplit(url).hostname or "", urlsplit(url).port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
