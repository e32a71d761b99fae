"""`shoal serve`: everything one machine needs."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.cli import options
from shoal.cli.tree import Tree


def serve(
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    host: options.Host = None,
    port: options.Port = None,
    public_url: options.PublicUrl = None,
    pg_port: options.PgPort = None,
    log_format: options.LogFormat = None,
    log_level: options.LogLevel = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Run the API only; workers run elsewhere.")] = False,
) -> None:
    """Run the database (unless a URL is given), the API and a worker, until Ctrl-C."""
    settings = options.read(
        config=config,
        data_dir=data_dir,
        database_url=database_url,
        host=host,
        port=port,
        public_url=public_url,
        pg_port=pg_port,
        log_format=log_format,
        log_level=log_level,
        workers=0 if no_worker else None,
    )
    with options.sentences():
        Tree(settings).run()
