"""What `shoal demo` does at the two stages of a start of `serve`: fill, and show."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shoal.actions.sealing import Seal
from shoal.cli.signals import STOP, Stop
from shoal.demo import organisation
from shoal.demo.organisation import Demo
from shoal.demo.walk import WalkFailed, connect, walk
from shoal.dialects.codearts import ids
from shoal.postgres.private import write_private
from shoal.settings import Settings
from shoal.store.db import Database

log = structlog.get_logger("shoal.demo")


class Demonstration:
    """`failure` tells afterwards what was not as it should be."""

    def __init__(self, issues: int, env_file: Path | None, *, show: bool, once: bool, begun: float) -> None:
        self.failure: str | None = None
        self._console = Console()
        self._issues = issues
        self._env_file = env_file
        self._show = show
        self._once = once
        self._begun = begun
        self._demo: Demo | None = None

    def fill(self, settings: Settings) -> None:
        """The schema is there, and nothing else runs yet."""
        begun = time.perf_counter()
        self._demo = asyncio.run(_fill(settings, self._issues, self._console))
        log.info(f"The demo has {self._issues:,} issues in TEST, made ready in {time.perf_counter() - begun:.1f} s")

    def ready(self, settings: Settings) -> None:
        """The API answers."""
        assert self._demo is not None
        if self._env_file:
            write_private(self._env_file, _env_lines(environment(settings, self._demo)))
        if self._show:
            self._walk(settings, self._demo)
        self._console.print(_farewell(settings, self._demo, time.perf_counter() - self._begun), soft_wrap=True)
        if self._once:
            raise Stop
        self._console.print("Ctrl-C ends it.")

    def _walk(self, settings: Settings, demo: Demo) -> None:
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # the walk tells of its requests itself
        try:
            with connect(settings.local_url, demo.org_id, demo.tokens[organisation.OWNER]) as client:
                walk(client, self._console, _pause)
        except WalkFailed as error:
            self.failure = str(error)
            log.error(self.failure)


async def _fill(settings: Settings, count: int, console: Console) -> Demo:
    db = Database(settings.database_url or "", max_size=2)
    await db.open()
    columns = (TextColumn("Making issues"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
    sizes = organisation.sizes(count)
    try:
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("", total=sum(sizes.values()))
            done: dict[str, int] = {}

            def show(queue: str, number: int) -> None:
                done[queue] = number
                if number % 500 == 0 or number == sizes[queue]:
                    progress.update(bar, completed=sum(done.values()))
                    _stop_if_asked()

            return await organisation.fill(db, settings.data_dir, count, show, seal=Seal(settings.secret_key or ""))
    finally:
        await db.close()


def _pause(seconds: float) -> None:
    """Wait. The signals that end the process are held back, and taken here."""
    if signal.sigtimedwait(STOP, seconds):
        raise Stop


def _stop_if_asked() -> None:
    if signal.sigpending() & STOP:
        raise Stop


# --- what is told --------------------------------------------------------------------------------------------------


def environment(settings: Settings, demo: Demo) -> Mapping[str, str]:
    """What scripts are told, by name."""
    return {
        "SHOAL_URL": settings.base_url,
        "SHOAL_ORG": str(demo.org_id),
        "SHOAL_TOKEN": demo.tokens[organisation.OWNER],
        "SHOAL_QUEUE": "TEST",
        "SHOAL_QUEUE2": "DEMO",
        "SHOAL_TOKEN2": demo.tokens[organisation.OUTSIDER],
        "SHOAL_FOREIGN_QUEUE": "FOREIGN",
        "SHOAL_ORG_OTHER": str(demo.other_org_id),
        "SHOAL_TOKEN_OTHER": demo.tokens[organisation.NEIGHBOUR],
        "SHOAL_PROJECT_ID": ids.project(demo.queue_id),
        "SHOAL_AK": demo.access_key,
        "SHOAL_SK": demo.secret_key,
        "SHOAL_IAM_DOMAIN": organisation.NAME,
        "SHOAL_IAM_USER": organisation.OWNER,
        "SHOAL_IAM_PASSWORD": demo.password,
        "SHOAL_LOGIN": organisation.OWNER,
        "SHOAL_PASSWORD": demo.password,
    }


def _env_lines(values: Mapping[str, str]) -> bytes:
    return "".join(f"{name}={value}\n" for name, value in values.items()).encode()


def _farewell(settings: Settings, demo: Demo, seconds: float) -> str:
    token = demo.tokens[organisation.OWNER]
    return f"""
[bold]Shoal runs at {settings.base_url}[/], ready after {seconds:.1f} s in all.
  organisation {demo.org_id}, token {token}
  CodeArts: AK {demo.access_key}, SK {demo.secret_key}, project {ids.project(demo.queue_id)}
  user {organisation.OWNER}, password {demo.password}

Try:
  curl -s -H 'Authorization: OAuth {token}' -H 'X-Org-ID: {demo.org_id}' {settings.base_url}/v2/issues/TEST-1
"""
