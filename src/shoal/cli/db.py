"""`shoal db`: the schema."""

from __future__ import annotations

import typer

from shoal.cli import options
from shoal.cli.database import reach
from shoal.store import migrate

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.command()
def upgrade(
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> None:
    """Bring the database to the schema of this Shoal. `serve` does it by itself on the embedded one."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)
    with options.sentences(), reach(settings, may_create=True) as url:
        migrate.upgrade(url)
    typer.echo(f"The database is at {migrate.head()}.")


@app.command()
def check(
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> None:
    """Say whether this Shoal can work with the database; exit code 1 when not."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)
    with options.sentences(), reach(settings) as url:
        migrate.check(url)
    typer.echo(f"The database is at {migrate.head()}.")
