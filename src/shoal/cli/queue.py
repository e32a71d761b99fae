"""`shoal queue`: queues, and who may do what in them."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.actions import operators, queues
from shoal.cli import options, session
from shoal.domain.actor import Actor, Right
from shoal.domain.queue import NewQueue, Queue
from shoal.store.db import Database

app = typer.Typer(help="Queues.", no_args_is_help=True)
COLUMNS = ("id", "key", "name", "created_at")
PAGE = 10_000

Key = Annotated[str, typer.Argument(help="The queue's key, like TEST.")]


@app.command()
def create(
    key: Key,
    name: Annotated[str, typer.Option(help="How people call it. [default: the key]")] = "",
    org: session.Org = None,
    as_: session.As = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Make a queue with every type and the first workflow. Who acts gets all rights in it."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> Queue:
        return await queues.create(db, await _actor(db, org, as_), NewQueue(key, name or key))

    session.show(COLUMNS, [_row(session.run(settings, work))], as_json=as_json)


@app.command("list")
def list_(
    org: session.Org = None,
    as_: session.As = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
    as_json: session.Json = False,
) -> None:
    """Show the queues that somebody may read."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> list[Queue]:
        return list((await queues.list_page(db, await _actor(db, org, as_), limit=PAGE, offset=0)).queues)

    session.show(COLUMNS, [_row(it) for it in session.run(settings, work)], as_json=as_json)


@app.command()
def grant(
    key: Key,
    login: Annotated[str, typer.Argument(help="Who gets the rights.")],
    rights: Annotated[list[Right], typer.Argument(help="Exactly these; those of before are replaced.")],
    org: session.Org = None,
    as_: session.As = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> None:
    """Give somebody rights in a queue. Who acts needs the right to grant there."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> None:
        await queues.grant(db, await _actor(db, org, as_), key, login, rights)

    session.run(settings, work)
    typer.echo(f"{login} may {', '.join(rights)} in {key}.")


@app.command()
def known_as(
    key: Key,
    project_id: Annotated[str, typer.Argument(help="The 32-character project id that scripts have from CodeArts Req.")],
    org: session.Org = None,
    as_: session.As = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> None:
    """Let the CodeArts API find a queue also by the project id that it had elsewhere."""
    settings = options.read(config=config, data_dir=data_dir, database_url=database_url)

    async def work(db: Database) -> None:
        await queues.know_as(db, await _actor(db, org, as_), key, project_id)

    session.run(settings, work)
    typer.echo(f"{key} is known as {project_id}.")


async def _actor(db: Database, org: int | None, login: str | None) -> Actor:
    return await operators.acting_as(db, await session.organisation(db, org), login)


def _row(queue: Queue) -> list[object]:
    return [getattr(queue, column) for column in COLUMNS]
