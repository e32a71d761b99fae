"""The history of an issue (wire 8.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shoal.actions import issues
from shoal.dialects.yandex import ids
from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.wire.yandex.test_issues import create, patch
from tests.world import ALL_RIGHTS, World, grant, make_issues

pytestmark = pytest.mark.anyio


async def test_history_begins_with_the_making(api: Client) -> None:
    issue = await create(api, tags=["a"])
    [entry] = (await api.get("/v2/issues/TEST-1/changelog")).json()
    assert (entry["type"], entry["transport"], entry["issue"]["key"]) == ("IssueCreated", "api", "TEST-1")
    changes = {change["field"]["id"]: (change["from"], change["to"]) for change in entry["fields"]}
    assert changes["status"] == (None, {**issue["status"], "self": issue["status"]["self"].replace("/v3/", "/v2/")})
    assert changes["tags"] == (None, ["a"])
    one = await api.get(f"/v2/issues/TEST-1/changelog/{entry['id']}")
    assert one.json() == entry


async def test_history_is_walked_by_the_next_link(api: Client) -> None:
    await create(api)
    for number in range(4):
        await patch(api, summary=f"Pump {number}")
    seen, url = [], "/v3/issues/TEST-1/changelog?perPage=2"
    while url:
        answer = await api.get(url)
        seen += [entry["id"] for entry in answer.json()]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen)


async def test_history_is_filtered_by_field_and_type(api: Client) -> None:
    await create(api)
    await patch(api, storyPoints=1)
    await patch(api, summary="b")
    only = (await api.get("/v3/issues/TEST-1/changelog?field=storyPoints")).json()
    assert [entry["fields"][0]["field"]["id"] for entry in only] == ["storyPoints"]
    assert len((await api.get("/v3/issues/TEST-1/changelog?type=IssueCreated")).json()) == 1
    assert (await api.get("/v3/issues/TEST-1/changelog?type=IssueLinked")).json() == []


async def test_an_issue_that_came_back_from_the_trash_still_has_a_history(
    api: Client, db: Database, world: World
) -> None:
    await create(api)
    await issues.delete(db, world.rosa, ids.issue_ref("TEST-1"))
    async with db.transaction(world.org_id) as tx, tx.trash_shown():
        await tx.run("UPDATE issue SET deleted_at = NULL WHERE org_id = %(org)s", {})
    history = (await api.get("/v3/issues/TEST-1/changelog")).json()
    assert [entry["type"] for entry in history] == ["IssueCreated", "IssueUpdated"]
    updated = (await api.get("/v3/issues/TEST-1/changelog?type=IssueUpdated")).json()
    assert updated == history[1:]


async def test_history_does_not_tell_of_queues_that_may_not_be_seen(
    api: Client, api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    await make_issues(db, world, 2, queue="FOREIGN", author=world.olga)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.olga, ALL_RIGHTS)
    olga = api_of("olga")
    assert (await olga.post("/v2/issues/FOREIGN-2/_move?queue=TEST", json={"parent": "FOREIGN-1"})).status_code == 200
    entry = (await api.get("/v2/issues/TEST-1/changelog")).json()[-1]
    changes = {change["field"]["id"]: (change["from"], change["to"]) for change in entry["fields"]}
    assert "FOREIGN" not in str(entry)
    assert (changes["key"], changes["queue"][0], changes["queue"][1]["key"]) == ((None, "TEST-1"), None, "TEST")
    assert "parent" not in changes
    seen = (await olga.get("/v2/issues/TEST-1/changelog")).json()[-1]
    assert {"FOREIGN-2", "FOREIGN-1"} <= {
        part for change in seen["fields"] for part in names_in(change["from"], change["to"])
    }


def names_in(*sides: Any) -> set[str]:
    return {side["key"] if isinstance(side, dict) else side for side in sides if side is not None}
