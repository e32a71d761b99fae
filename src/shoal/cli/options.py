"""The flags that several commands share, and how a command ends with a sentence.

A command says which set of flags it has, and is given what they come to:

    @app.command()
    @given(database)
    def check(settings: Settings) -> None: ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

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


Given = TypeVar("Given")


class Refusal(Exception):
    """The command cannot do what it was asked to. The message is for the operator."""


def read(**flags: object) -> Settings:
    """The settings of this command; the log is set up by them."""
    with sentences():
        effective = settings.read(flags)
    log.configure(format=effective.log_format, level=effective.log_level)
    return effective


def given(flags: Callable[..., Given]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds these flags to a command, whose first argument is then what they come to."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        shared = inspect.signature(flags, eval_str=True).parameters
        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]

        def run(**values: Any) -> None:
            command(flags(**{name: values.pop(name) for name in shared}), **values)

        parameters = [*own, *shared.values()]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        return run

    return decorate


def database(config: Config = None, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> Settings:
    """Where the database is."""
    return read(config=config, data_dir=data_dir, database_url=database_url)


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
