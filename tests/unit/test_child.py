"""What is written down and said of the processes of `serve`."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoal.cli import child


@pytest.mark.parametrize(
    ("exit_code", "said"), [(0, "exit code 0"), (3, "exit code 3"), (-9, "SIGKILL"), (-15, "SIGTERM")]
)
def test_an_end_is_told_in_words(exit_code: int, said: str) -> None:
    assert child.describe(exit_code) == said


def test_a_pid_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "server.pid"
    child.write_pid(path, 41)
    with path.open() as opened_before:
        child.write_pid(path, 42)
        assert opened_before.read() == "41\n"
    assert path.read_text() == "42\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_child_that_was_not_started_is_due_at_once_and_has_not_ended(tmp_path: Path) -> None:
    idle = child.Child("API", ["true"], pid_file=tmp_path / "server.pid", grace=1)
    assert idle.exit_code is None
    assert idle.wait_seconds() == 0.0


def test_stopping_what_does_not_run_takes_its_pid_file_away(tmp_path: Path) -> None:
    pid_file = tmp_path / "server.pid"
    pid_file.write_text("41\n")
    child.Child("API", ["true"], pid_file=pid_file, grace=1).stop()
    assert not pid_file.exists()
