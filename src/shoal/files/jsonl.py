"""JSON Lines, plain or gzipped: one record a line."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, cast

import msgspec

from shoal.domain.errors import Invalid
from shoal.domain.imports import BadRow, Record, Row

LONGEST_LINE = 64 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"


class Reader(Generic[Record]):
    """The rows of a file, one by one. `position` of `size` bytes have been read from the disk."""

    def __init__(self, path: Path, record: type[Record]) -> None:
        self.size = 0
        self._decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(record)
        self._path = path
        self._raw: BinaryIO | None = None

    @property
    def position(self) -> int:
        return self._raw.tell() if self._raw is not None and not self._raw.closed else self.size

    def __enter__(self) -> Self:
        try:
            self._raw = self._path.open("rb")
            self.size = self._path.stat().st_size
        except OSError as error:
            raise Invalid("file_unreadable", "file", file=str(self._path), reason=error.strerror or "") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._raw is not None:
            self._raw.close()

    def __iter__(self) -> Iterator[Row[Record] | BadRow]:
        for number, line in self._lines():
            if isinstance(line, BadRow):
                yield line
            elif line.strip():
                yield self._row(number, line)

    def _lines(self) -> Iterator[tuple[int, bytes | BadRow]]:
        """Every line with its number; the end of a damaged file as a bad row."""
        stream, number = self._stream(), 0
        try:
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) <= LONGEST_LINE:
                    yield number, line.removeprefix(BOM) if number == 1 else line
                else:
                    _skip_line(stream)
                    yield number, BadRow(number, f"the line is longer than {LONGEST_LINE >> 20} MB")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield number + 1, BadRow(number + 1, f"the gzip file is damaged from here on: {error}")

    def _stream(self) -> BinaryIO:
        raw = cast(BufferedReader, self._raw)
        is_gzip = raw.peek(2)[:2] == GZIP_MAGIC
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if is_gzip else raw

    def _row(self, number: int, line: bytes) -> Row[Record] | BadRow:
        text = line.strip()
        try:
            record = self._decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return BadRow(number, str(error) or "nested too deeply")
        return Row(number, record, hashlib.sha256(text).digest(), len(text))


def _skip_line(stream: BinaryIO) -> None:
    while (piece := stream.readline(LONGEST_LINE)) and not piece.endswith(b"\n"):
        pass
