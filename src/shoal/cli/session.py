"""What the commands over an organisation share: the database for a while, who acts and where, the output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from shoal import messages
from shoal.actions import operators, organisations
from shoal.cli import options
from shoal.cli.database import reach
from shoal.cli.options import Refusal
from shoal.domain.actor import Actor
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


@dataclass(frozen=True, slots=True)
class Session:
    """The database of a command, the organisation it is about, and who acts in it."""

    settings: Settings
    org_id: int | None = None
    login: str | None = None

    def run(self, work: Callable[[Database], Awaitable[Result]], *, may_create: bool = False) -> Result:
        """Do it with the database; what a person can mend becomes a sentence."""
        with options.sentences(), reach(self.settings, may_create=may_create) as url:
            if self.settings.database_url:
                migrate.check(url)
            else:
                migrate.upgrade(url)
            try:
                return asyncio.run(_with_database(url, work))
            except ShoalError as error:
                raise Refusal(messages.text(error)) from error

    async def organisation(self, db: Database) -> Organisation:
        """The one of --org, or the only one."""
        if self.org_id is not None:
            return await organisations.get(db, self.org_id)
        found = await organisations.list_all(db)
        if len(found) == 1:
            return found[0]
        if not found:
            raise Refusal("There is no organisation yet. Make one with `shoal org create NAME`.")
        raise Refusal(f"Which organisation? Say --org with one of {', '.join(f'{it.id} ({it.name})' for it in found)}.")

    async def operator(self, db: Database) -> Actor:
        return operators.operator(await self.organisation(db))

    async def actor(self, db: Database, login: str | None = None) -> Actor:
        """The user of this login, or of --as, or else the first administrator."""
        return await operators.acting_as(db, await self.organisation(db), login or self.login)


def in_organisation(
    org: Org = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> Session:
    """The flags of a command over an organisation."""
    return Session(options.database(config, data_dir, database_url), org)


def as_somebody(
    org: Org = None,
    as_: As = None,
    config: options.Config = None,
    data_dir: options.DataDir = None,
    database_url: options.DatabaseUrl = None,
) -> Session:
    """The flags of a command that is done by somebody of the organisation."""
    return Session(options.database(config, data_dir, database_url), org, as_)


async def _with_database(url: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    db = Database(url, max_size=2)
    await db.open()
    try:
        return await work(db)
    finally:
        await db.close()


def show(columns: Sequence[str], found: Iterable[object], *, as_json: bool) -> None:
    """Print these of what was found as a table, or as a JSON array of objects with the columns as keys."""
    rows = [[getattr(it, column) for column in columns] for it in found]
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
