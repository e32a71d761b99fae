"""The advanced query, and the other lists of work items."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from shoal.store.db import Database
from tests.wire.codearts.conftest import assert_error
from tests.wire.codearts.items import BUG, EPIC, FEATURE, STORY, TASK, make_item, project_of
from tests.wire.codearts.models import check
from tests.wire.codearts.test_batch import make_sprint
from tests.wire.codearts.test_issues import make_field
from tests.world import World, make_issues

Client = httpx2.AsyncClient


async def query(api: Client, world: World, **body: Any) -> Any:
    answer = await api.post(f"/v4/projects/{project_of(world)}/issues", json=body)
    assert answer.status_code == 200, answer.text
    return check(answer.json(), "ListIssuesV4Response")


async def found(api: Client, world: World, **body: Any) -> list[int]:
    return [item["id"] for item in (await query(api, world, **body))["issues"]]


async def test_the_newest_come_first_page_by_page(api: Client, db: Database, world: World) -> None:
    made = await make_issues(db, world, 25)
    await make_issues(db, world, 3, queue="DEMO")
    newest = made[::-1]
    first = await query(api, world)
    assert ([item["id"] for item in first["issues"]], first["total"]) == (newest[:10], 25)
    last = await query(api, world, limit=10, offset=20)
    assert ([item["id"] for item in last["issues"]], last["total"]) == (newest[20:], 25)
    assert await query(api, world, limit=100, offset=1000) == {"issues": [], "total": 25}
    assert await found(api, world, limit=7, offset=3) == newest[3:10]


async def test_every_filter_finds_its_item_and_no_other(api: Client, db: Database, world: World) -> None:
    project, rosa = project_of(world), world.rosa.user_id
    sprint, module = await make_sprint(db, world, "TEST"), world.components["Docs"]
    await make_item(api, project)
    special = {"tracker_id": BUG, "priority_id": 1, "severity_id": 13, "domain_id": 20, "status_id": 2}
    places = {"module_id": module, "iteration_id": sprint, "assigned_id": rosa, "developer_id": rosa}
    item = (await make_item(api, project, done_ratio=55, **special, **places))["id"]
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE issue SET story_points = 3.5 WHERE org_id = %(org)s AND id = %(id)s", {"id": item})
    for name, value in {
        "tracker_ids": BUG,
        "priority_ids": 1,
        "severity_ids": 13,
        "domain_ids": 20,
        "status_ids": 2,
        "module_ids": module,
        "iteration_ids": sprint,
        "assigned_ids": rosa,
        "developer_ids": rosa,
        "done_ratios": 55,
        "story_point_ids": 3,
    }.items():
        assert await found(api, world, **{name: [value]}) == [item], name
        assert await found(api, world, **{name: [424242, str(value)]}) == [item], name
        assert await found(api, world, **{name: [424242]}) == [], name
    assert len(await found(api, world, creator_ids=[rosa])) == 2
    assert await found(api, world, creator_ids=[world.ivan.user_id]) == []


async def test_values_of_one_key_are_alternatives_and_keys_are_conditions(
    api: Client, db: Database, world: World
) -> None:
    (task,) = await make_issues(db, world, 1)
    (bug,) = await make_issues(db, world, 1, issue_type="bug")
    (urgent,) = await make_issues(db, world, 1, issue_type="bug", priority="critical")
    assert await found(api, world, tracker_ids=[TASK, BUG]) == [urgent, bug, task]
    assert await found(api, world, tracker_ids=[TASK, BUG], priority_ids=[3]) == [urgent]
    assert await found(api, world, tracker_ids=[], priority_ids=None) == [urgent, bug, task]


async def test_an_item_of_which_nothing_was_said_stands_at_nought(api: Client, db: Database, world: World) -> None:
    items = await make_issues(db, world, 2)
    assert await found(api, world, done_ratios=[0]) == items[::-1]


async def test_what_the_vendor_has_no_number_for_is_found_by_ours(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1, issue_type="milestone", status="needInfo", priority="blocker")
    await make_issues(db, world, 1)
    (shown,) = (await query(api, world, tracker_ids=[10_000 + world.types["milestone"]]))["issues"]
    assert shown["id"] == item
    assert shown["status"] == {"id": 10_000 + world.statuses["needInfo"], "name": "Need info"}
    assert await found(api, world, status_ids=[shown["status"]["id"]]) == [item]
    assert await found(api, world, priority_ids=[shown["priority"]["id"]]) == [item]


@pytest.mark.parametrize(
    ("view", "trackers"), [("epic", {5}), ("feature", {6}), ("backlog", {2, 3, 7}), ("?", {2, 3, 5, 6, 7})]
)
async def test_views_show_trackers(api: Client, world: World, view: str, trackers: set[int]) -> None:
    for tracker in (TASK, BUG, EPIC, FEATURE, STORY):
        await make_item(api, project_of(world), tracker_id=tracker)
    assert {item["tracker"]["id"] for item in (await query(api, world, query_type=view))["issues"]} == trackers


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("created_at", "created_time_interval"),
        ("updated_at", "updated_time_interval"),
        ("resolved_at", "closed_time_interval"),
    ],
)
async def test_intervals_hold_both_their_ends(api: Client, db: Database, world: World, column: str, name: str) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
    earlier, item, later = await make_issues(db, world, 3, status="closed", resolution="fixed")
    put = f"UPDATE issue SET {column} = %(at)s WHERE org_id = %(org)s AND id = %(id)s"
    async with db.transaction(world.org_id) as tx:
        for id_, by in ((earlier, -1), (item, 0), (later, 1)):
            await tx.run(put, {"id": id_, "at": at + timedelta(days=by)})
    millis = int(at.timestamp() * 1000)
    for span in (
        f"{millis},{millis}",
        f"{millis - 5}, {millis + 5}",
        "2026-01-02 03:04:05,2026-01-02 03:04:05",
        "2026-01-02,2026-01-02",
    ):
        assert await found(api, world, **{name: span}) == [item], span
    assert await found(api, world, **{name: f",{millis}"}) == [item, earlier]
    assert await found(api, world, **{name: f"{millis + 1},"}) == [later]


@pytest.mark.parametrize("is_list", [False, True])
async def test_custom_fields_are_searched(api: Client, db: Database, world: World, is_list: bool) -> None:
    name = f"custom_field{await make_field(db, world, 'string', is_list=is_list)}"
    item = await make_item(api, project_of(world), new_custom_fields=[{"custom_field": name, "value": "North"}])
    await make_item(api, project_of(world))
    assert await found(api, world, custom_fields=[{"custom_field": name, "value": "north"}]) == [item["id"]]
    assert await found(api, world, custom_fields=[{"custom_field": name, "value": "South"}]) == []


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"offset": -1},
        {"offset": 10**25},
        {"tracker_ids": "x"},
        {"tracker_ids": ["x"]},
        {"tracker_ids": [None]},
        {"assigned_ids": [{}]},
        {"include_deleted": "yes"},
        {"created_time_interval": "yesterday"},
        {"created_time_interval": "1,2"},
        {"created_time_interval": "999999999999999,999999999999999"},
        {"updated_time_interval": "2026-13-01,2026-13-02"},
        {"closed_time_interval": 5},
        {"custom_fields": [{"custom_field": "x", "value": "1"}]},
        {"custom_fields": [{"custom_field": "custom_field424242", "value": "1"}]},
        {"custom_fields": "x"},
        {"query_type": 5},
    ],
)
async def test_a_wrong_query_is_refused(api: Client, world: World, body: dict[str, Any]) -> None:
    answer = await api.post(f"/v4/projects/{project_of(world)}/issues", json=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "error_msg"}


@pytest.mark.parametrize("body", [b"", b"[]", b"null"])
async def test_a_query_has_a_body(api: Client, world: World, body: bytes) -> None:
    answer = await api.post(f"/v4/projects/{project_of(world)}/issues", content=body)
    assert_error(answer, 400, "PARSE_REQUEST_DATA_EXCEPTION")


async def test_numbers_beyond_all_measure_find_nothing(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    for name in ("assigned_ids", "tracker_ids", "module_ids", "done_ratios", "story_point_ids"):
        assert await found(api, world, **{name: [2**63 - 1, -(2**63 - 1)]}) == []


# --- the other lists -----------------------------------------------------------------------------------------------


async def test_the_older_list_has_other_names_and_numbers_for_times(api: Client, world: World) -> None:
    project = project_of(world)
    story = await make_item(api, project, tracker_id=STORY)
    task = await make_item(api, project, parent_issue_id=story["id"], begin_time="2026-01-05")
    answer = (await api.get(f"/v4/projects/{project}/issues?tracker_id=2&limit=5")).json()
    (item,) = answer["issues"]
    assert item.pop("id") == task["id"]
    check(answer, "ListIssuesSfV4Response")
    assert (item["subject"], item["author"]["name"]) == ("Paint the buoy", "rosa")
    assert (item["parent_issue_id"], item["root_issue_id"]) == (story["id"], story["id"])
    assert item["begin_time"] == 1767571200000
    assert (await api.get(f"/v4/projects/{project}/issues?tracker_id=%20,")).json()["total"] == 2
    assert (await api.get(f"/v4/projects/{project}/issues?limit=0")).status_code == 400


async def test_items_are_looked_for_in_all_projects(api: Client, db: Database, world: World) -> None:
    (here,) = await make_issues(db, world, 1, summary="Lighthouse")
    (there,) = await make_issues(db, world, 1, queue="DEMO", summary="Lighthouse", issue_type="bug")
    await make_issues(db, world, 1, queue="FOREIGN", summary="Lighthouse")
    await make_issues(db, world, 1, summary="Buoy")
    answer = check((await api.post("/v4/issues", json={"subject": "lighthouse"})).json(), "SearchIssuesResponse")
    assert ([item["id"] for item in answer["issue_list"]], answer["total"]) == ([there, here], 2)
    assert answer["issue_list"][0]["project"]["identifier"] == project_of(world, "DEMO")
    bugs = (await api.post("/v4/issues", json={"tracker_id": "3,5", "author_id": str(world.rosa.user_id)})).json()
    assert [item["id"] for item in bugs["issue_list"]] == [there]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert (await api.post("/v4/issues", json={"created_on": f"{today},"})).json()["total"] == 3
    assert (await api.post("/v4/issues", json={"due_date": f"{today},{today}"})).json()["total"] == 0
