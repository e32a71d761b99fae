"""What one request may hold: lists that are too long are refused as such, those that repeat themselves too."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.store.db import Database
from tests.wire.yandex.conftest import Client, read
from tests.world import World, make_issues

SEARCH, UPDATE = "/v3/issues/_search", "/v3/bulkchange/_update"
KEY = ["TEST-1"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("POST", SEARCH, {"keys": KEY * 10_001}, 422, "At most 10000 at once"),
        ("POST", SEARCH, {"keys": "TEST-1," * 10_001}, 422, "At most 10000 at once"),
        ("POST", SEARCH, {"filter": {"key": KEY * 10_001}}, 400, "more than 10000 values"),
        ("POST", SEARCH, {"filter": {"key": KEY * 5_000, "epic": KEY * 5_001}}, 400, "more than 10000 values"),
        ("POST", SEARCH, {"order": "+key," * 1_000}, 400, "At most 100 fields"),
        ("POST", UPDATE, {"issues": KEY * 20_001, "values": {"tags": "x"}}, 422, "At most 10000 issues"),
        ("PATCH", "/v3/issues/TEST-1", {f"field{n}": 1 for n in range(1_001)}, 422, "At most 1000 at once"),
        ("POST", "/v3/system/search/scroll/_clear", {f"{n}": "x" for n in range(1_001)}, 422, "At most 1000 at once"),
    ],
)
async def test_a_list_that_is_too_long_is_refused(
    api: Client, method: str, path: str, body: Any, status: int, told: str
) -> None:
    answer = await api.request(method, path, json=body)
    assert (answer.status_code, told in answer.text) == (status, True), answer.text[:500]


SAY = """
INSERT INTO comment (org_id, issue_id, author_id, updated_by, text)
SELECT %(org)s, %(issue)s, %(author)s, %(author)s, 'said ' || n FROM generate_series(1, %(count)s) AS n"""


async def test_an_issue_is_shown_with_its_first_thousand_comments(api: Client, db: Database, world: World) -> None:
    many, few = await make_issues(db, world, 2)
    async with db.transaction(world.org_id) as tx:
        for issue, count in ((many, 1_100), (few, 3)):
            await tx.run(SAY, {"issue": issue, "author": world.rosa.user_id, "count": count})
    alone = (await read(api, "/v3/issues/TEST-1?expand=comments"))["comments"]
    assert [comment["text"] for comment in alone] == [f"said {n}" for n in range(1, 1_001)]
    rest = await read(api, f"/v3/issues/TEST-1/comments?perPage=1000&id={alone[-1]['id']}")
    assert [comment["text"] for comment in rest] == [f"said {n}" for n in range(1_001, 1_101)]
    page = (await api.post(f"{SEARCH}?expand=comments", json={"keys": ["TEST-1", "TEST-2"]})).json()
    assert {issue["key"]: len(issue["comments"]) for issue in page} == {"TEST-1": 500, "TEST-2": 3}
