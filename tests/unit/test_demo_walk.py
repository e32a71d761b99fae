"""The walk of the demo, against a server that says what the test wants."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from rich.console import Console

from shoal.cli.demonstration import _env_lines, environment
from shoal.demo import organisation, walk
from shoal.demo.organisation import Demo
from shoal.demo.walk import WalkFailed
from shoal.settings import Settings


class Server:
    """An API over one operation after another. Everything about it that may go wrong is an attribute."""

    def __init__(self) -> None:
        self.polls: list[str] = ["CREATED", "PROCESSING", "COMPLETE"]
        self.created = 201
        self.matching = 10
        self.tagged: int | None = None
        self.tag = ""
        self.asked: list[str] = []

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        body = json.loads(request.content) if request.content else {}
        if request.url.path == "/v2/bulkchange/_update":
            self._statuses = iter(self.polls)
            self.tag = (body["values"].get("tags") or {"add": [self.tag]})["add"][0]
            return httpx2.Response(self.created, json={"id": "op", "status": "CREATED"})
        if request.url.path == "/v2/bulkchange/op":
            return httpx2.Response(200, json=self._operation(self._statuses))
        if request.url.path == "/v2/issues/_count":
            is_after = "swept" in body["query"]
            return httpx2.Response(200, json=self.matching if not is_after or self.tagged is None else self.tagged)
        return httpx2.Response(200, json=self._history())

    def _operation(self, statuses: Iterator[str]) -> Any:
        return {
            "id": "op",
            "status": next(statuses),
            "executionIssuePercent": 50,
            "totalIssues": self.matching,
            "totalCompletedIssues": self.matching,
        }

    def _history(self) -> Any:
        change = {"field": {"display": "Tags"}, "from": ["wave-1"], "to": ["wave-1", self.tag]}
        return [{"updatedAt": "2026-03-04T05:06:07.000+0000", "updatedBy": {"display": "Rosa"}, "fields": [change]}]


def do(server: Server) -> tuple[str, list[float]]:
    """What the walk prints, and the pauses it makes."""
    written, pauses = io.StringIO(), list[float]()
    with httpx2.Client(transport=httpx2.MockTransport(server.answer), base_url="http://shoal.test") as client:
        walk.walk(client, Console(width=120, file=written), pauses.append)
    return written.getvalue(), pauses


def test_all_three_changes_are_made_and_the_history_is_shown() -> None:
    server = Server()
    told, _ = do(server)
    assert server.asked.count("POST /v2/bulkchange/_update") == 3
    assert "10 of 10 issues changed" in told
    assert f"+ {server.tag}" in told


def test_a_change_is_asked_after_ever_more_seldom() -> None:
    server = Server()
    server.polls = ["PROCESSING"] * 12 + ["COMPLETE"]
    _, pauses = do(server)
    first = pauses[:12]
    assert first == sorted(first)
    assert (first[0], first[-1]) == (walk.FIRST_PAUSE, walk.LONGEST_PAUSE)


def test_a_change_that_fails_ends_the_walk() -> None:
    server = Server()
    server.polls = ["PROCESSING", "FAILED"]
    with pytest.raises(WalkFailed, match="the bulk change op ended as FAILED"):
        do(server)


def test_an_answer_that_is_not_the_expected_one_ends_the_walk() -> None:
    server = Server()
    server.created = 403
    with pytest.raises(WalkFailed, match=r"POST http://shoal.test/v2/bulkchange/_update answered 403"):
        do(server)


def test_an_issue_that_was_left_out_ends_the_walk() -> None:
    server = Server()
    server.tagged = 9
    with pytest.raises(WalkFailed, match="10 issues matched, 10 were dealt with, 9 have the tag"):
        do(server)


def test_a_change_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PATIENCE", -1.0)
    with pytest.raises(WalkFailed, match="did not end"):
        do(Server())


@pytest.mark.parametrize(
    ("before", "after", "sides"),
    [
        ("a", "b", ("a", "b")),
        (None, {"display": "Rosa"}, ("", "Rosa")),
        (["a", "b"], ["b", "c"], ("- a", "+ c")),
        (None, ["a"], ("", "+ a")),
        (["a"], None, ("- a", "")),
        ("x" * 61, None, ("x" * 59 + "…", "")),
    ],
)
def test_of_lists_is_told_what_went_and_what_came(before: Any, after: Any, sides: tuple[str, str]) -> None:
    assert walk._sides(before, after) == sides


# --- what scripts are told -----------------------------------------------------------------------------------------


def test_every_line_of_the_environment_is_a_name_and_a_value() -> None:
    demo = Demo(
        101,
        102,
        dict.fromkeys((organisation.OWNER, organisation.OUTSIDER, organisation.NEIGHBOUR), "t"),
        "p",
        7,
        "AK",
        "SK",
    )
    values = environment(Settings(port=9000), demo)
    assert values["SHOAL_URL"] == "http://127.0.0.1:9000"
    assert [line.partition("=")[::2] for line in _env_lines(values).decode().splitlines()] == list(values.items())


@pytest.mark.parametrize(("count", "second"), [(1, 20), (10_000, 200), (1_000_000, 2000)])
def test_the_second_queue_of_the_demo_has_a_fiftieth(count: int, second: int) -> None:
    assert organisation.sizes(count)["DEMO"] == second
