"""`shoal import`: issues of another tracker, from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shoal import messages
from shoal.actions import queues
from shoal.actions.imports import Import
from shoal.cli import session
from shoal.cli.options import Refusal, given
from shoal.cli.session import Session
from shoal.domain.actor import Actor
from shoal.domain.errors import NotFound
from shoal.domain.imports import BadRow, CommentRecord, IssueRecord, Record, Row, RowOutcome, RowReport, Summary
from shoal.domain.queue import NewQueue
from shoal.files.jsonl import Reader
from shoal.store.db import Database

MOST_REASONS = 20

File = Annotated[
    Path, typer.Argument(help="JSON Lines, plain or gzipped: an issue a line. docs/import.md has the fields.")
]
Queue = Annotated[str, typer.Option("--queue", help="The key of the queue that the issues go to.")]
Create = Annotated[bool, typer.Option("--create-queue", help="Make the queue if there is none of this key.")]
Project = Annotated[
    str | None,
    typer.Option("--project", help="Only issues of this project of the file. [default: all, into one queue]"),
]
Comments = Annotated[Path | None, typer.Option("--comments", help="A second file, with a comment a line.")]
Report = Annotated[Path | None, typer.Option("--report", help="Write here what came of each line, as JSON Lines.")]


@given(session.as_somebody)
def import_(
    here: Session,
    file: File,
    queue: Queue,
    create_queue: Create = False,
    project: Project = None,
    comments: Comments = None,
    report: Report = None,
    as_json: session.Json = False,
) -> None:
    """Import issues, with types, statuses, people, versions and all else of that kind made as needed.

    A second time nothing is made double: what was imported is left alone. The exit code is 1 if a line was refused.
    """

    async def work(db: Database) -> Summary:
        actor = await here.actor(db)
        await _ready_queue(db, actor, queue, create=create_queue)
        with _report_file(report) as listen:
            return await _run(db, actor, queue, listen, file=file, comments=comments, project=project)

    summary = here.run(work, may_create=True)
    if as_json:
        session.show_json(_as_json(summary))
    else:
        _show(Console(), summary)
    if summary.issues[RowOutcome.REFUSED] or summary.comments[RowOutcome.REFUSED]:
        raise typer.Exit(1)


async def _ready_queue(db: Database, actor: Actor, key: str, *, create: bool) -> None:
    try:
        await queues.get(db, actor, key)
    except NotFound as error:
        if not create:
            raise Refusal(
                f"{messages.text(error)}, or {actor.login} may not read it. --create-queue makes it."
            ) from error
        await queues.create(db, actor, NewQueue(key, key))


async def _run(
    db: Database,
    actor: Actor,
    queue: str,
    listen: Callable[[RowReport], None],
    *,
    file: Path,
    comments: Path | None,
    project: str | None,
) -> Summary:
    run = Import(db, actor, queue, now=datetime.now(UTC), listen=listen)
    with ExitStack() as stack:
        issues = stack.enter_context(Reader(file, IssueRecord))
        texts = stack.enter_context(Reader(comments, CommentRecord)) if comments else None
        columns = (TextColumn("{task.description:<8}"), BarColumn(40), DownloadColumn(), TimeElapsedColumn())
        progress = stack.enter_context(Progress(*columns, console=Console(stderr=True)))
        await run.issues(_of_project(_watched(issues, progress, "Issues"), project))
        if texts:
            await run.comments(_watched(texts, progress, "Comments"))
        return await run.finish()


def _watched(reader: Reader[Record], progress: Progress, name: str) -> Iterator[Row[Record] | BadRow]:
    """The rows, while the bar shows how much of the file has been read."""
    bar = progress.add_task(name, total=reader.size)
    for count, row in enumerate(reader):
        if count % 500 == 0:
            progress.update(bar, completed=reader.position)
        yield row
    progress.update(bar, completed=reader.size)


def _of_project(rows: Iterator[Row[IssueRecord] | BadRow], project: str | None) -> Iterator[Row[IssueRecord] | BadRow]:
    return (row for row in rows if project is None or isinstance(row, BadRow) or row.record.project == project)


@contextmanager
def _report_file(path: Path | None) -> Iterator[Callable[[RowReport], None]]:
    if path is None:
        yield lambda _report: None
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield lambda report: _write(file, report)
    except OSError as error:
        raise Refusal(f"The report {path} cannot be written: {error.strerror}.") from error


def _write(file: TextIO, report: RowReport) -> None:
    file.write(msgspec.json.encode(report).decode() + "\n")


# --- the summary ---------------------------------------------------------------------------------------------------


def _show(console: Console, summary: Summary) -> None:
    table = Table("", *(outcome.value.capitalize() for outcome in RowOutcome), box=None, header_style="bold")
    for name, counts in (("Issues", summary.issues), ("Comments", summary.comments)):
        table.add_row(name, *(f"{counts[outcome]:,}" for outcome in RowOutcome))
    console.print(table)
    if summary.mapped:
        console.print(_mapping(summary))
    for title, counts_of in (
        ("Made", summary.created),
        ("Left out or mended, and in how many issues", summary.left_out),
        ("Not taken, and why", summary.not_taken),
    ):
        if counts_of:
            console.print(f"\n[bold]{title}[/]")
            for what, count in counts_of.most_common(MOST_REASONS):
                console.print(f"  {count:>8,}  {what}", markup=False, highlight=False, soft_wrap=True)


def _mapping(summary: Summary) -> Table:
    table = Table("Kind", "There", "Here", "", box=None, header_style="bold", title="\nNames", title_justify="left")
    for mapped in sorted(summary.mapped.values(), key=lambda it: (it.kind, it.name)):
        table.add_row(mapped.kind, mapped.name, mapped.target, "new" if mapped.is_new else "")
    return table


def _as_json(summary: Summary) -> dict[str, object]:
    return {
        "issues": {outcome.value: summary.issues[outcome] for outcome in RowOutcome},
        "comments": {outcome.value: summary.comments[outcome] for outcome in RowOutcome},
        "mapped": list(summary.mapped.values()),
        "created": summary.created,
        "left_out": summary.left_out,
        "not_taken": summary.not_taken,
    }
