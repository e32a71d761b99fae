"""Modules, statuses, severities and custom fields (wire 14)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shoal.dialects.codearts import ids
from shoal.store.db import Database
from tests.wire.codearts.conftest import Client, assert_error
from tests.wire.codearts.directories import (
    FIXED,
    PARAMETER,
    assert_needs_a_known_project,
    assert_refuses_bad_bodies,
    path,
    read,
    refused,
    send,
)
from tests.world import World, grant, make_issues

ClientOf = Callable[[str], Awaitable[Client]]


async def create(client: Client, world: World, name: str, parent: int | None = None) -> int:
    body = {"module_name": name, "parent_module_id": parent}
    made = await send(client, "POST", path(world.test, "module"), body, "CreateProjectModuleResponse")
    return int(made["module_id"])


async def modules(client: Client, world: World, **params: Any) -> Any:
    return await read(client, path(world.test, "modules"), "ListProjectModulesResponse", **params)


async def test_a_module_is_made_with_its_owner(api: Client, world: World) -> None:
    body = {"module_name": "Cranes", "description": "Lifts", "owner": {"user_id": ids.user(world.ivan.user_id)}}
    made = await send(api, "POST", path(world.test, "module"), body, "CreateProjectModuleResponse")
    assert (made["module_name"], made["description"]) == ("Cranes", "Lifts")
    assert made["owner"] == {
        "user_id": ids.user(world.ivan.user_id),
        "user_num_id": world.ivan.user_id,
        "user_name": "ivan",
        "nick_name": "Иван Петров",
    }
    listed = (await modules(api, world))["modules"][-1]
    assert (listed["module_id"], listed["owner"], listed["deepth"]) == (made["module_id"], made["owner"], 1)


async def test_parts_stand_below_their_module(api: Client, world: World) -> None:
    top = await create(api, world, "Cranes")
    boom = await create(api, world, "Boom", top)
    hook = await create(api, world, "Hook", boom)
    mast = await create(api, world, "Mast", top)
    found = (await modules(api, world))["modules"][-1]
    assert (found["module_id"], found["is_parent"]) == (top, True)
    below = [(it["module_id"], it["parent_module_id"], it["deepth"], it["is_parent"]) for it in found["children"]]
    assert below == [(boom, top, 2, True), (hook, boom, 3, False), (mast, top, 2, False)]


async def test_pages_count_the_modules_at_the_top(api: Client, world: World) -> None:
    await create(api, world, "Boom", world.components["Core"])
    page = await modules(api, world, limit=2, offset=1)
    assert page["total"] == 3
    assert [it["module_name"] for it in page["modules"]] == ["API", "Docs"]
    assert (await modules(api, world, offset=3))["modules"] == []


async def test_an_archived_module_is_not_listed(api: Client, db: Database, world: World) -> None:
    await create(api, world, "Boom", world.components["Core"])
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE component SET archived = true WHERE id = %(id)s", {"id": world.components["Core"]})
    found = await modules(api, world)
    assert [it["module_name"] for it in found["modules"]] == ["API", "Docs", "Boom"]


async def test_a_module_is_changed(api: Client, world: World) -> None:
    url = path(world.test, "modules", world.components["Core"])
    owner = {"user_id": ids.user(world.olga.user_id)}
    await send(api, "PUT", url, {"owner": owner}, "UpdateProjectModuleResponse")
    changed = await send(
        api, "PUT", url, {"module_name": "Hull", "description": "Steel"}, "UpdateProjectModuleResponse"
    )
    assert (changed["module_name"], changed["description"]) == ("Hull", "Steel")
    assert changed["owner"]["user_name"] == "olga"
    assert await send(api, "PUT", url, {}, "UpdateProjectModuleResponse") == changed


async def test_a_deleted_module_leaves_its_issues_with_a_line_of_history(
    api: Client, db: Database, world: World
) -> None:
    core, api_part = world.components["Core"], world.components["API"]
    issues = await make_issues(db, world, 3, components=(core, api_part))
    await send(api, "DELETE", path(world.test, "modules", core), None)
    assert [it["module_name"] for it in (await modules(api, world))["modules"]] == ["API", "Docs"]
    async with db.transaction(world.org_id) as tx:
        had = await tx.tuples("SELECT components FROM issue WHERE id = ANY(%(ids)s)", {"ids": issues})
        log = await tx.tuples(
            "SELECT author_id, changes FROM changelog WHERE issue_id = ANY(%(ids)s) AND kind = 'updated'",
            {"ids": issues},
        )
    assert had == [([api_part],)] * 3
    assert log == [(world.rosa.user_id, {"components": [[core, api_part], [api_part]]})] * 3


async def test_a_module_with_parts_stays(api: Client, world: World) -> None:
    top = await create(api, world, "Cranes")
    await create(api, world, "Boom", top)
    await refused(api, "DELETE", path(world.test, "modules", top))
    assert len((await modules(api, world))["modules"]) == 4


async def test_only_who_runs_the_project_changes_modules(api_of: ClientOf, db: Database, world: World) -> None:
    ivan = await api_of("ivan")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write", "create"])
    core = world.components["Core"]
    for method, last in (("POST", "module"), ("PUT", f"modules/{core}"), ("DELETE", f"modules/{core}")):
        await refused(ivan, method, path(world.test, last), {"module_name": "Mine"}, code=FIXED, status=403)
    assert (await modules(ivan, world))["total"] == 3


@pytest.mark.parametrize("module", ["x", "0", "-1", "9" * 40, "999999999", "²"])
async def test_unknown_modules(api: Client, world: World, module: str) -> None:
    await refused(api, "DELETE", path(world.test, "modules", module))
    await refused(api, "PUT", path(world.test, "modules", module), {"module_name": "Hull"})


async def test_a_module_of_another_project_is_unknown(api: Client, world: World) -> None:
    other = world.demo_components["Interface"]
    await refused(api, "DELETE", path(world.test, "modules", other))
    await refused(api, "PUT", path(world.test, "modules", other), {"module_name": "Hull"})
    await refused(api, "POST", path(world.test, "module"), {"module_name": "Hull", "parent_module_id": other})


@pytest.mark.parametrize(
    "change",
    [
        {"module_name": "Core"},
        {"module_name": "x" * 251},
        {"parent_module_id": 2**62},
        {"parent_module_id": "x"},
        {"owner": {"user_id": "ivan"}},
        {"owner": {"user_id": ids.user(2**62)}},
        {"owner": 7},
        {"description": "x" * 100_001},
    ],
)
async def test_a_wrong_module_is_refused(api: Client, world: World, change: dict[str, object]) -> None:
    await refused(api, "POST", path(world.test, "module"), {"module_name": "Hull", **change})


async def test_bad_bodies_and_unknown_projects(api: Client, world: World) -> None:
    await assert_refuses_bad_bodies(api, "POST", path(world.test, "module"))
    for last in ("modules", "statuses"):
        await assert_needs_a_known_project(api, "GET", world.foreign, last)


# --- statuses and severities ---------------------------------------------------------------------------------------


async def statuses(client: Client, world: World, **params: Any) -> Any:
    return await read(client, path(world.test, "statuses"), "ListScrumProjectStatusesResponse", **params)


async def test_statuses_have_the_vendors_numbers(api: Client, world: World) -> None:
    found = await statuses(api, world)
    by_id = {it["status_id"]: it for it in found["issue_statuses"]}
    assert {by_id[number]["name"] for number in range(1, 7)} == {
        "Open",
        "In progress",
        "Resolved",
        "Testing",
        "Closed",
        "Rejected",
    }
    assert found["total"] == len(by_id) == 7
    assert by_id[10_000 + world.statuses["needInfo"]]["name"] == "Need info"
    assert {2, 3, 5, 6, 7, 10_000 + world.types["milestone"]} <= set(by_id[1]["tracker_ids"])
    assert len({it["id"] for it in by_id.values()}) == 7


async def test_statuses_come_in_pages_and_by_tracker(api: Client, db: Database, world: World) -> None:
    page = await statuses(api, world, limit=2, offset=1, tracker_id=2)
    assert (page["total"], [it["status_id"] for it in page["issue_statuses"]]) == (
        7,
        [2, 10_000 + world.statuses["needInfo"]],
    )
    async with db.transaction(world.org_id) as tx:
        params = {"queue": world.test, "type": world.types["bug"]}
        await tx.run("DELETE FROM queue_type WHERE queue_id = %(queue)s AND type_id = %(type)s", params)
    assert await statuses(api, world, tracker_id=3) == {"total": 0, "issue_statuses": []}
    assert_error(await api.get(path(world.test, "statuses"), params={"tracker_id": "x"}), 400, PARAMETER)


async def test_severities_have_the_vendors_numbers(api: Client) -> None:
    answer = (await api.get("/v2/issue-severity/all")).json()
    found = {it["id"]: it["name"] for it in answer["result"]["issue_severities"]}
    assert found == {10: "Critical", 11: "Important", 12: "Normal", 13: "Hint"}


# --- custom fields -------------------------------------------------------------------------------------------------


def fields_path(queue_id: int) -> str:
    return f"/v3/{ids.project(queue_id)}/custom-fields"


async def listed(client: Client, world: World, **body: object) -> list[dict[str, Any]]:
    url = path(world.test, "issues", "custom-fields")
    return list((await send(client, "POST", url, body, "ListIssueCustomFieldsResponse"))["datas"])


@pytest.mark.parametrize("kind", ["textArea", "text", "select", "radio", "checkbox", "number", "date", "time_date"])
async def test_every_type_of_field_is_read_back(api: Client, world: World, kind: str) -> None:
    body = {"name": "Berth no.", "type": kind, "options": "a, b,a", "memo": "where", "scrum_type": "7"}
    made = await send(api, "POST", fields_path(world.test), body, "CreateCustomfieldsResponse")
    choices = "a,b" if kind in ("select", "radio", "checkbox") else ""
    assert (made["type"], made["options"], made["memo"], made["tracker_id"]) == (kind, choices, "where", 7)
    assert (made["project_id"], made["is_delete"]) == (world.test, False)
    assert made["custom_field"] == f"custom_field{made['id']}"
    (found,) = await listed(api, world)
    assert (found["type"], found["options"], found["name"]) == (kind, choices, "Berth no.")
    assert (found["custom_field"], found["create_time"]) == (made["custom_field"], made["created"])
    assert {2, 3, 5, 6, 7} <= set(found["tracker_ids"])


async def test_fields_are_found_by_either_name(api: Client, db: Database, world: World) -> None:
    first = (await api.post(fields_path(world.test), json={"name": "Berth", "type": "text"})).json()
    second = (await api.post(fields_path(world.test), json={"name": "Berth!", "type": "number"})).json()
    async with db.transaction(world.org_id) as tx:
        keys = [key for (key,) in await tx.tuples("SELECT key FROM field ORDER BY id")]
    assert keys == ["berth", "berth2"]
    assert [it["name"] for it in await listed(api, world, names=["Berth!"])] == ["Berth!"]
    assert [it["name"] for it in await listed(api, world, custom_fields=[first["custom_field"]])] == ["Berth"]
    both = await listed(api, world, custom_fields=[second["custom_field"]], names=["Berth"], included_not_in_use=True)
    assert len(both) == 2
    assert await listed(api, world, names=["none"]) == []
    assert len(await listed(api, world, names=[], custom_fields=[])) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Berth"},
        {"name": " "},
        {"type": "colour"},
        {"type": "select", "options": " , "},
        {"type": "radio", "options": "x" * 251},
        {"memo": "x" * 10_001},
        {"options": 7},
    ],
)
async def test_a_wrong_field_is_refused(api: Client, world: World, change: dict[str, object]) -> None:
    await api.post(fields_path(world.test), json={"name": "Berth", "type": "text"})
    await refused(api, "POST", fields_path(world.test), {"name": "Quay", "type": "text", **change})


async def test_fields_of_others_are_not_made(api_of: ClientOf, db: Database, world: World) -> None:
    ivan = await api_of("ivan")
    body = {"name": "Berth", "type": "text"}
    await refused(ivan, "POST", fields_path(world.test), body, code="PM.02152005")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write", "create"])
    await refused(ivan, "POST", fields_path(world.test), body, code=FIXED, status=403)
    assert await listed(ivan, world) == []
    await assert_needs_a_known_project(ivan, "POST", world.foreign, "issues", "custom-fields")
