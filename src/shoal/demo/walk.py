"""What `make demo` shows: bulk changes by the Yandex dialect, asked for and followed like any client does.

The first two are the examples of the documentation of `POST /v2/bulkchange/_update`; the third changes 10,000 issues.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

TERMINAL = frozenset({"COMPLETE", "FAILED"})
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25
PATIENCE = 600.0
SHOWN_ENTRIES = 12

Json = dict[str, Any]
Pause = Callable[[float], None]

EXAMPLES: Mapping[str, Json] = {
    "Example 1: three issues become bugs": {
        "issues": ["TEST-1", "TEST-2", "TEST-3"],
        "values": {"type": {"name": "Ошибка"}},
    },
    "Example 2: what speaks of tests becomes a blocker": {
        "issues": "Summary: Test",
        "values": {"comment": "Updated via API", "priority": {"key": "blocker"}},
    },
}


class WalkFailed(Exception):
    """Something was not as it should be."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A bulk change that came to its end."""

    id: str
    status: str
    total: int
    changed: int
    submit_seconds: float
    seconds: float


def walk(client: httpx2.Client, console: Console, pause: Pause) -> None:
    """Do it all, and print it. Raises WalkFailed."""
    for title, body in EXAMPLES.items():
        console.rule(f"[bold]{title}", align="left")
        _report(console, _change(client, console, body, pause))
    tag = time.strftime("swept-%H%M%S")
    query = 'Queue: TEST AND Tags: "wave-1"'
    selected = _count(client, query)
    console.rule(f"[bold]And {selected:,} at once", align="left")
    values = {"tags": {"add": [tag]}, "priority": {"key": "minor"}}
    ended = _change(client, console, {"issues": query, "values": values}, pause)
    _report(console, ended)
    tagged = _count(client, f'Queue: TEST AND Tags: "{tag}"')
    if not selected == ended.total == tagged:
        raise WalkFailed(f"{selected} issues matched, {ended.total} were dealt with, {tagged} have the tag")
    console.rule("[bold]The history of TEST-1", align="left")
    console.print(_history(client, "TEST-1", tag))


def connect(url: str, org_id: int, token: str) -> httpx2.Client:
    """A client of the API; a context manager."""
    headers = {"Authorization": f"OAuth {token}", "X-Org-ID": str(org_id)}
    return httpx2.Client(base_url=url, headers=headers, timeout=60.0)


# --- a bulk change -------------------------------------------------------------------------------------------------


def _change(client: httpx2.Client, console: Console, body: Json, pause: Pause) -> Ended:
    """Ask for it, and follow it to its end."""
    console.print("POST /v2/bulkchange/_update", style="cyan")
    console.print_json(data=body, indent=None, ensure_ascii=False)
    begun = time.perf_counter()
    operation = _json(client.post("/v2/bulkchange/_update", json=body), 201)
    submitted = time.perf_counter() - begun
    columns = (TextColumn("  {task.fields[word]:<10}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=False) as progress:
        bar = progress.add_task("", total=None, word="CREATED")
        operation = _follow(client, operation["id"], pause, lambda now: _show(progress, bar, now))
    seconds = time.perf_counter() - begun
    total, changed = operation.get("totalIssues", 0), operation.get("totalCompletedIssues", 0)
    return Ended(operation["id"], operation["status"], total, changed, submitted, seconds)


def _follow(client: httpx2.Client, bulk_id: str, pause: Pause, show: Callable[[Json], None]) -> Json:
    """Poll, at first often, until the change has ended."""
    wait, deadline = FIRST_PAUSE, time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        operation: Json = _json(client.get(f"/v2/bulkchange/{bulk_id}"), 200)
        show(operation)
        if operation["status"] in TERMINAL:
            return operation
        pause(wait)
        wait = min(wait * 1.5, LONGEST_PAUSE)
    raise WalkFailed(f"the bulk change {bulk_id} did not end in {PATIENCE:g} s")


def _show(progress: Progress, bar: Any, operation: Json) -> None:
    total = operation.get("totalIssues")
    done = (total or 0) * operation["executionIssuePercent"] / 100
    progress.update(bar, total=total, completed=round(done), word=operation["status"])


def _report(console: Console, ended: Ended) -> None:
    rate = ended.total / ended.seconds
    console.print(
        f"  [bold]{ended.changed:,}[/] of {ended.total:,} issues changed in [bold]{ended.seconds:.2f} s[/]"
        f" ({rate:,.0f} issues/s; the POST answered after {ended.submit_seconds * 1000:.0f} ms)\n",
        soft_wrap=True,
    )
    if ended.status != "COMPLETE":
        raise WalkFailed(f"the bulk change {ended.id} ended as {ended.status}")


def _count(client: httpx2.Client, query: str) -> int:
    return int(_json(client.post("/v2/issues/_count", json={"query": query}), 200))


def _json(response: httpx2.Response, expected: int) -> Any:
    if response.status_code != expected:
        request = response.request
        raise WalkFailed(f"{request.method} {request.url} answered {response.status_code}: {response.text[:1000]}")
    return response.json()


# --- one issue's history -------------------------------------------------------------------------------------------


def _history(client: httpx2.Client, key: str, tag: str) -> Table:
    """The changelog as a table. Raises WalkFailed if the tag is not in it."""
    entries = _json(client.get(f"/v2/issues/{key}/changelog", params={"perPage": 100}), 200)
    table = Table(
        Column("When", no_wrap=True),
        Column("Who", no_wrap=True),
        "By",
        "Field",
        "Before",
        "After",
        box=None,
        header_style="bold",
        pad_edge=False,
    )
    for entry in entries[-SHOWN_ENTRIES:]:
        cells = [entry["updatedAt"][:19].replace("T", " "), entry["updatedBy"]["display"], entry.get("transport", "")]
        for change in entry.get("fields", ()):
            table.add_row(*cells, change["field"]["display"], *_sides(change["from"], change["to"]))
            cells = ["", "", ""]
        for comment in (entry.get("comments") or {}).get("added", ()):
            table.add_row(*cells, "comment", "", _value(comment))
            cells = ["", "", ""]
    if not any(tag in (change["to"] or ()) for entry in entries for change in entry.get("fields", ())):
        raise WalkFailed(f"the history of {key} does not tell of the tag {tag}")
    return table


def _sides(before: Any, after: Any) -> tuple[str, str]:
    """Both values; of lists what was taken out and what came in."""
    if not isinstance(before, list) and not isinstance(after, list):
        return _value(before), _value(after)
    gone = [item for item in before or () if item not in (after or ())]
    new = [item for item in after or () if item not in (before or ())]
    return ", ".join(f"- {_value(item)}" for item in gone), ", ".join(f"+ {_value(item)}" for item in new)


def _value(value: Any) -> str:
    text = str(value.get("display", "")) if isinstance(value, dict) else "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
