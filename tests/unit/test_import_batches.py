"""How the rows of a file are cut into batches, and read ahead."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from shoal.actions.imports import run
from shoal.domain.imports import BadRow, IssueRecord, Row


def row(number: int, size: int = 10) -> Row[IssueRecord]:
    return Row(number, IssueRecord(f"A-{number}"), b"digest", size)


def lines(batches: Iterator[run.Batch[IssueRecord]]) -> list[list[int]]:
    return [[row.line for row in batch] for batch in batches]


def test_a_batch_has_a_bounded_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH_ROWS", 2)
    assert lines(run.batches(row(number) for number in range(1, 6))) == [[1, 2], [3, 4], [5]]


def test_a_batch_has_a_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH_BYTES", 100)
    assert lines(run.batches([row(1, 60), row(2, 60), row(3, 500), row(4)])) == [[1, 2], [3], [4]]


def test_a_bad_row_keeps_its_place() -> None:
    assert lines(run.batches([row(1), BadRow(2, "is no JSON"), row(3)])) == [[1, 2, 3]]


def test_no_rows_are_no_batch() -> None:
    assert lines(run.batches([])) == []


async def test_all_batches_come_in_their_order() -> None:
    given = [[row(1)], [row(2)], [row(3)]]
    async with aclosing(run.ahead(iter(given))) as stream:
        assert [batch async for batch in stream] == given


async def test_the_next_batch_is_read_while_this_one_is_used() -> None:
    next_is_read = threading.Event()

    def batches() -> Iterator[run.Batch[IssueRecord]]:
        yield [row(1)]
        next_is_read.set()
        yield [row(2)]

    async with aclosing(run.ahead(batches())) as stream:
        await anext(stream)
        assert await asyncio.to_thread(next_is_read.wait, 10)


async def test_an_error_of_the_file_comes_out() -> None:
    def batches() -> Iterator[run.Batch[IssueRecord]]:
        yield [row(1)]
        raise OSError("the disk is gone")

    async with aclosing(run.ahead(batches())) as stream:
        await anext(stream)
        with pytest.raises(OSError, match="the disk is gone"):
            await anext(stream)
