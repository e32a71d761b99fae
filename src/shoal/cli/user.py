"""`shoal user`: people."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shoal.actions import users
from shoal.cli import session
from shoal.cli.options import given
from shoal.cli.session import Session
from shoal.domain.user import NewUser, User
from shoal.store.db import Database

app = typer.Typer(help="People of an organisation.", no_args_is_help=True)
COLUMNS = ("id", "login", "display", "email", "is_admin", "is_external", "is_dismissed", "created_at")
PAGE = 1000

Login = Annotated[str, typer.Argument(help="The login.")]
Password = Annotated[
    bool, typer.Option("--password", help="Ask for a password, or read it from the first line of standard input.")
]


@app.command()
@given(session.in_organisation)
def add(
    here: Session,
    login: Login,
    first_name: Annotated[str, typer.Option(help="The first name.")] = "",
    last_name: Annotated[str, typer.Option(help="The last name.")] = "",
    email: Annotated[str, typer.Option(help="The e-mail address.")] = "",
    language: Annotated[str | None, typer.Option(help="en, ru or zh. [default: the organisation's]")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May create queues and change the catalogues.")] = False,
    password: Password = False,
    as_json: session.Json = False,
) -> None:
    """Add a person. Without a password they come in by tokens only."""
    secret = _ask() if password else None
    new = NewUser(login, first_name, last_name, email=email, language=language, is_admin=admin, password=secret)

    async def work(db: Database) -> User:
        return await users.create(db, (await here.organisation(db)).id, new)

    session.show(COLUMNS, [here.run(work)], as_json=as_json)


@app.command("list")
@given(session.in_organisation)
def list_(
    here: Session,
    external: Annotated[bool, typer.Option("--external", help="Those of imported files too.")] = False,
    as_json: session.Json = False,
) -> None:
    """Show the people of an organisation."""

    async def work(db: Database) -> list[User]:
        operator = await here.operator(db)
        found, total = await users.list_page(db, operator, limit=PAGE, offset=0)
        while len(found) < total:
            page, total = await users.list_page(db, operator, limit=PAGE, offset=len(found))
            if not page:
                break
            found += page
        return found

    found = here.run(work)
    session.show(COLUMNS, [it for it in found if external or not it.is_external], as_json=as_json)


@app.command()
@given(session.in_organisation)
def passwd(here: Session, login: Login) -> None:
    """Give somebody another password: asked for, or the first line of standard input."""
    secret = _ask()

    async def work(db: Database) -> None:
        await users.set_password(db, await here.operator(db), login, secret)

    here.run(work)
    typer.echo(f"{login} has a new password.")


def _ask() -> str:
    """The password: by a prompt that does not show it, or from a pipe."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
