"""Reading JSON Lines: a line that cannot be read is told by its number, and the next one is read."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain.errors import Invalid
from shoal.domain.imports import BadRow, IssueRecord, Row
from shoal.files import jsonl
from shoal.files.jsonl import Reader

GOOD = b'{"key":"A-1","summary":"one"}\n'


def read(path: Path, content: bytes) -> list[Row[IssueRecord] | BadRow]:
    path.write_bytes(content)
    with Reader(path, IssueRecord) as reader:
        return list(reader)


def outcome(row: Row[IssueRecord] | BadRow) -> tuple[int, str]:
    return (row.line, "bad") if isinstance(row, BadRow) else (row.line, row.record.key)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"not json", id="not json"),
        pytest.param(b"[1, 2]", id="no object"),
        pytest.param(b'{"summary":"no key"}', id="no key"),
        pytest.param(b'{"key":7}', id="key of the wrong type"),
        pytest.param(b'{"key":"A-2","labels":"one"}', id="no array"),
        pytest.param(b'{"key":"A-2","created":"yesterday"}', id="no time"),
        pytest.param(b'{"key":"A-2","summary":"\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"key":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"key":"A-2","links":' + b"[" * 100_000, id="nested too deeply"),
    ],
)
def test_bad_line_is_told_and_the_next_one_read(tmp_path: Path, bad: bytes) -> None:
    rows = read(tmp_path / "file", GOOD + bad + b"\n" + GOOD)
    assert [outcome(row) for row in rows] == [(1, "A-1"), (2, "bad"), (3, "A-1")]
    assert isinstance(rows[1], BadRow)
    assert rows[1].reason


@given(content=st.binary(max_size=300), packed=st.booleans())
def test_no_bytes_bring_the_reader_down(content: bytes, packed: bool) -> None:
    with tempfile.NamedTemporaryFile() as file:
        rows = read(Path(file.name), gzip.compress(content)[:-4] if packed else content)
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))


def test_byte_order_mark_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    rows = read(tmp_path / "file", b"\xef\xbb\xbf" + GOOD + b"\n  \r\n" + GOOD.rstrip())
    assert [outcome(row) for row in rows] == [(1, "A-1"), (4, "A-1")]


def test_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path / "file", b"") == []
    assert read(tmp_path / "file", gzip.compress(b"")) == []


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    assert [outcome(row) for row in read(tmp_path / "file.txt", gzip.compress(GOOD * 2))] == [(1, "A-1"), (2, "A-1")]


@pytest.mark.parametrize("damage", [lambda packed: packed[:-9], lambda packed: packed[:-8] + b"12345678"])
def test_damaged_gzip_gives_what_can_be_read_and_says_where_it_ends(tmp_path: Path, damage: object) -> None:
    packed = gzip.compress(GOOD * 500)
    rows = read(tmp_path / "file.gz", damage(packed))  # type: ignore[operator]
    assert isinstance(rows[-1], BadRow)
    assert "damaged" in rows[-1].reason
    assert all(isinstance(row, Row) for row in rows[:-2])


def test_endless_line_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 1000)
    rows = read(tmp_path / "file", GOOD + b'{"key":"' + b"x" * 5000 + b'"}\n' + GOOD)
    assert [outcome(row) for row in rows] == [(1, "A-1"), (2, "bad"), (3, "A-1")]


def test_digest_tells_a_changed_record_from_the_same(tmp_path: Path) -> None:
    one, same, other = read(tmp_path / "file", GOOD + b"  " + GOOD + GOOD.replace(b"one", b"two"))
    assert isinstance(one, Row)
    assert isinstance(same, Row)
    assert isinstance(other, Row)
    assert one.digest == same.digest != other.digest


def test_file_that_is_not_there_is_a_domain_error(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="file_unreadable"), Reader(tmp_path / "none", IssueRecord):
        pass


def test_position_comes_to_the_size(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(GOOD * 10)
    with Reader(tmp_path / "file", IssueRecord) as reader:
        assert reader.position == 0
        list(reader)
        assert reader.position == reader.size == len(GOOD) * 10
