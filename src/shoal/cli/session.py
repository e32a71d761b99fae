"""What the commands over an organisation share: the database for a while, the organisation meant, the output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from shoal.actions import organisations
from shoal.cli import options
from shoal.cli.database import reach
from shoal.cli.options import Refusal
from shoal.domain.errors import ShoalError
from shoal.domain.organisation import Organisation
from shoal.settings import Settings
from shoal.store import migrate
from shoal.store.db import Database

Org = Annotated[int | None, typer.Option("--org", help="The organisation's id. [default: the only one there is]")]
As = Annotated[str | None, typer.Option("--as", metavar="LOGIN", help="Who acts. [default: the first administrator]")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

Result = TypeVar("Result")
WIDE = 300


def run(settings: Settings, work: Callable[[Database], Awaitable[Result]], *, may_create: bool = False) -> Result:
    """Do it with the database; what a person can mend becomes a sentence."""
    with options.sentences(), reach(settings, may_create=may_create) as url:
        if settings.database_url:
            migrate.check(url)
        else:
            migrate.upgrade(url)
        try:
            return asyncio.run(_with_database(url, work))
        except ShoalError as error:
            raise Refusal(str(error)) from error


async def _with_database(url: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    db = Database(url, max_size=2)
    await db.open()
    try:
        return await work(db)
    finally:
        await db.close()


async def organisation(db: Database, org_id: int | None) -> Organisation:
    """The one of this id, or the only one."""
    if org_id is not None:
        return await organisations.get(db, org_id)
    found = await organisations.list_all(db)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal("There is no organisation yet. Make one with `shoal org create NAME`.")
    raise Refusal(f"Which organisation? Say --org with one of {', '.join(f'{it.id} ({it.name})' for it in found)}.")


def show(columns: Sequence[str], rows: Iterable[Sequence[object]], *, as_json: bool) -> None:
    """Print rows as a table, or as a JSON array of objects with the columns as keys."""
    if as_json:
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    heads = (Column(column.replace("_", " ").capitalize(), no_wrap=True) for column in columns)
    table = Table(*heads, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    # A pipe has no width.
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def show_json(value: Any) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "strftime") else str(value)
