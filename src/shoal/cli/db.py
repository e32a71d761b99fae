"""`shoal db`: the schema."""

from __future__ import annotations

import typer

from shoal.cli import options
from shoal.cli.database import reach
from shoal.cli.options import given
from shoal.settings import Settings
from shoal.store import migrate
from shoal.store import verify as invariants

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.command()
@given(options.database)
def upgrade(settings: Settings) -> None:
    """Bring the database to the schema of this Shoal. `serve` does it by itself on the embedded one."""
    with options.sentences(), reach(settings, may_create=True) as url:
        migrate.upgrade(settings.database_direct_url or url)
    typer.echo(f"The database is at {migrate.head()}.")


@app.command()
@given(options.database)
def check(settings: Settings) -> None:
    """Say whether this Shoal can work with the database; exit code 1 when not."""
    with options.sentences(), reach(settings) as url:
        migrate.check(url)
    typer.echo(f"The database is at {migrate.head()}.")


@app.command()
@given(options.database)
def verify(settings: Settings) -> None:
    """Prove that what is stored is sound, while Shoal is at work or not; exit code 1 and what is broken when not."""
    with options.sentences(), reach(settings) as url:
        migrate.check(url)
        broken = 0
        for it in invariants.verify(url):
            broken += 1
            ids = ", ".join(map(str, it.ids)) + (", ..." if it.count > len(it.ids) else "")
            typer.echo(f"Organisation {it.org_id}: {it.count} {it.invariant}: {ids}", err=True)
    if broken:
        raise typer.Exit(1)
    typer.echo(f"The database is sound: {len(invariants.INVARIANTS)} invariants hold.")
