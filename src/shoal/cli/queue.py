"""`shoal queue`: queues, and who may do what in them."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.actions import queues
from shoal.cli import session
from shoal.cli.options import given
from shoal.cli.session import Session
from shoal.domain.actor import Right
from shoal.domain.queue import NewQueue, Queue
from shoal.store.db import Database

app = typer.Typer(help="Queues.", no_args_is_help=True)
COLUMNS = ("id", "key", "name", "created_at")
PAGE = 10_000

Key = Annotated[str, typer.Argument(help="The queue's key, like TEST.")]


@app.command()
@given(session.as_somebody)
def create(
    here: Session,
    key: Key,
    name: Annotated[str, typer.Option(help="How people call it. [default: the key]")] = "",
    as_json: session.Json = False,
) -> None:
    """Make a queue with every type and the first workflow. Who acts gets all rights in it."""

    async def work(db: Database) -> Queue:
        return await queues.create(db, await here.actor(db), NewQueue(key, name or key))

    session.show(COLUMNS, [here.run(work)], as_json=as_json)


@app.command("list")
@given(session.as_somebody)
def list_(here: Session, as_json: session.Json = False) -> None:
    """Show the queues that somebody may read."""

    async def work(db: Database) -> list[Queue]:
        return list((await queues.list_page(db, await here.actor(db), limit=PAGE, offset=0)).queues)

    session.show(COLUMNS, here.run(work), as_json=as_json)


@app.command()
@given(session.as_somebody)
def grant(
    here: Session,
    key: Key,
    login: Annotated[str, typer.Argument(help="Who gets the rights.")],
    rights: Annotated[list[Right], typer.Argument(help="Exactly these; those of before are replaced.")],
) -> None:
    """Give somebody rights in a queue. Who acts needs the right to grant there."""

    async def work(db: Database) -> None:
        await queues.grant(db, await here.actor(db), key, login, rights)

    here.run(work)
    typer.echo(f"{login} may {', '.join(rights)} in {key}.")


@app.command()
@given(session.as_somebody)
def known_as(
    here: Session,
    key: Key,
    project_id: Annotated[str, typer.Argument(help="The 32-character project id that scripts have from CodeArts Req.")],
) -> None:
    """Let the CodeArts API find a queue also by the project id that it had elsewhere."""

    async def work(db: Database) -> None:
        await queues.know_as(db, await here.actor(db), key, project_id)

    here.run(work)
    typer.echo(f"{key} is known as {project_id}.")
