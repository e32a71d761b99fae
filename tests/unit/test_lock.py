"""The lock of a data directory, and the folder of PostgreSQL's programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shoal.postgres import binaries
from shoal.postgres.errors import BinariesNotFound, Locked
from shoal.postgres.lock import FileLock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "reef" / "run").mkdir(parents=True)
    return tmp_path / "reef" / "run" / "serve.lock"


def test_who_comes_second_is_told_who_was_first(path: Path, tmp_path: Path) -> None:
    first = FileLock(path)
    first.acquire()
    with pytest.raises(Locked) as refused:
        FileLock(path).acquire()
    assert str(tmp_path / "reef") in str(refused.value)
    assert f"process {os.getpid()}" in str(refused.value)
    first.release()


def test_a_lock_that_was_released_can_be_taken(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.acquire()
    first.release()
    second.acquire()
    assert path.read_text() == f"{os.getpid()}\n"
    second.release()


def test_releasing_what_is_not_held_lets_the_holder_keep_it(path: Path) -> None:
    first = FileLock(path)
    first.acquire()
    FileLock(path).release()
    with pytest.raises(Locked):
        FileLock(path).acquire()
    first.release()


@pytest.fixture
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_package_folder", lambda _name: None)


@pytest.mark.usefixtures("no_packages")
def test_a_folder_with_both_programs_is_taken(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).touch()
    assert binaries.find(tmp_path) == tmp_path


@pytest.mark.usefixtures("no_packages")
@pytest.mark.parametrize("names", [[], ["postgres"], ["initdb"]])
def test_a_folder_without_one_of_them_is_not(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(BinariesNotFound, match="SHOAL_PG_BIN"):
        binaries.find(tmp_path)


def test_the_programs_that_come_with_shoal_are_of_the_right_version() -> None:
    assert binaries.version(binaries.find()) == binaries.MAJOR
