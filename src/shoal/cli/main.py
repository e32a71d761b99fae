"""The commands."""

from __future__ import annotations

import typer

from shoal.cli import bulk, db, org, queue, token, user
from shoal.cli.demo import demo
from shoal.cli.imports import import_
from shoal.cli.serve import serve
from shoal.cli.worker import worker

app = typer.Typer(
    help="Shoal, an issue tracker for changing many issues at once.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # "rich" takes [default: ...] for markup
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(worker)
app.command()(demo)
app.command("import")(import_)
app.add_typer(db.app, name="db")
app.add_typer(org.app, name="org")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(queue.app, name="queue")
app.add_typer(bulk.app, name="bulk")
