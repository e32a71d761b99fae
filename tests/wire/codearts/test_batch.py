"""The other batch operations: deleting, several values at once, and the IPD edit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from shoal.dialects.codearts import ipd
from shoal.store.db import Database
from tests.wire.codearts.conftest import assert_error
from tests.wire.codearts.items import make_item, project_of, records, show
from tests.wire.codearts.models import check
from tests.world import World, grant, make_issues

Client = httpx2.AsyncClient


# --- deleting ------------------------------------------------------------------------------------------------------


async def test_deleted_items_are_told_with_what_they_were(api: Client, db: Database, world: World) -> None:
    project = project_of(world)
    item = await make_item(api, project, expected_work_hours=4.5, actual_work_hours=1.9, done_ratio=30)
    (foreign,) = await make_issues(db, world, 1, queue="DEMO")
    body = {"project_id": project, "issue_ids": f"{foreign},{item['id']},404"}
    answer = (await api.post("/v2/workitem/batch-delete", json=body)).json()
    gone = check(answer, "BatchDeleteScrumWorkitemResponse")["result"]["delete_issue"]
    assert gone["del_issue_id"] == [item["id"]]
    assert gone["del_issue"] == [
        {
            "id": item["id"],
            "tracker_id": 2,
            "subject": "Paint the buoy",
            "status_id": 1,
            "done_ratio": 30,
            "expected_work_hours": 4,
            "actual_work_hours": 1,
            "deleted": True,
            "is_archived": False,
        }
    ]
    assert_error(await api.get(f"/v4/projects/{project}/issues/{item['id']}"), 400, "PM.02152001")
    await show(api, project_of(world, "DEMO"), foreign)


async def test_deleting_in_the_fourth_version_passes_over_what_is_not_there(
    api: Client, db: Database, world: World
) -> None:
    first, second, third = await make_issues(db, world, 3)
    path = f"/v4/projects/{project_of(world)}/issues"
    answer = await api.request("DELETE", path, json={"issue_ids": [first, third, 404]})
    assert (answer.status_code, answer.content) == (204, b"")
    left = (await api.post(path, json={})).json()
    assert [item["id"] for item in left["issues"]] == [second]
    everything = (await api.post(path, json={"include_deleted": True})).json()
    assert [(item["id"], item["deleted"]) for item in everything["issues"]] == [
        (third, True),
        (second, False),
        (first, True),
    ]


@pytest.mark.parametrize("ids", [None, [], ["x"], list(range(1, 102)), [-1], [1.5], {"a": 1}])
async def test_a_wrong_list_deletes_nothing(api: Client, db: Database, world: World, ids: Any) -> None:
    await make_issues(db, world, 1)
    path = f"/v4/projects/{project_of(world)}/issues"
    answer = await api.request("DELETE", path, json={"issue_ids": ids})
    assert answer.status_code == 400
    assert (await api.post(path, json={})).json()["total"] == 1


async def test_a_viewer_deletes_nothing(
    api: Client, api_of: Callable[[str], Awaitable[Client]], db: Database, world: World
) -> None:
    items = await make_issues(db, world, 2)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    body = {"project_id": project_of(world), "issue_ids": items}
    answer = (await (await api_of("ivan")).post("/v2/workitem/batch-delete", json=body)).json()
    assert answer["result"]["delete_issue"] == {"del_issue_id": [], "del_issue": []}
    assert (await api.post(f"/v4/projects/{project_of(world)}/issues", json={})).json()["total"] == 2


# --- several values at once ----------------------------------------------------------------------------------------


async def update(api: Client, world: World, items: Any, **attribute: Any) -> Any:
    path = f"/v2/projects/{project_of(world)}/issues/batch-update?OperateType=edit"
    answer = await api.put(path, json={"id": items, "attribute": attribute})
    assert answer.status_code == 200, answer.text
    return check(answer.json(), "BatchUpdateScrumIssuesResponse")["result"]


async def test_several_values_are_one_entry_of_an_items_history(api: Client, db: Database, world: World) -> None:
    items = await make_issues(db, world, 2)
    module = world.components["API"]
    values = {"status_id": 2, "priority_id": 3, "severity_id": 10, "done_ratio": 40, "module_id": module}
    result = await update(api, world, items, assigned_id=world.rosa.user_id, **values)
    assert result["success_issues"] == [str(item) for item in items]
    item = await show(api, project_of(world), items[0])
    assert [item[name]["id"] for name in ("status", "priority", "severity", "module")] == [2, 3, 10, module]
    assert (item["done_ratio"], item["assigned_user"]["id"]) == (40, world.rosa.user_id)
    newest, _ = (await records(api, project_of(world), items[0]))["records"]
    assert str(newest["id"]) == result["journal_ids"][0]
    names = ["assigned_to", "done_ratio", "module", "priority", "severity", "status"]
    assert sorted(detail["name"] for detail in newest["details"]) == names


async def test_a_status_is_reached_by_a_transition_or_not_at_all(api: Client, db: Database, world: World) -> None:
    (open_,) = await make_issues(db, world, 1)
    (working,) = await make_issues(db, world, 1, status="inProgress")
    (testing,) = await make_issues(db, world, 1, status="testing")
    result = await update(api, world, [open_, working, testing], status_id=4)
    assert (result["error_issues"], result["success_issues"]) == ([open_], [str(working), str(testing)])
    assert len(result["journal_ids"]) == 1


@pytest.mark.parametrize(("status", "resolution"), [(3, "fixed"), (5, "fixed"), (6, "wontFix")])
async def test_a_final_status_gives_a_resolution_to_an_item_without_one(
    api: Client, db: Database, world: World, status: int, resolution: str
) -> None:
    (item,) = await make_issues(db, world, 1)
    await update(api, world, [item], status_id=status)
    assert (await show(api, project_of(world), item))["closed_time"] is not None
    assert await resolution_of(db, world, item) == world.resolutions[resolution]


async def test_a_resolution_that_is_there_stays(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1, status="resolved", resolution="duplicate")
    await update(api, world, [item], status_id=5)
    assert await resolution_of(db, world, item) == world.resolutions["duplicate"]


async def resolution_of(db: Database, world: World, item: int) -> Any:
    async with db.transaction(world.org_id) as tx:
        return await tx.value("SELECT resolution_id FROM issue WHERE org_id = %(org)s AND id = %(id)s", {"id": item})


async def test_a_value_is_taken_away_by_null_or_by_zero(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1, assignee=world.rosa, components=(world.components["API"],))
    await update(api, world, [item], assigned_id=None, module_id=0)
    after = await show(api, project_of(world), item)
    assert (after["assigned_user"], after["module"]) == (None, None)


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ({}, "PM.02100001"),
        (None, "PM.02100001"),
        ({"unknown": 1}, "PM.02100001"),
        ({"status_id": 99}, "PM.02152001"),
        ({"status_id": "new"}, "PM.02152001"),
        ({"priority_id": 9}, "PM.02152001"),
        ({"priority_id": None}, "PM.02152001"),
        ({"severity_id": 10_000_000}, "PM.02152001"),
        ({"assigned_id": 99_999_999}, "PM.02150010"),
        ({"done_ratio": 101}, "PM.02152001"),
        ({"done_ratio": -1}, "PM.02152001"),
        ({"iteration_id": 424242}, "PM.02152001"),
        ({"module_id": 424242}, "PM.02152001"),
        ([], "PM.02152001"),
    ],
)
async def test_wrong_values_change_nothing(api: Client, db: Database, world: World, attribute: Any, code: str) -> None:
    (item,) = await make_issues(db, world, 1)
    path = f"/v2/projects/{project_of(world)}/issues/batch-update"
    assert_error(await api.put(path, json={"id": [item], "attribute": attribute}), 400, code)


async def test_the_iteration_of_another_project_is_none_of_this_one(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    own, other = [await make_sprint(db, world, queue) for queue in ("TEST", "DEMO")]
    result = await update(api, world, [item], iteration_id=own)
    assert result["versions_issues"] == [str(own)]
    path = f"/v2/projects/{project_of(world)}/issues/batch-update"
    assert_error(await api.put(path, json={"id": [item], "attribute": {"iteration_id": other}}), 400, "PM.02152001")


async def make_sprint(db: Database, world: World, queue: str) -> int:
    made = """WITH board AS (
                  INSERT INTO board (org_id, name, queue_id) VALUES (%(org)s, %(name)s, %(queue)s) RETURNING id)
              INSERT INTO sprint (org_id, board_id, name) SELECT %(org)s, id, 'First' FROM board RETURNING id"""
    async with db.transaction(world.org_id) as tx:
        return int(await tx.value(made, {"name": f"Board of {queue}", "queue": world.queues[queue]}))


# --- IPD -----------------------------------------------------------------------------------------------------------


def test_an_ipd_id_is_another_form_of_an_items() -> None:
    for item in (1, 101, 9_999_999_999):
        assert len(ipd.ipd_id(item)) == 19
        assert ipd.own_item(ipd.ipd_id(item)) == item
    assert ipd.own_item("1135239465657217024") is None
    assert ipd.own_item("9" * 18) is None


async def test_the_ipd_edit_changes_our_items_and_fails_the_others(api: Client, db: Database, world: World) -> None:
    first, second = await make_issues(db, world, 2)
    path = f"/v1/ipdprojectservice/projects/{project_of(world)}/issues/batch"
    attribute = {
        "category": "Task",
        "status": "2",
        "priority": "3",
        "assignee": {"id": str(world.rosa.user_id), "name": "rosa"},
        "plan_end_date": "1767916800000",
        "workload": "2.5",
    }
    body = {"id": [ipd.ipd_id(first), "1135239465657217024", ipd.ipd_id(second)], "attribute": attribute}
    answer = check((await api.put(path, json=body)).json(), "BatchUpdateIpdIssuesResponse")
    assert (answer["status"], answer["message"]) == ("success", None)
    (outcome,) = answer["result"]
    assert [one["id"] for one in outcome["success"]] == [ipd.ipd_id(first), ipd.ipd_id(second)]
    assert [(one["id"], one["state"]) for one in outcome["failed"]] == [("1135239465657217024", "failed")]
    item = await show(api, project_of(world), second)
    assert (item["status"]["id"], item["priority"]["id"], item["assigned_user"]["name"]) == (2, 3, "rosa")
    assert (item["end_time"], item["expected_work_hours"]) == ("2026-01-09", 2.5)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"id": []},
        {"id": ["12"]},
        {"id": ["x" * 19]},
        {"attribute": None},
        {"attribute": {"category": "Task"}},
        {"attribute": {"labels": []}},
        {"attribute": {"status": {"id": 1}}},
        {"attribute": {"assignee": {"id": [1]}}},
        {"attribute": {"assignee": "nobody"}},
        {"attribute": {"plan_end_date": "tomorrow"}},
        {"attribute": {"plan_end_date": "9" * 15}},
        {"attribute": {"workload": "1e999"}},
        {"attribute": {"title": ""}},
    ],
)
async def test_a_wrong_ipd_edit_is_refused(api: Client, world: World, changed: dict[str, Any]) -> None:
    body = {"id": [ipd.ipd_id(1)], "attribute": {"priority": "2"}, **changed}
    path = f"/v1/ipdprojectservice/projects/{project_of(world)}/issues/batch"
    answer = await api.put(path, json=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "error_msg"}
