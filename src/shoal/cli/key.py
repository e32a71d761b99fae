"""`shoal token key`: access keys, with which programs sign their requests."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.actions import access_keys
from shoal.cli import secret_key, session
from shoal.cli.options import given
from shoal.cli.session import Session
from shoal.domain.access import AccessKey
from shoal.store.db import Database

app = typer.Typer(help="Access keys (AK and SK), for clients that sign their requests.", no_args_is_help=True)
COLUMNS = ("id", "access", "login", "name", "created_at", "revoked_at")


@app.command()
@given(session.in_organisation)
def create(
    here: Session,
    login: Annotated[str, typer.Argument(help="Whose key it is.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: session.Json = False,
) -> None:
    """Make a key and print both parts, the secret this once: it is kept encrypted."""

    async def work(db: Database) -> tuple[int, str, str]:
        owner = await here.actor(db, login)
        return owner.org_id, *await access_keys.create(db, secret_key.seal(here.settings), owner, name)

    org_id, access, secret = here.run(work)
    if as_json:
        session.show_json({"org": org_id, "login": login, "access": access, "secret": secret})
    else:
        typer.echo(f"AK {access}\nSK {secret}")


@app.command("list")
@given(session.in_organisation)
def list_(here: Session, as_json: session.Json = False) -> None:
    """Show the keys of an organisation, without their secrets."""

    async def work(db: Database) -> list[AccessKey]:
        return await access_keys.list_own(db, await here.operator(db))

    session.show(COLUMNS, here.run(work), as_json=as_json)


@app.command()
@given(session.in_organisation)
def revoke(
    here: Session,
    key_id: Annotated[int, typer.Argument(help="The id that `shoal token key list` shows.")],
) -> None:
    """Shut a key out, at once."""

    async def work(db: Database) -> None:
        await access_keys.revoke(db, await here.operator(db), key_id)

    here.run(work)
    typer.echo(f"Access key {key_id} lets nobody in any more.")
