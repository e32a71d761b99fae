"""The run of an import: batch by batch, and a batch that the database refuses again by halves, down to the bad row."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from shoal import messages
from shoal.actions import apply
from shoal.actions.imports import rows as rows_
from shoal.actions.imports.names import Names
from shoal.domain.actor import Actor, Right
from shoal.domain.errors import NotFound
from shoal.domain.imports import (
    BadRow,
    CommentRecord,
    IssueRecord,
    Record,
    Row,
    RowOutcome,
    RowReport,
    Summary,
    clean_name,
    identity,
)
from shoal.domain.patch import Stored
from shoal.store import imports as store
from shoal.store import load, rights
from shoal.store.db import Database, Transaction
from shoal.store.imports import Link
from shoal.store.load import LoadedComment

BATCH_ROWS = 1000
BATCH_BYTES = 8 * 1024 * 1024

Listener = Callable[[RowReport], None]


def _ignore(_report: RowReport) -> None:
    """The default listener."""


class Import:
    """One import into one queue: issues first, then their comments, then `finish`.

    `listen` hears of every issue's line, and of the comments' lines that were not taken.
    """

    def __init__(
        self, db: Database, actor: Actor, queue_key: str, *, now: datetime, listen: Listener = _ignore
    ) -> None:
        self.summary = Summary()
        self._db = db
        self._actor = actor
        self._queue_key = queue_key
        self._now = now
        self._listen = listen
        self._names: Names | None = None
        self._links: list[Link] = []

    async def issues(self, rows: Iterable[Row[IssueRecord] | BadRow]) -> None:
        """Import these rows. Raises NotFound for the queue, or Forbidden without the right to create in it."""
        await self._load_names()
        async with aclosing(ahead(batches(rows))) as stream:
            async for batch in stream:
                await self._issues(list(self._good(batch, self._report)))

    async def comments(self, rows: Iterable[Row[CommentRecord] | BadRow]) -> None:
        """Import comments of issues that were imported, now or before."""
        await self._load_names()
        async with aclosing(ahead(batches(rows))) as stream:
            async for batch in stream:
                await self._comments(list(self._good(batch, self._report_comment)))

    async def finish(self) -> Summary:
        """Put issues under the parents and epics that came after them, and make the database ready for use."""
        await self._load_names()
        async with self._db.transaction(self._actor.org_id) as tx:
            await load.refresh_statistics(tx)
        for links in _sliced(self._links):
            await self._link(links)
        self.summary.left_out = +self.summary.left_out
        return self.summary

    async def _link(self, links: Sequence[Link]) -> None:
        async with self._db.transaction(self._actor.org_id) as tx:
            await apply.lock_hierarchy(tx)
            parents, epics = await store.above(tx, self._ready.queue.id, links)
            rings = await store.rings(tx, parents)
            values: dict[int, dict[str, Stored]] = defaultdict(dict)
            for name, above in (("parent", parents), ("epic", epics)):
                for issue_id in above.keys() - (rings if name == "parent" else set()):
                    values[issue_id][name] = above[issue_id]
            await apply.set_each(tx, self._actor, ("parent", "epic"), values, via="import")
        self.summary.left_out["parents (the issue would stand above itself)"] += len(rings)

    # --- issues ----------------------------------------------------------------------------------------------------

    async def _issues(self, batch: Sequence[Row[IssueRecord]]) -> None:
        created = self.summary.created.copy()
        try:
            reports = await self._import(batch)
        except load.REFUSALS as error:
            self.summary.created = created
            await self._load_names(again=True)
            if len(batch) == 1:
                self._report(
                    RowReport(batch[0].line, RowOutcome.REFUSED, batch[0].record.key, notes=(messages.text(error),))
                )
                return
            for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                await self._issues(half)
            return
        for report in reports:
            self._report(report)

    async def _import(self, batch: Sequence[Row[IssueRecord]]) -> list[RowReport]:
        async with self._db.transaction(self._actor.org_id) as tx:
            known = await self._known(tx, batch)
            fresh = _first_of_each(row for row in batch if clean_name(row.record.key) not in known)
            await self._ready.prepare(tx, [row.record for row in fresh])
            above = {source: origin.issue_id for source, origin in known.items()}
            context = rows_.Context(self._ready, self._actor.user_id, self._now, above)
            made = [rows_.issue(row, context) for row in fresh]
            first = await load.issues(tx, self._ready.queue.id, [issue for issue, _ in made])
        self._remember_above(batch, above)
        keys = {row.line: f"{self._queue_key}-{number}" for number, row in enumerate(fresh, start=first)}
        notes = {row.line: tuple(notes) for row, (_, notes) in zip(fresh, made, strict=True)}
        self.summary.comments[RowOutcome.IMPORTED] += sum(len(issue.comments) for issue, _ in made)
        return [_outcome(row, known, keys.get(row.line), notes.get(row.line, ())) for row in batch]

    async def _known(self, tx: Transaction, batch: Sequence[Row[IssueRecord]]) -> dict[str, store.Origin]:
        """What of the batch, its parents and its epics is there already."""
        sources = {clean_name(text) for row in batch for text in (row.record.key, row.record.parent, row.record.epic)}
        return await store.origins(tx, [self._ready.queue.id], sources - {""})

    def _remember_above(self, batch: Sequence[Row[IssueRecord]], above: dict[str, int]) -> None:
        """Parents and epics to link at the end: those not there yet, and those of an import that was cut off."""
        for row in batch:
            source, parent, epic = (clean_name(it) for it in (row.record.key, row.record.parent, row.record.epic))
            if any(it and (it not in above or source in above) for it in (parent, epic)):
                self._links.append((source, parent, epic))

    def _report(self, report: RowReport) -> None:
        self.summary.issues[report.outcome] += 1
        self._count_reasons(report)
        if report.outcome is RowOutcome.IMPORTED:
            self.summary.left_out.update(note.partition(":")[0] for note in report.notes)
        self._listen(report)

    # --- comments --------------------------------------------------------------------------------------------------

    async def _comments(self, batch: Sequence[Row[CommentRecord]]) -> None:
        created = self.summary.created.copy()
        try:
            await self._import_comments(batch)
        except load.REFUSALS as error:
            self.summary.created = created
            await self._load_names(again=True)
            if len(batch) == 1:
                self._report_comment(_not_taken(batch[0], RowOutcome.REFUSED, messages.text(error)))
                return
            for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                await self._comments(half)

    async def _import_comments(self, batch: Sequence[Row[CommentRecord]]) -> None:
        async with self._db.transaction(self._actor.org_id) as tx:
            sources = {clean_name(row.record.key) for row in batch}
            known = await store.origins(tx, [self._ready.queue.id], sources)
            people = filter(None, (identity(row.record.by) for row in batch))
            await self._ready.prepare_people(tx, dict(people))
            context = rows_.Context(self._ready, self._actor.user_id, self._now, {})
            made = [_comment(row, known, context) for row in batch]
            taken = [comment for comment in made if not isinstance(comment, RowReport)]
            count = await load.comments(tx, taken)
        for report in made:
            if isinstance(report, RowReport):
                self._report_comment(report)
        self.summary.comments[RowOutcome.IMPORTED] += count
        self.summary.comments[RowOutcome.UNCHANGED] += len(taken) - count

    def _report_comment(self, report: RowReport) -> None:
        self.summary.comments[report.outcome] += 1
        self._count_reasons(report)
        self._listen(report)

    def _count_reasons(self, report: RowReport) -> None:
        if report.outcome in {RowOutcome.REFUSED, RowOutcome.SKIPPED, RowOutcome.CHANGED}:
            self.summary.not_taken.update(report.notes)

    # --- both ------------------------------------------------------------------------------------------------------

    def _good(self, rows: Iterable[Row[Record] | BadRow], report: Listener) -> Iterator[Row[Record]]:
        for row in rows:
            if isinstance(row, BadRow):
                report(RowReport(row.line, RowOutcome.REFUSED, notes=(row.reason,)))
            elif not clean_name(row.record.key):
                report(RowReport(row.line, RowOutcome.REFUSED, notes=("the key is empty",)))
            else:
                yield row

    @property
    def _ready(self) -> Names:
        assert self._names is not None
        return self._names

    async def _load_names(self, *, again: bool = False) -> None:
        """Read the names; again after a rollback, which took back what was made since."""
        if self._names is not None and not again:
            return
        async with self._db.transaction(self._actor.org_id) as tx:
            queue = await store.queue(tx, self._queue_key)
            allowed = await rights.load(tx, self._actor)
            if queue is None:
                raise NotFound("no_queue", ref=self._queue_key)
            allowed.require(queue.id, Right.CREATE, queue=queue.key)
            names = Names(self._actor, queue, self.summary)
            await names.load(tx)
        self._names = names


Batch = list[Row[Record] | BadRow]


def batches(rows: Iterable[Row[Record] | BadRow]) -> Iterator[Batch[Record]]:
    """The rows in lists of a bounded length and size."""
    batch: Batch[Record] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += row.size if isinstance(row, Row) else 0
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def ahead(batches: Iterator[Batch[Record]]) -> AsyncGenerator[Batch[Record]]:
    """The batches, the next one read while the database is busy with the one before."""
    upcoming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await upcoming) is not None:
            upcoming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        await asyncio.wait([upcoming])


def _first_of_each(rows: Iterable[Row[IssueRecord]]) -> list[Row[IssueRecord]]:
    """Without those whose key came before in the batch."""
    first: dict[str, Row[IssueRecord]] = {}
    for row in rows:
        first.setdefault(clean_name(row.record.key), row)
    return list(first.values())


def _outcome(
    row: Row[IssueRecord], known: dict[str, store.Origin], key: str | None, notes: tuple[str, ...]
) -> RowReport:
    origin = known.get(clean_name(row.record.key))
    if key:
        return RowReport(row.line, RowOutcome.IMPORTED, row.record.key, key, notes)
    if origin is None:
        return RowReport(row.line, RowOutcome.REFUSED, row.record.key, notes=("the key came before in this file",))
    if origin.digest == row.digest:
        return RowReport(row.line, RowOutcome.UNCHANGED, row.record.key)
    return RowReport(row.line, RowOutcome.CHANGED, row.record.key, notes=("changed since it was imported; left alone",))


def _comment(
    row: Row[CommentRecord], known: dict[str, store.Origin], context: rows_.Context
) -> tuple[int, LoadedComment] | RowReport:
    """The comment, and the id of its issue; or why it is passed over."""
    origin, comment = known.get(clean_name(row.record.key)), rows_.comment(row.record, context)
    if origin is None:
        return _not_taken(row, RowOutcome.SKIPPED, "no issue of this key was imported")
    if comment is None:
        return _not_taken(row, RowOutcome.SKIPPED, "the comment is empty")
    return origin.issue_id, _with_source(comment, row)


def _not_taken(row: Row[CommentRecord], outcome: RowOutcome, reason: str) -> RowReport:
    return RowReport(row.line, outcome, row.record.key, notes=(f"comment: {reason}",))


def _with_source(comment: LoadedComment, row: Row[CommentRecord]) -> LoadedComment:
    """A comment without an id is known by its record."""
    return comment if comment.source else replace(comment, source=row.digest.hex())


def _sliced(links: Sequence[Link]) -> Iterator[Sequence[Link]]:
    for start in range(0, len(links), BATCH_ROWS):
        yield links[start : start + BATCH_ROWS]
