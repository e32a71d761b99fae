"""`shoal token key`: access keys, with which programs sign their requests."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.actions import access_keys, operators
from shoal.cli import options, secret_key, session
from shoal.domain.access import AccessKey
from shoal.store.db import Database

app = typer.Typer(help="Access keys (AK and SK), for clients that sign their requests.", no_args_is_help=True)
COLUMNS = ("id", "access", "login", "name", "created_at", "revoked_at")


@app.command()
def create(
    login: Annotated[str, typer.Argument(help="Whose key it is.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    org: session.Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Make a key and print both parts, the secret this once: it is kept encrypted."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> tuple[int, str, str]:
        organisation = await session.organisation(db, org)
        owner = await operators.acting_as(db, organisation, login)
        return organisation.id, *await access_keys.create(db, secret_key.seal(settings), owner, name)

    org_id, access, secret = session.run(settings, work)
    if as_json:
        session.show_json({"org": org_id, "login": login, "access": access, "secret": secret})
    else:
        typer.echo(f"AK {access}\nSK {secret}")


@app.command("list")
def list_(
    org: session.Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Show the keys of an organisation, without their secrets."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> list[AccessKey]:
        return await access_keys.list_own(db, operators.operator(await session.organisation(db, org)))

    found = session.run(settings, work)
    session.show(COLUMNS, [[getattr(it, column) for column in COLUMNS] for it in found], as_json=as_json)


@app.command()
def revoke(
    key_id: Annotated[int, typer.Argument(help="The id that `shoal token key list` shows.")],
    org: session.Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> None:
    """Shut a key out, at once."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> None:
        await access_keys.revoke(db, operators.operator(await session.organisation(db, org)), key_id)

    session.run(settings, work)
    typer.echo(f"Access key {key_id} lets nobody in any more.")
