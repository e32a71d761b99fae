"""`shoal demo`: `serve` over a throw-away organisation, and the walk through it."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from shoal.cli import options, secret_key
from shoal.cli.options import Refusal
from shoal.cli.tree import Tree

DataDir = Annotated[
    Path | None,
    typer.Option(help="Keep everything here, and find it again next time. [default: temporary, removed at the end]"),
]
Issues = Annotated[int, typer.Option(min=1, help="How many issues the queue TEST gets.")]
EnvFile = Annotated[
    Path | None,
    typer.Option(help="Write what a script needs here once the server answers: NAME=value a line, mode 0600."),
]
Walk = Annotated[bool, typer.Option("--walk", help="Show bulk changes through the API once the server answers.")]
Once = Annotated[bool, typer.Option("--once", help="End after that; the exit code tells whether all was as it should.")]


def demo(
    config: options.Config = None,
    data_dir: DataDir = None,
    database_url: options.DatabaseUrl = None,
    host: options.Host = None,
    port: options.Port = None,
    public_url: options.PublicUrl = None,
    log_format: options.LogFormat = None,
    log_level: options.LogLevel = None,
    issues: Issues = 10_000,
    env_file: EnvFile = None,
    show: Walk = False,
    once: Once = False,
) -> None:
    """Run Shoal over an organisation with people, queues and realistic issues, until Ctrl-C."""
    from shoal.cli.demonstration import Demonstration  # here, for the other commands do without a client and its words

    begun = time.perf_counter()
    with _folder(data_dir) as folder:
        settings = options.read(
            config=config,
            data_dir=folder,
            database_url=database_url,
            host=host,
            port=port,
            public_url=public_url,
            log_format=log_format,
            log_level=log_level,
        )
        run = Demonstration(issues, env_file, show=show, once=once, begun=begun)
        with options.sentences():
            settings = secret_key.kept(settings)  # over a database of one's own too: a demo asks for nothing
            Tree(settings, when_migrated=run.fill, when_ready=run.ready).run()
            if run.failure:
                raise Refusal(run.failure)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="shoal-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
