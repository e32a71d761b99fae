"""The documents' examples, as data: `cases/*.json` hold requests and answers.

In an answer a string that begins with `~` is a pattern for the whole of a string, and `~int` is any whole number; keys
are exactly those. `{id}` in a path is the id of the answer before that had one; a step `work` is what a worker does.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from shoal.dialects.yandex import ids
from shoal.engine.chunk import run_chunk
from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import World, make_issues

pytestmark = pytest.mark.anyio
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
assert CASES


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_the_example_is_answered_as_documented(path: Path, api: Client, db: Database, world: World) -> None:
    case = json.loads(path.read_text())
    for issue in case["issues"]:
        await make_issues(db, world, 1, **issue)
    bulk_id = ""
    for number, step in enumerate(case["steps"], 1):
        if step.get("work"):
            await work(db, world, bulk_id)
            continue
        answer = await send(api, step, bulk_id)
        assert answer.status_code == step["status"], answer.text
        if "answer" in step:
            check(answer.json(), step["answer"], f"step {number}")
        if answer.status_code == 201:
            bulk_id = answer.json()["id"]


async def send(api: Client, step: dict[str, Any], bulk_id: str) -> Any:
    method, _, path = step["request"].partition(" ")
    content = step.get("text") or (json.dumps(step["body"]) if "body" in step else None)
    return await api.request(method, path.replace("{id}", bulk_id), content=content)


async def work(db: Database, world: World, bulk_id: str) -> None:
    own = ids.read(ids.BULK_CHANGE, bulk_id)
    assert own is not None
    while await run_chunk(db, world.org_id, own):
        pass


def check(given: Any, expected: Any, place: str) -> None:
    match expected:
        case dict():
            assert isinstance(given, dict), place
            assert given.keys() == expected.keys(), place
            for key, part in expected.items():
                check(given[key], part, f"{place}.{key}")
        case list():
            assert isinstance(given, list), place
            assert len(given) == len(expected), (place, given)
            for index, part in enumerate(expected):
                check(given[index], part, f"{place}[{index}]")
        case "~int":
            assert type(given) is int, (place, given)
        case str() if expected.startswith("~"):
            assert isinstance(given, str), (place, given)
            assert re.fullmatch(expected[1:], given), (place, given)
        case _:
            assert given == expected, place
            assert type(given) is type(expected), (place, given)
