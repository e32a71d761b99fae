"""`shoal token`: what lets programs in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from shoal.actions import operators, tokens
from shoal.cli import key, options, session
from shoal.domain.user import Token
from shoal.store.db import Database

app = typer.Typer(help="Access tokens and access keys.", no_args_is_help=True)
app.add_typer(key.app, name="key")
COLUMNS = ("id", "login", "name", "created_at", "expires_at", "revoked_at")


@app.command()
def create(
    login: Annotated[str, typer.Argument(help="Whose token it is.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="How long it is good. [default: until revoked]")] = None,
    org: session.Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None

    async def work(db: Database) -> tuple[int, str]:
        organisation = await session.organisation(db, org)
        owner = await operators.acting_as(db, organisation, login)
        return organisation.id, await tokens.create(db, owner, name, expires_at=expires_at)

    org_id, token = session.run(settings, work)
    if as_json:
        session.show_json({"org": org_id, "login": login, "token": token, "expires_at": expires_at})
    else:
        typer.echo(token)


@app.command("list")
def list_(
    org: session.Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Show the tokens of an organisation, without what lets in."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> list[Token]:
        return await tokens.list_own(db, operators.operator(await session.organisation(db, org)))

    found = session.run(settings, work)
    session.show(COLUMNS, [[getattr(it, column) for column in COLUMNS] for it in found], as_json=as_json)


@app.command()
def revoke(
    token_id: Annotated[int, typer.Argument(help="The id that `shoal token list` shows.")],
    org: session.Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> None:
    """Shut a token out, at once."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> None:
        await tokens.revoke(db, operators.operator(await session.organisation(db, org)), token_id)

    session.run(settings, work)
    typer.echo(f"Token {token_id} lets nobody in any more.")
