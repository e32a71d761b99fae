"""`shoal org`: organisations."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.actions import organisations
from shoal.cli import options, session

app = typer.Typer(help="Organisations.", no_args_is_help=True)
COLUMNS = ("id", "name", "language", "timezone", "created_at")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="How people call it.")],
    language: Annotated[str, typer.Option(help="Of its people, unless they chose another: en, ru or zh.")] = "en",
    timezone: Annotated[str, typer.Option(help="A name like Europe/Moscow.")] = "UTC",
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Make an organisation, with the types, statuses, priorities, resolutions and the workflow that all begin with."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)
    made = session.run(
        settings,
        lambda db: organisations.create(db, name, language=language, timezone=timezone),
        may_create=True,
    )
    if as_json:
        session.show_json(made)
    else:
        typer.echo(
            f"Organisation {made.id} is made. Its first administrator: shoal user add LOGIN --admin --org {made.id}"
        )


@app.command("list")
def list_(
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Show all organisations."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)
    found = session.run(settings, organisations.list_all)
    session.show(COLUMNS, [[getattr(it, column) for column in COLUMNS] for it in found], as_json=as_json)
