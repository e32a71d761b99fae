"""`shoal bulk`: what an operator does about bulk changes that have not ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from shoal.actions import bulk
from shoal.cli import session
from shoal.cli.options import given
from shoal.cli.session import Session
from shoal.domain.actor import Actor
from shoal.domain.bulk import BulkChange
from shoal.store.db import Database

app = typer.Typer(help="Bulk changes that have not ended.", no_args_is_help=True)
COLUMNS = ("id", "state", "wanted", "author", "kind", "done", "total", "created_at", "error")

BulkId = Annotated[int, typer.Argument(help="The id that `shoal bulk list` shows.")]


@app.command("list")
@given(session.in_organisation)
def list_(here: Session, as_json: session.Json = False) -> None:
    """Show the bulk changes that have not ended, and why those stand still that do."""

    async def work(db: Database) -> list[BulkChange]:
        return await bulk.list_unfinished(db, await here.operator(db))

    session.show(COLUMNS, here.run(work), as_json=as_json)


@app.command()
@given(session.in_organisation)
def pause(here: Session, bulk_id: BulkId) -> None:
    """Hold a bulk change before its next chunk."""
    _do(here, bulk.pause, bulk_id)


@app.command()
@given(session.in_organisation)
def resume(here: Session, bulk_id: BulkId) -> None:
    """Let a bulk change go on that is paused: by somebody, or by Shoal for the error that `list` shows."""
    _do(here, bulk.resume, bulk_id)


@app.command()
@given(session.in_organisation)
def cancel(here: Session, bulk_id: BulkId) -> None:
    """End a bulk change before its next chunk. What it has done stays."""
    _do(here, bulk.cancel, bulk_id)


def _do(here: Session, act: Callable[[Database, Actor, int], Awaitable[BulkChange]], bulk_id: int) -> None:
    async def work(db: Database) -> BulkChange:
        return await act(db, await here.operator(db), bulk_id)

    found = here.run(work)
    typer.echo(f"Bulk change {found.id} is {found.state}" + (f"; to {found.wanted} is asked." if found.wanted else "."))
