"""The flags that several commands share, and how a command ends with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from shoal import log, settings
from shoal.postgres import PostgresError
from shoal.settings import BadSettings, Settings
from shoal.store.migrate import DatabaseNotUsable

Config = Annotated[Path | None, typer.Option(help="The settings file. [default: shoal.toml, when there is one]")]
DataDir = Annotated[Path | None, typer.Option(help="Where Shoal keeps everything. [default: shoal-data]")]
DatabaseUrl = Annotated[str | None, typer.Option(help="A PostgreSQL 18 of your own, instead of the embedded one.")]
Host = Annotated[str | None, typer.Option(help="The address to listen on. [default: 127.0.0.1]")]
Port = Annotated[int | None, typer.Option(help="The port to listen on. [default: 8080]")]
PublicUrl = Annotated[str | None, typer.Option(help="How others reach Shoal, behind a proxy.")]
PgPort = Annotated[int | None, typer.Option(help="The TCP port of the embedded database. [default: a free one]")]
LogFormat = Annotated[str | None, typer.Option(help="text or json. [default: text]")]
LogLevel = Annotated[str | None, typer.Option(help="debug, info, warning or error. [default: info]")]


class Refusal(Exception):
    """The command cannot do what it was asked to. The message is for the operator."""


def read(**flags: object) -> Settings:
    """The settings of this command; the log is set up by them."""
    with sentences():
        effective = settings.read(flags)
    log.configure(format=effective.log_format, level=effective.log_level)
    return effective


@contextmanager
def sentences() -> Iterator[None]:
    """What an operator can mend ends the command with a sentence and code 1, not with a traceback."""
    try:
        yield
    except (Refusal, BadSettings, PostgresError, DatabaseNotUsable) as error:
        _end(str(error))
    except psycopg.OperationalError as error:
        _end(f"The database does not answer: {error}")


def _end(sentence: str) -> None:
    typer.echo(f"shoal: {sentence[:1].upper()}{sentence[1:].strip()}", err=True)
    raise typer.Exit(1) from None
