"""Projects (wire 8) and statistics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shoal.actions import organisations
from shoal.dialects.codearts import ids
from shoal.store.db import Database
from tests.wire.codearts.conftest import Client, assert_error
from tests.wire.codearts.directories import (
    FIXED,
    PARAMETER,
    UNKNOWN_PROJECT,
    assert_needs_a_known_project,
    assert_refuses_bad_bodies,
    path,
    read,
    refused,
    send,
)
from tests.world import World, catalogue, grant, make_issues

ClientOf = Callable[[str], Awaitable[Client]]
NEW = {"project_name": "Harbour", "project_type": "scrum"}


async def create(client: Client, name: str = "Harbour", **more: Any) -> Any:
    return await send(client, "POST", "/v4/project", {**NEW, "project_name": name, **more}, "CreateProjectV4Response")


async def names(client: Client, **params: Any) -> list[str]:
    listed = await read(client, "/v4/projects", "ListProjectsV4Response", **params)
    return [project["project_name"] for project in listed["projects"]]


async def test_a_project_that_is_made_is_shown_and_listed(api: Client, world: World, db: Database) -> None:
    made = await create(api, description="Boats", source="script", template_id=3)
    assert made["user_num_id"] == world.rosa.user_id
    shown = (await read(api, f"/v4/projects/{made['project_id']}", "ShowProjectInfoV4Response"))["project"]
    assert (shown["name"], shown["project_num_id"], shown["archive"]) == ("Harbour", made["project_num_id"], 0)
    assert (shown["project_code"], shown["project_type"]) == ("HARBOUR", "scrum")
    assert shown["creator"] == {
        "user_num_id": world.rosa.user_id,
        "user_id": ids.user(world.rosa.user_id),
        "user_name": "rosa",
        "nick_name": "Rosa Prado",
        "domain_id": ids.domain(world.org_id),
        "domain_name": (await organisations.get(db, world.org_id)).name,
    }
    listed = await read(api, "/v4/projects", "ListProjectsV4Response", limit=1)
    assert listed["total"] == 3
    assert listed["projects"][0]["project_id"] == made["project_id"]
    assert listed["projects"][0]["description"] == "Boats"
    assert listed["projects"][0]["created_time"] == shown["created_on"]


async def test_the_maker_is_the_creator(api: Client) -> None:
    made = await create(api)
    role = await read(api, f"/v4/projects/{made['project_id']}/user-role", "ShowCurUserRoleResponse")
    assert role == {"user_role": -1}


async def test_keys_are_made_from_names_and_stay_apart(api: Client) -> None:
    codes = []
    for name in ("Café 7", "Cafe-7", "Порт", "海港", "42"):
        made = await create(api, name)
        shown = await read(api, f"/v4/projects/{made['project_id']}", "ShowProjectInfoV4Response")
        codes.append(shown["project"]["project_code"])
    assert codes == ["CAFE7", "CAFE72", "QUEUE", "QUEUE2", "QUEUE3"]


async def test_a_name_is_had_once(api: Client) -> None:
    made = await create(api)
    await refused(api, "POST", "/v4/project", NEW)
    checked = await send(
        api, "POST", "/v4/projects/check-name", {"project_name": "Harbour"}, "CheckProjectNameV4Response"
    )
    assert checked == {"exist": True}
    assert (await api.post("/v4/projects/check-name", json={"project_name": "harbour"})).json() == {"exist": False}
    other = await create(api, "Quay")
    await refused(api, "PUT", f"/v4/projects/{other['project_id']}", {"project_name": "Harbour"})
    await send(api, "PUT", f"/v4/projects/{made['project_id']}", {"project_name": "Harbour", "description": "same"})


async def test_a_project_is_renamed(api: Client, world: World) -> None:
    before = (await read(api, path(world.test), "ShowProjectInfoV4Response"))["project"]
    await send(api, "PUT", path(world.test), {"project_name": "Trials", "description": "of everything"})
    await send(api, "PUT", path(world.test), {})
    after = (await read(api, path(world.test), "ShowProjectInfoV4Response"))["project"]
    assert after["name"] == "Trials"
    assert after["project_code"] == before["project_code"] == "TEST"
    assert after["updated_on"] > before["updated_on"]
    assert await names(api, search="EVERYthing") == ["Trials"]


async def test_projects_are_listed_in_pages_in_any_order(api: Client, db: Database, world: World) -> None:
    await create(api, "alpha")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.demo, world.ivan, ["read"])
    assert await names(api) == ["alpha", "Demonstration", "Testing"]
    assert await names(api, sort="name:desc") == ["Testing", "Demonstration", "alpha"]
    assert await names(api, sort="memcount:desc,name:asc") == ["Demonstration", "alpha", "Testing"]
    assert await names(api, sort="author_name,created_on:asc", limit=1, offset=1) == ["Demonstration"]
    assert await names(api, offset=2**62) == []
    page = await read(api, "/v4/projects", "ListProjectsV4Response", limit=1, offset=1)
    assert (page["total"], len(page["projects"])) == (3, 1)


async def test_projects_are_listed_by_kind(api: Client, db: Database, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE queue SET archived = true WHERE id = %(id)s", {"id": world.demo})
    assert await names(api, archive="true") == ["Demonstration"]
    assert await names(api, archive="false", project_type="scrum", query_type="domain_projects") == ["Testing"]
    assert await names(api, project_type="xboard") == []
    assert await names(api, query_type="absent") == []
    shown = await read(api, path(world.demo), "ShowProjectInfoV4Response")
    assert shown["project"]["archive"] == 1


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=x", "offset=-1", "offset=²", "offset=" + "9" * 31, "search=%00", "archive=maybe"),
        *("sort=size", "sort=name:up", "sort=name,name,name,name,name", "query_type=mine", "project_type=none"),
    ],
)
async def test_a_wrong_list_is_refused(api: Client, query: str) -> None:
    assert_error(await api.get(f"/v4/projects?{query}"), 400, PARAMETER)


async def test_a_deleted_project_exists_for_nobody(api: Client, db: Database, world: World) -> None:
    (issue_id,) = await make_issues(db, world, 1)
    await send(api, "DELETE", path(world.test), None)
    assert await names(api) == ["Demonstration"]
    await refused(api, "GET", path(world.test), code=UNKNOWN_PROJECT)
    await refused(api, "DELETE", path(world.test), code=UNKNOWN_PROJECT)
    assert_error(await api.get(path(world.test, "issues", issue_id)), 400, UNKNOWN_PROJECT)
    await create(api, "Testing")


async def test_only_who_runs_a_project_changes_it(api_of: ClientOf, db: Database, world: World) -> None:
    ivan = await api_of("ivan")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write", "create"])
    await read(ivan, path(world.test), "ShowProjectInfoV4Response")
    for method in ("PUT", "DELETE"):
        await refused(ivan, method, path(world.test), {"project_name": "Mine"}, code=FIXED, status=403)
        await refused(ivan, method, path(world.demo), {"project_name": "Mine"}, code=UNKNOWN_PROJECT)
    await refused(ivan, "POST", "/v4/project", NEW, code=FIXED, status=403)


async def test_another_organisations_project_is_unknown(api_of: ClientOf, world: World) -> None:
    await assert_needs_a_known_project(await api_of("nina"), "GET", world.test)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_unknown_projects(api: Client, world: World, method: str) -> None:
    await assert_needs_a_known_project(api, method, world.foreign)


async def test_leaving_a_project(api: Client, api_of: ClientOf, db: Database, world: World) -> None:
    ivan = await api_of("ivan")
    await refused(ivan, "DELETE", path(world.test, "quit"), code=UNKNOWN_PROJECT)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    await send(ivan, "DELETE", path(world.test, "quit"), None)
    await refused(ivan, "GET", path(world.test), code=UNKNOWN_PROJECT)
    await refused(api, "DELETE", path(world.test, "quit"), code=FIXED)
    made = await create(api)
    await refused(api, "DELETE", f"/v4/projects/{made['project_id']}/quit", code=FIXED)


async def test_the_summary_counts_by_module_severity_and_status(api: Client, db: Database, world: World) -> None:
    core = (world.components["Core"],)
    bugs = await make_issues(db, world, 3, issue_type="bug", components=core)
    await make_issues(db, world, 2, issue_type="story", status="closed", resolution="fixed")
    async with db.transaction(world.org_id) as tx:
        critical = (await catalogue(tx, "severity"))["critical"]
        await tx.run(
            "UPDATE issue SET severity_id = %(severity)s WHERE id = ANY(%(ids)s)",
            {"severity": critical, "ids": bugs[:2]},
        )
    found = await read(api, path(world.test, "summary"), "ShowProjectSummaryV4Response")
    (bug,) = found["bug_statistics"]
    assert (bug["module"], bug["critical_num"], bug["total"], bug["defect_index"]) == ("Core", 2, 3, 20)
    (demand,) = found["demand_statistics"]
    assert (demand["module"], demand["closed_num"], demand["total"]) == ("", 2, 2)
    rates = {rate["tracker_id"]: rate["issue_status"] for rate in found["issue_completion_rates"]}
    assert rates.keys() == {3, 7}
    assert (rates[3]["new_num"], rates[7]["closed_num"]) == (3, 2)


async def test_bad_bodies_are_refused(api: Client, world: World) -> None:
    for method, url in (("POST", "/v4/project"), ("PUT", path(world.test)), ("POST", "/v4/projects/check-name")):
        for body in (
            b"",
            b"{",
            b"[]",
            b'{"project_name": 7}',
            b'{"project_name": "\\u0000"}',
            b'{"project_name": " "}',
        ):
            answer = await api.request(method, url, content=body)
            assert answer.status_code == 400, (method, url, body, answer.text)
    await assert_refuses_bad_bodies(api, "POST", "/v4/project")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"project_name": "x" * 129}, PARAMETER),
        ({"project_type": "xboard"}, "PM.02152010"),
        ({"source": "x" * 65}, PARAMETER),
        ({"description": "x" * 100_001}, PARAMETER),
        ({"project_type": None}, PARAMETER),
    ],
)
async def test_a_wrong_project_is_refused(api: Client, change: dict[str, object], code: str) -> None:
    await refused(api, "POST", "/v4/project", {**NEW, **change}, code=code)


async def test_fixed_words_are_no_project_ids(api: Client) -> None:
    for word in ("check-name", "work-hours"):
        assert (await api.get(f"/v4/projects/{word}")).status_code in (400, 404, 405)
    assert_error(await api.get("/v4/projects/domain/not-added"), 404, "APIGW.0101")


async def test_a_project_in_the_trash_keeps_its_key(api: Client) -> None:
    made = await create(api)
    await send(api, "DELETE", f"/v4/projects/{made['project_id']}", None)
    again = await create(api)
    shown = await read(api, f"/v4/projects/{again['project_id']}", "ShowProjectInfoV4Response")
    assert shown["project"]["project_code"] == "HARBOUR2"


async def test_two_at_once_do_not_both_get_a_name(api: Client) -> None:
    answers = await asyncio.gather(*(api.post("/v4/project", json=NEW) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    others = await asyncio.gather(*(create(api, f"Harbour {n}-") for n in range(4)))
    assert len({other["project_id"] for other in others}) == 4
