"""One store, two wires: what is written through one is read through the other."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from shoal.dialects.codearts import ids, tables
from shoal.dialects.front import Front
from shoal.dialects.yandex import ids as yandex_ids
from shoal.engine.chunk import run_chunk
from shoal.store.db import Database
from tests.wire.codearts.conftest import make_client as make_codearts
from tests.wire.codearts.conftest import make_token
from tests.wire.codearts.items import make_item, project_of, records, show
from tests.wire.yandex.conftest import make_client as make_yandex
from tests.world import World, grant, make_issues

Client = httpx2.AsyncClient


@pytest.fixture
def yandex(app: Front, world: World) -> Client:
    return make_yandex(app, world.tokens["rosa"], world.org_id)


@pytest.fixture
async def codearts(app: Front, db: Database, world: World) -> Client:
    return make_codearts(app, token=await make_token(db, world.rosa))


async def batch_edit(codearts: Client, world: World, items: list[int], owner: int) -> Any:
    body = {"assigned_to_id": str(owner), "issue_ids": items, "project_id": project_of(world)}
    answer = await codearts.post("/v2/workitem/issues", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


async def entries(yandex: Client, key: str) -> list[Any]:
    answer = await yandex.get(f"/v3/issues/{key}/changelog")
    assert answer.status_code == 200, answer.text
    listed: list[Any] = answer.json()
    return listed


# --- CodeArts, then Yandex -----------------------------------------------------------------------------------------


async def test_a_batch_edit_is_one_entry_of_the_changelog_by_its_author(
    codearts: Client, yandex: Client, db: Database, world: World
) -> None:
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.olga, ["read"])
    items = await make_issues(db, world, 3)
    result = await batch_edit(codearts, world, items, world.olga.user_id)
    for item, journal, key in zip(items, result["journal_ids"], ("TEST-1", "TEST-2", "TEST-3"), strict=True):
        (entry,) = [entry for entry in await entries(yandex, key) if entry["type"] == "IssueUpdated"]
        assert yandex_ids.read(yandex_ids.CHANGELOG_ENTRY, entry["id"]) == int(journal)
        assert entry["updatedBy"]["display"] == "Rosa Prado"
        (field,) = entry["fields"]
        assert (field["field"]["id"], field["from"], field["to"]["display"]) == ("assignee", None, "Olga Lind")
        assert yandex_ids.read(yandex_ids.ISSUE, entry["issue"]["id"]) == item


async def test_a_batch_edit_is_a_bulk_change_like_any_other(
    codearts: Client, yandex: Client, db: Database, world: World
) -> None:
    items = await make_issues(db, world, 2)
    await batch_edit(codearts, world, [*items, 9191020], world.rosa.user_id)
    (listed,) = (await yandex.get("/v2/bulkchange/")).json()
    assert (listed["status"], listed["totalIssues"], listed["totalCompletedIssues"]) == ("COMPLETE", 2, 2)
    assert listed["createdBy"]["display"] == "Rosa Prado"
    outcomes = (await yandex.get(f"/v2/bulkchange/{listed['id']}/issues?all=true")).json()
    assert [one["issue"]["key"] for one in outcomes] == ["TEST-1", "TEST-2"]


async def test_an_item_is_an_issue(codearts: Client, yandex: Client, world: World) -> None:
    rosa = world.rosa.user_id
    values = {"tracker_id": 3, "priority_id": 3, "status_id": 2, "severity_id": 10, "domain_id": 16, "done_ratio": 30}
    more = {"module_id": world.components["API"], "assigned_id": rosa, "developer_id": rosa, "end_time": "2026-01-09"}
    item = await make_item(codearts, project_of(world), name="Dim light", expected_work_hours=9, **values, **more)
    issue = (await yandex.get(f"/v3/issues/{yandex_ids.write(yandex_ids.ISSUE, item['id'])}")).json()
    names = {"type": "bug", "priority": "critical", "status": "inProgress"}
    assert {name: issue[name]["key"] for name in names} == names
    assert (issue["summary"], issue["end"], issue["estimation"]) == ("Dim light", "2026-01-09", "P1DT1H")
    assert issue["assignee"]["display"] == issue["developer"]["display"] == "Rosa Prado"
    assert [component["display"] for component in issue["components"]] == ["API"]
    assert (issue["severity"], issue["area"], issue["doneRatio"]) == ("critical", "reliability", 30)


async def test_a_deleted_item_is_no_issue(codearts: Client, yandex: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    await codearts.delete(f"/v4/projects/{project_of(world)}/issues/{item}")
    assert (await yandex.get("/v3/issues/TEST-1")).status_code == 404
    assert (await yandex.post("/v3/issues/_count", json={"filter": {"queue": "TEST"}})).json() == 0


async def test_a_comment_is_a_comment(codearts: Client, yandex: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    body = {"id": str(item), "notes": "Red%21", "projectUUId": project_of(world)}
    await codearts.post("/v2/issues/update-issue-notes", json=body)
    await yandex.post("/v3/issues/TEST-1/comments", json={"text": "Orange!"})
    assert [one["text"] for one in (await yandex.get("/v3/issues/TEST-1/comments")).json()] == ["Red!", "Orange!"]
    path = f"/v4/projects/{project_of(world)}/issues/{item}/comments"
    assert [one["comment"] for one in (await codearts.get(path)).json()["comments"]] == ["Orange!", "Red!"]


# --- Yandex, then CodeArts -----------------------------------------------------------------------------------------


async def test_a_bulk_change_is_one_record_of_each_item_by_its_author(
    codearts: Client, yandex: Client, db: Database, world: World
) -> None:
    items = await make_issues(db, world, 2)
    values = {"priority": "critical", "assignee": "rosa", "type": "bug"}
    started = await yandex.post("/v2/bulkchange/_update", json={"issues": ["TEST-1", "TEST-2"], "values": values})
    bulk_id = yandex_ids.read(yandex_ids.BULK_CHANGE, started.json()["id"])
    assert bulk_id is not None
    while await run_chunk(db, world.org_id, bulk_id):
        pass
    for item in items:
        newest, *before = (await records(codearts, project_of(world), item))["records"]
        assert len(before) == 1
        assert newest["user"]["user_name"] == "rosa"
        assert {one["name"]: (one["old_value"], one["new_value"]) for one in newest["details"]} == {
            "priority": ("Normal", "Critical"),
            "assigned_to": ("", "rosa"),
            "tracker": ("Task", "Bug"),
        }


async def test_an_issue_is_an_item(codearts: Client, yandex: Client, world: World) -> None:
    values = {"type": "story", "priority": "minor", "assignee": "rosa", "components": ["Docs"], "severity": "hint"}
    body = {"queue": "TEST", "summary": "Чертёж маяка", "description": "Подробно", "storyPoints": 3, **values}
    issue = (await yandex.post("/v3/issues", json={**body, "followers": ["olga"]})).json()
    own = yandex_ids.read(yandex_ids.ISSUE, issue["id"])
    assert own is not None
    item = await show(codearts, project_of(world), own)
    assert (item["name"], item["description"], item["story_point"]) == (
        "Чертёж маяка",
        "Подробно",
        {"id": 3, "name": "3"},
    )
    numbers = {"tracker": 7, "priority": 1, "status": 1, "severity": 13, "module": world.components["Docs"]}
    assert {name: item[name]["id"] for name in numbers} == numbers
    assert item["creator"]["user_id"] == ids.user(world.rosa.user_id)
    assert [user["name"] for user in item["assigned_cc_user"]] == ["olga"]


@pytest.mark.parametrize(
    ("kind", "table", "part"),
    [
        ("type", tables.TRACKERS, "tracker"),
        ("priority", tables.PRIORITIES, "priority"),
        ("status", tables.STATUSES, "status"),
    ],
)
async def test_every_word_has_a_number_that_leads_back_to_it(
    codearts: Client, db: Database, world: World, kind: str, table: tables.Table, part: str
) -> None:
    words = {"type": world.types, "priority": world.priorities, "status": world.statuses}[kind]
    shown = {}
    for key in words:
        values = {"type": {"issue_type": key}, "priority": {"priority": key}, "status": {"status": key}}[kind]
        (item,) = await make_issues(db, world, 1, **values)  # type: ignore[arg-type]  # a word of its kind
        shown[key] = (await show(codearts, project_of(world), item))[part]["id"]
        listed = {"tracker": "tracker_ids", "priority": "priority_ids", "status": "status_ids"}[part]
        answer = await codearts.post(f"/v4/projects/{project_of(world)}/issues", json={listed: [shown[key]]})
        assert item in [one["id"] for one in answer.json()["issues"]]
    assert len(set(shown.values())) == len(words)
    assert {key: number for key, number in shown.items() if number < tables.OTHERS} == table.numbers


async def test_every_type_and_priority_is_set_by_its_number(
    codearts: Client, yandex: Client, db: Database, world: World
) -> None:
    (item,) = await make_issues(db, world, 1)
    path = f"/v4/projects/{project_of(world)}/issues/{item}"
    for wire, table, words, name in (
        ("tracker_id", tables.TRACKERS, world.types, "type"),
        ("priority_id", tables.PRIORITIES, world.priorities, "priority"),
    ):
        for key, own_id in words.items():
            answer = await codearts.put(path, json={wire: table.number(key, own_id)})
            assert answer.status_code == 200, answer.text
            assert (await yandex.get("/v3/issues/TEST-1")).json()[name]["key"] == key


async def test_a_transition_is_a_change_of_status_and_back(
    codearts: Client, yandex: Client, db: Database, world: World
) -> None:
    (item,) = await make_issues(db, world, 1)
    await yandex.post("/v3/issues/TEST-1/transitions/reject/_execute", json={"resolution": "invalid"})
    assert (await show(codearts, project_of(world), item))["status"]["id"] == 6
    await codearts.put(f"/v4/projects/{project_of(world)}/issues/{item}", json={"status_id": 1})
    issue = (await yandex.get("/v3/issues/TEST-1")).json()
    assert (issue["status"]["key"], "resolution" in issue) == ("open", False)
    types = [entry["type"] for entry in await entries(yandex, "TEST-1")]
    assert types == ["IssueCreated", "IssueWorkflow", "IssueWorkflow"]
