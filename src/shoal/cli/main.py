"""The commands."""

from __future__ import annotations

import typer

from shoal.cli import db
from shoal.cli.demo import demo
from shoal.cli.serve import serve
from shoal.cli.worker import worker

app = typer.Typer(
    help="Shoal, an issue tracker for changing many issues at once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(worker)
app.command()(demo)
app.add_typer(db.app, name="db")
