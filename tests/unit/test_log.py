"""Log lines, for people and for machines."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shoal import log

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def the_tests_own_log() -> Iterator[None]:
    """Puts back what was there."""
    root = logging.getLogger()
    handlers, level, quiet = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in log.QUIET}
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def fail_with(secret: str) -> None:
    raise ValueError(f"{len(secret)} characters")


def test_json_is_one_object_a_line_whoever_writes_it(capsys: Capture) -> None:
    log.configure(format="json", level="info")
    structlog.get_logger("shoal.test").info("a line\nin two", count=3)
    logging.getLogger("somebody.else").warning("theirs")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["count"], ours["level"]) == ("a line\nin two", 3, "info")
    assert (theirs["event"], theirs["level"]) == ("theirs", "warning")
    assert ours["timestamp"].endswith("Z")


def test_lines_for_people_go_to_standard_error(capsys: Capture) -> None:
    log.configure(format="text", level="info")
    structlog.get_logger("shoal.test").info("ready", port=8080)
    told = capsys.readouterr()
    assert told.out == ""
    assert "ready" in told.err
    assert "port=8080" in told.err


@pytest.mark.parametrize(("level", "lines"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 0)])
def test_what_is_less_important_than_the_level_is_not_written(level: str, lines: int, capsys: Capture) -> None:
    log.configure(format="json", level=level)
    ours = structlog.get_logger("shoal.test")
    ours.debug("a")
    ours.info("b")
    ours.warning("c")
    assert len(capsys.readouterr().err.splitlines()) == lines


def test_chatty_libraries_are_heard_from_warnings_on(capsys: Capture) -> None:
    log.configure(format="json", level="debug")
    logging.getLogger("procrastinate").info("polled")
    logging.getLogger("procrastinate").warning("lost")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["lost"]


@pytest.mark.parametrize("format_", ["json", "text"])
def test_a_traceback_tells_no_values_of_variables(format_: str, capsys: Capture) -> None:
    log.configure(format=format_, level="info")
    try:
        fail_with("geheim" * 2)
    except ValueError:
        structlog.get_logger("shoal.test").exception("it broke")
    told = capsys.readouterr().err
    assert "ValueError: 12 characters" in told
    assert "geheimgeheim" not in told


def test_what_is_bound_to_a_request_is_on_each_of_its_lines(capsys: Capture) -> None:
    log.configure(format="json", level="info")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("shoal.test").info("inside")
    structlog.get_logger("shoal.test").info("outside")
    inside, outside = map(json.loads, capsys.readouterr().err.splitlines())
    assert inside["request_id"] == "r1"
    assert "request_id" not in outside
