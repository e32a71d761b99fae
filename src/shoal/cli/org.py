"""`shoal org`: organisations."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.actions import organisations
from shoal.cli import options, session
from shoal.cli.options import given
from shoal.cli.session import Session
from shoal.settings import Settings

app = typer.Typer(help="Organisations.", no_args_is_help=True)
COLUMNS = ("id", "name", "language", "timezone", "created_at")


@app.command()
@given(options.database)
def create(
    settings: Settings,
    name: Annotated[str, typer.Argument(help="How people call it.")],
    language: Annotated[str, typer.Option(help="Of its people, unless they chose another: en, ru or zh.")] = "en",
    timezone: Annotated[str, typer.Option(help="A name like Europe/Moscow.")] = "UTC",
    as_json: session.Json = False,
) -> None:
    """Make an organisation, with the types, statuses, priorities, resolutions and the workflow that all begin with."""
    made = Session(settings).run(
        lambda db: organisations.create(db, name, language=language, timezone=timezone), may_create=True
    )
    if as_json:
        session.show_json(made)
    else:
        typer.echo(
            f"Organisation {made.id} is made. Its first administrator: shoal user add LOGIN --admin --org {made.id}"
        )


@app.command("list")
@given(options.database)
def list_(settings: Settings, as_json: session.Json = False) -> None:
    """Show all organisations."""
    session.show(COLUMNS, Session(settings).run(organisations.list_all), as_json=as_json)
