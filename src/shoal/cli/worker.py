"""`shoal worker`: runs bulk changes, on this machine or another one."""

from __future__ import annotations

import asyncio

import msgspec

from shoal.cli import database, heartbeat, options
from shoal.store import migrate


def worker(
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    log_format: options.LogFormat = None,
    log_level: options.LogLevel = None,
) -> None:
    """Run a worker over SHOAL_DATABASE_URL, or over the embedded database of a running `serve`."""
    from shoal.engine import worker as engine  # here, for the other commands do without the engine

    settings = options.read(
        config=config, data_dir=data_dir, database_url=database_url, log_format=log_format, log_level=log_level
    )
    with options.sentences():
        url = database.get(settings)
        migrate.check(url)
    asyncio.run(engine.run(msgspec.structs.replace(settings, database_url=url), on_beat=heartbeat.beat))
