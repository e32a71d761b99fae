"""Files with secrets in them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from shoal.postgres.private import write_private


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", b"geheim")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_file_that_others_may_read_is_not_written_into(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"old")
    path.chmod(0o644)
    with path.open("rb") as opened_before:
        write_private(path, b"geheim")
        assert opened_before.read() == b"old"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", b"geheim")
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_private(tmp_path / "secret", b"geheim")
    assert (tmp_path / "secret").is_dir()
