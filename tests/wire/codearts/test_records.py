"""History: of an item, and of a project."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from shoal.actions import issues
from shoal.dialects.codearts import ids
from shoal.domain.bulk import Move
from shoal.domain.issue import IssueRef
from shoal.store.db import Database
from tests.wire.codearts.conftest import assert_error
from tests.wire.codearts.items import BUG, make_item, project_of
from tests.wire.codearts.models import check
from tests.wire.codearts.test_issues import make_field
from tests.world import ALL_RIGHTS, World, grant, make_issues

Client = httpx2.AsyncClient


async def of_item(api: Client, world: World, item: int, **params: Any) -> Any:
    answer = await api.get(f"/v4/projects/{project_of(world)}/issue/{item}/records", params=params)
    assert answer.status_code == 200, answer.text
    return check(answer.json(), "ListIssueRecordsV4Response")


async def of_project(api: Client, world: World, **params: Any) -> Any:
    answer = await api.get(f"/v4/projects/{project_of(world)}/issues/records", params=params)
    assert answer.status_code == 200, answer.text
    return check(answer.json(), "ListProjectIssuesRecordsV4Response")


async def change(api: Client, world: World, item: int, **values: Any) -> None:
    answer = await api.put(f"/v4/projects/{project_of(world)}/issues/{item}", json=values)
    assert answer.status_code == 200, answer.text


async def test_values_are_text_that_people_can_read(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    custom = f"custom_field{await make_field(db, world, 'integer')}"
    rosa, docs = world.rosa.user_id, world.components["Docs"]
    values = {"tracker_id": BUG, "status_id": 3, "priority_id": 3, "severity_id": 11, "domain_id": 14}
    more = {"module_id": docs, "assigned_id": rosa, "done_ratio": 50, "begin_time": "2026-01-05"}
    hours = {"expected_work_hours": 4, "actual_work_hours": 1.5, "name": "Repaint", "description": "Twice"}
    await change(
        api, world, item, **values, **more, **hours, new_custom_fields=[{"custom_field": custom, "value": "7"}]
    )
    record = (await of_item(api, world, item))["records"][0]
    person = {"user_num_id": rosa, "user_name": "rosa", "nick_name": "Rosa Prado", "user_id": ids.user(rosa)}
    assert record["user"] == person
    assert {one["name"]: (one["old_value"], one["new_value"]) for one in record["details"]} == {
        "tracker": ("Task", "Bug"),
        "status": ("Open", "Resolved"),
        "priority": ("Normal", "Critical"),
        "severity": ("", "Important"),
        "domain": ("", "Performance"),
        "module": ("", "Docs"),
        "assigned_to": ("", "rosa"),
        "done_ratio": ("", "50"),
        "begin_time": ("", "2026-01-05"),
        "expected_work_hours": ("", "4"),
        "actual_work_hours": ("", "1.5"),
        "name": ("Issue 1", "Repaint"),
        "description": ("", "Twice"),
        "resolution": ("", "Fixed"),
        custom: ("", "7"),
    }
    assert {(one["operation"], one["property"]) for one in record["details"]} == {("update", "attr"), ("update", "cf")}


async def test_the_newest_record_comes_first_page_by_page(api: Client, world: World) -> None:
    item = (await make_item(api, project_of(world)))["id"]
    for ratio in (10, 20, 30):
        await change(api, world, item, done_ratio=ratio)
    everything = await of_item(api, world, item)
    assert everything["total"] == 4
    assert [one["id"] for one in everything["records"]] == sorted(
        (one["id"] for one in everything["records"]), reverse=True
    )
    assert everything["records"][-1]["details"][0]["operation"] == "create"
    assert abs(everything["records"][0]["created_time"] - time.time() * 1000) < 60_000
    page = await of_item(api, world, item, limit=2, offset=1)
    assert (page["records"], page["total"]) == (everything["records"][1:3], 4)


async def test_a_record_does_not_tell_of_projects_that_may_not_be_seen(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1, queue="FOREIGN", author=world.olga)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.olga, ALL_RIGHTS)
    await issues.change(db, world.olga, IssueRef("FOREIGN-1", "FOREIGN", 1), Move(world.test))
    details = (await of_item(api, world, item))["records"][0]["details"]
    values = {one["name"]: (one["old_value"], one["new_value"]) for one in details}
    assert values["key"] == ("", "TEST-1")
    assert "FOREIGN" not in str(details)


async def test_a_projects_records_are_field_by_field(api: Client, db: Database, world: World) -> None:
    project = project_of(world)
    first = (await make_item(api, project))["id"]
    second = (await make_item(api, project))["id"]
    await make_item(api, project_of(world, "DEMO"))
    before = (await of_project(api, world))["total"]
    await change(api, world, first, done_ratio=10, priority_id=3)
    rows = await of_project(api, world, limit=2)
    assert rows["total"] == before + 2
    assert [(row["issue_id"], row["field_key"], row["operation"]) for row in rows["records"]] == [
        (first, "done_ratio", "update"),
        (first, "priority", "update"),
    ]
    assert [json.loads(row["new_value"]) for row in rows["records"]] == ["10", "Critical"]
    assert rows["records"][0]["operator"]["id"] == world.rosa.user_id
    assert {row["issue_id"] for row in (await of_project(api, world, limit=100))["records"]} == {first, second}


async def test_a_projects_records_know_of_what_was_deleted(api: Client, world: World) -> None:
    item = (await make_item(api, project_of(world)))["id"]
    await api.delete(f"/v4/projects/{project_of(world)}/issues/{item}")
    (newest, *_) = (await of_project(api, world))["records"]
    assert (newest["issue_id"], newest["operation"], newest["field_key"]) == (item, "delete", "deleted")


async def test_a_projects_records_are_filtered_by_time(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    await change(api, world, item, done_ratio=10)
    at = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC)
    async with db.transaction(world.org_id) as tx:
        put = "UPDATE changelog SET at = %(at)s WHERE org_id = %(org)s AND issue_id = %(id)s AND kind = 'updated'"
        await tx.run(put, {"at": at, "id": item})
    millis = int(at.timestamp() * 1000)
    for span in (f"{millis},{millis}", "2026-01-02 03:04:05,2026-01-02 03:04:05", f",{millis}"):
        rows = await of_project(api, world, operated_time_interval=span)
        assert [(row["field_key"], row["operated_time"]) for row in rows["records"]] == [("done_ratio", millis)]
    assert (await of_project(api, world, operated_time_interval=f"{millis + 1},{millis + 2}"))["total"] == 0


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"offset": -1}, {"operated_time_interval": "now"}]
)
async def test_wrong_parameters_are_refused(api: Client, world: World, params: dict[str, Any]) -> None:
    answer = await api.get(f"/v4/projects/{project_of(world)}/issues/records", params=params)
    assert_error(answer, 400, "PM.02152001")


async def test_the_records_of_an_item_that_is_not_there_are_an_error(api: Client, db: Database, world: World) -> None:
    (elsewhere,) = await make_issues(db, world, 1, queue="DEMO")
    for item in (424242, elsewhere, "x", 10**25):
        answer = await api.get(f"/v4/projects/{project_of(world)}/issue/{item}/records")
        assert_error(answer, 400, "PM.02152001")
