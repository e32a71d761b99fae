"""`shoal token`: what lets programs in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from shoal.actions import tokens
from shoal.cli import key, session
from shoal.cli.options import given
from shoal.cli.session import Session
from shoal.domain.user import Token
from shoal.store.db import Database

app = typer.Typer(help="Access tokens and access keys.", no_args_is_help=True)
app.add_typer(key.app, name="key")
COLUMNS = ("id", "login", "name", "created_at", "expires_at", "revoked_at")


@app.command()
@given(session.in_organisation)
def create(
    here: Session,
    login: Annotated[str, typer.Argument(help="Whose token it is.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="How long it is good. [default: until revoked]")] = None,
    as_json: session.Json = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None

    async def work(db: Database) -> tuple[int, str]:
        owner = await here.actor(db, login)
        return owner.org_id, await tokens.create(db, owner, name, expires_at=expires_at)

    org_id, token = here.run(work)
    if as_json:
        session.show_json({"org": org_id, "login": login, "token": token, "expires_at": expires_at})
    else:
        typer.echo(token)


@app.command("list")
@given(session.in_organisation)
def list_(here: Session, as_json: session.Json = False) -> None:
    """Show the tokens of an organisation, without what lets in."""

    async def work(db: Database) -> list[Token]:
        return await tokens.list_own(db, await here.operator(db))

    session.show(COLUMNS, here.run(work), as_json=as_json)


@app.command()
@given(session.in_organisation)
def revoke(
    here: Session,
    token_id: Annotated[int, typer.Argument(help="The id that `shoal token list` shows.")],
) -> None:
    """Shut a token out, at once."""

    async def work(db: Database) -> None:
        await tokens.revoke(db, await here.operator(db), token_id)

    here.run(work)
    typer.echo(f"Token {token_id} lets nobody in any more.")
