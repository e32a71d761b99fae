"""Where the key that secrets are encrypted with comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoal.cli import secret_key
from shoal.settings import BadSettings, Settings

OWN = "k" * 32


def test_a_key_that_is_set_is_used_and_none_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "reef", secret_key=OWN)
    assert secret_key.kept(settings) is settings
    assert not (tmp_path / "reef").exists()


def test_a_key_that_was_made_is_found_again(tmp_path: Path) -> None:
    first = secret_key.kept(Settings(data_dir=tmp_path / "reef")).secret_key
    assert first
    assert len(first) >= secret_key.LEAST
    assert secret_key.kept(Settings(data_dir=tmp_path / "reef")).secret_key == first


def test_of_two_that_make_it_at_once_the_first_one_s_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / secret_key.FILE
    write = secret_key.write_private

    def write_late(fresh: Path, content: bytes) -> None:
        write(fresh, content)
        path.write_text(OWN)

    monkeypatch.setattr(secret_key, "write_private", write_late)
    assert secret_key.kept(Settings(data_dir=tmp_path)).secret_key == OWN
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_cut_off_is_no_key(tmp_path: Path) -> None:
    (tmp_path / secret_key.FILE).write_text("short")
    with pytest.raises(BadSettings, match="does not hold a secret key"):
        secret_key.kept(Settings(data_dir=tmp_path))


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "reef").write_text("a file")
    with pytest.raises(BadSettings, match=r"cannot be kept"):
        secret_key.kept(Settings(data_dir=tmp_path / "reef"))
