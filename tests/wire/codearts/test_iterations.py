"""Iterations (wire 13): the sprints of a queue's own board."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shoal.actions import sprints
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
NEW = {"name": "Week 1", "begin_time": "2026-01-05", "end_time": "2026-01-09", "description": "First"}


async def create(client: Client, world: World, name: str = "Week 1", **more: Any) -> int:
    body = {**NEW, "name": name, **more}
    made = await send(client, "POST", path(world.test, "iteration"), body, "CreateIterationV4Response")
    return int(made["id"])


async def listed(client: Client, world: World, **params: Any) -> list[dict[str, Any]]:
    found = await read(client, path(world.test, "iterations"), "ListProjectIterationsV4Response", **params)
    assert found["total"] == len(found["iterations"])
    return list(found["iterations"])


async def put_in(db: Database, world: World, iteration: int, issues: list[int]) -> None:
    params = {"id": iteration, "issues": issues}
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE issue SET sprints = ARRAY[%(id)s::bigint] WHERE id = ANY(%(issues)s)", params)


async def shown(client: Client, iteration: int) -> Any:
    return await read(client, f"/v4/iterations/{iteration}", "ShowIterationV4Response")


async def change(client: Client, world: World, iteration: int, **body: object) -> None:
    await send(client, "PUT", path(world.test, "iterations", iteration), body)


async def rows(db: Database, world: World, sql: Any, issues: list[int]) -> list[Any]:
    async with db.transaction(world.org_id) as tx:
        return await tx.tuples(sql, {"ids": issues})


async def test_an_iteration_that_is_made_is_listed_and_shown(api: Client, world: World) -> None:
    made = await create(api, world)
    (found,) = await listed(api, world)
    assert found.pop("updated_time") > 1_600_000_000_000
    assert found == {**NEW, "id": made, "status": "0", "deleted": False}
    one = await shown(api, made)
    assert (one["iteration_id"], one["name"], one["status"]) == (made, "Week 1", "0")
    assert (one["begin_time"], one["end_time"], one["progress"]) == ("2026-01-05", "2026-01-09", "0%")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", one["created_time"])


async def test_a_name_is_enough(api: Client, world: World) -> None:
    await send(api, "POST", path(world.test, "iteration"), {"name": "Someday"}, "CreateIterationV4Response")
    (found,) = await listed(api, world)
    assert (found["begin_time"], found["end_time"], found["description"]) == (None, None, "")
    assert (await shown(api, found["id"]))["charts"] == []


async def test_totals_are_those_of_the_issues(api: Client, db: Database, world: World) -> None:
    made = await create(api, world)
    issues = await make_issues(db, world, 2)
    issues += await make_issues(db, world, 1, issue_type="bug", status="closed", resolution="fixed")
    await put_in(db, world, made, issues)
    one = await shown(api, made)
    assert (one["total"], one["opened_total"], one["closed_total"]) == (3, 2, 1)
    assert (one["have_task"], one["progress"]) == (True, "33%")


async def test_the_chart_counts_stories_day_by_day(api: Client, db: Database, world: World) -> None:
    today = datetime.now(UTC).date()
    begin = (today - timedelta(days=2)).isoformat()
    made = await create(api, world, begin_time=begin, end_time=(today + timedelta(days=5)).isoformat())
    stories = await make_issues(db, world, 2, issue_type="story", status="closed", resolution="fixed")
    stories += await make_issues(db, world, 1, issue_type="story")
    await put_in(db, world, made, [*stories, *await make_issues(db, world, 1)])
    chart = (await shown(api, made))["charts"]
    assert [(point["finished_num"], point["remaining_num"], point["total"]) for point in chart] == [
        (0, 3, 3),
        (0, 3, 3),
        (2, 1, 3),
    ]
    assert chart[0]["date"] == begin
    assert (chart[0]["iteration_id"], chart[0]["project_num_id"]) == (made, world.test)


async def test_an_iteration_is_changed(api: Client, world: World) -> None:
    made = await create(api, world)
    await change(api, world, made, name="Week one", description="", end_time="2026-01-10 00:00:00")
    await change(api, world, made)
    (found,) = await listed(api, world)
    assert (found["name"], found["description"]) == ("Week one", "")
    assert (found["begin_time"], found["end_time"]) == ("2026-01-05", "2026-01-10")


async def test_states_go_to_neighbours_only(api: Client, world: World) -> None:
    made = await create(api, world)
    url = path(world.test, "iterations", made)
    await refused(api, "PUT", url, {"status": "2", "over_type": "empty"})
    await change(api, world, made, status="1")
    await change(api, world, made, status=1)
    await refused(api, "PUT", url, {"status": "2"})
    await change(api, world, made, status="2", over_type="close")
    await refused(api, "PUT", url, {"status": "0"})
    await change(api, world, made, status="1")
    await change(api, world, made, status="0")
    assert [it["status"] for it in await listed(api, world)] == ["0"]


async def test_ending_closes_what_is_open(api: Client, db: Database, world: World) -> None:
    made = await create(api, world)
    await change(api, world, made, status="1")
    issues = await make_issues(db, world, 2)
    issues += await make_issues(db, world, 1, status="resolved", resolution="later")
    await put_in(db, world, made, issues)
    await change(api, world, made, status="2", over_type="close")
    found = await rows(
        db, world, "SELECT status_id, resolution_id, sprints FROM issue WHERE id = ANY(%(ids)s) ORDER BY id", issues
    )
    closed = (world.statuses["closed"], world.resolutions["fixed"], [made])
    assert found == [closed, closed, (world.statuses["resolved"], world.resolutions["later"], [made])]
    assert (await shown(api, made))["opened_total"] == 0


async def test_ending_takes_what_is_open_off(api: Client, db: Database, world: World) -> None:
    made = await create(api, world)
    await change(api, world, made, status="1")
    issues = await make_issues(db, world, 1)
    issues += await make_issues(db, world, 1, status="closed", resolution="fixed")
    await put_in(db, world, made, issues)
    await change(api, world, made, status="2", over_type="empty")
    found = await rows(db, world, "SELECT sprints FROM issue WHERE id = ANY(%(ids)s) ORDER BY id", issues)
    assert found == [([],), ([made],)]
    log = "SELECT changes FROM changelog WHERE issue_id = ANY(%(ids)s) AND kind = 'updated'"
    assert await rows(db, world, log, issues) == [({"sprints": [[made], []]},)]


async def test_a_deleted_iteration_leaves_its_issues_with_a_line_of_history(
    api: Client, db: Database, world: World
) -> None:
    made, other = await create(api, world), await create(api, world, "Week 2")
    issues = await make_issues(db, world, 3)
    await put_in(db, world, made, issues)
    await send(api, "DELETE", path(world.test, "iterations", made), None)
    assert [it["id"] for it in await listed(api, world)] == [other]
    all_of_them = await listed(api, world, include_deleted="true")
    assert [(it["id"], it["deleted"]) for it in all_of_them] == [(made, True), (other, False)]
    assert await rows(db, world, "SELECT sprints FROM issue WHERE id = ANY(%(ids)s)", issues) == [([],)] * 3
    log = "SELECT author_id, changes FROM changelog WHERE issue_id = ANY(%(ids)s) AND kind = 'updated'"
    assert await rows(db, world, log, issues) == [(world.rosa.user_id, {"sprints": [[made], []]})] * 3
    assert_error(await api.get(f"/v4/iterations/{made}"), 400, PARAMETER)
    await refused(api, "DELETE", path(world.test, "iterations", made))
    assert await create(api, world) > other  # the name is free again


async def test_iterations_are_deleted_all_or_none(api: Client, world: World) -> None:
    made = [await create(api, world, f"Week {n}") for n in range(3)]
    url = path(world.test, "iterations")
    await refused(api, "DELETE", url, {"iteration_ids": [made[0], 2**40]})
    await refused(api, "DELETE", url, {"iteration_ids": []})
    assert len(await listed(api, world)) == 3
    await send(api, "DELETE", url, {"iteration_ids": [*made[:2], made[0]]})
    assert [it["id"] for it in await listed(api, world)] == made[2:]


async def test_an_iteration_on_issues_of_others_stays(api: Client, db: Database, world: World) -> None:
    made = await create(api, world)
    foreign = await make_issues(db, world, 1, queue="FOREIGN", author=world.olga)
    await put_in(db, world, made, [*foreign, *await make_issues(db, world, 1)])
    await refused(api, "DELETE", path(world.test, "iterations", made))
    assert (await shown(api, made))["total"] == 1


async def test_history_tells_who_did_what(api: Client, world: World) -> None:
    made = await create(api, world)
    await change(api, world, made, status="1", name="Week one")
    await send(api, "DELETE", path(world.test, "iterations", made), None)
    found = await read(api, f"/v4/iterations/{made}/histories", "ListIterationHistoriesResponse")
    assert found["total"] == 3
    assert [it["operate"] for it in found["histories"]] == ["delete", "update", "create"]
    details = {it["operate_field_name"]: (it["old_value"], it["new_value"]) for it in found["histories"][1]["details"]}
    assert details == {"status": ("0", "1"), "name": ("Week 1", "Week one")}
    first = found["histories"][2]
    assert (first["operator"]["user_name"], first["project_id"]) == ("rosa", ids.project(world.test))
    assert first["iteration_id"] == str(made)
    page = await read(api, f"/v4/iterations/{made}/histories", "ListIterationHistoriesResponse", limit=1, offset=1)
    assert (page["total"], [it["operate"] for it in page["histories"]]) == (3, ["update"])


async def test_iterations_are_found_by_when_they_changed(api: Client, world: World) -> None:
    await create(api, world)
    changed = (await listed(api, world))[0]["updated_time"]
    assert len(await listed(api, world, updated_time_interval=f"{changed - 10},{changed + 10}")) == 1
    assert await listed(api, world, updated_time_interval=f"{changed - 20},{changed - 10}") == []
    assert await listed(api, world, updated_time_interval=f"{changed + 10},") == []
    for wrong in ("x", "1,2,3", "now,then"):
        answer = await api.get(path(world.test, "iterations"), params={"updated_time_interval": wrong})
        assert_error(answer, 400, PARAMETER)


async def test_an_iteration_is_of_one_project(api: Client, api_of: ClientOf, world: World) -> None:
    made = await create(api, world)
    await refused(api, "PUT", path(world.demo, "iterations", made), {"name": "Mine"})
    await refused(api, "DELETE", path(world.demo, "iterations", made))
    for login in ("olga", "nina"):
        client = await api_of(login)
        for last in ("", "/histories"):
            assert_error(await client.get(f"/v4/iterations/{made}{last}"), 400, PARAMETER)


async def test_who_may_what(api: Client, api_of: ClientOf, db: Database, world: World) -> None:
    made, ivan = await create(api, world), await api_of("ivan")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    assert (await shown(ivan, made))["name"] == "Week 1"
    for method, last in (("POST", "iteration"), ("PUT", f"iterations/{made}"), ("DELETE", f"iterations/{made}")):
        await refused(ivan, method, path(world.test, last), {"name": "Mine"}, code=FIXED, status=403)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["write"])
    await change(ivan, world, made, name="Ours")
    await assert_needs_a_known_project(ivan, "GET", world.foreign, "iterations")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Week 1"},
        {"name": "x" * 251},
        {"begin_time": "2026-01-10"},
        {"begin_time": "tomorrow"},
        {"end_time": "2026-02-30"},
        {"end_time": 20260110},
        {"description": "x" * 100_001},
    ],
)
async def test_a_wrong_iteration_is_refused(api: Client, world: World, body: dict[str, object]) -> None:
    await create(api, world)
    await refused(api, "POST", path(world.test, "iteration"), {**NEW, "name": "Week 2", **body})
    other = await create(api, world, "Week 2")
    await refused(api, "PUT", path(world.test, "iterations", other), body)


@pytest.mark.parametrize("body", [{"status": "3"}, {"status": "x"}, {"status": 7}, {"status": "1", "over_type": "all"}])
async def test_a_wrong_state_is_refused(api: Client, world: World, body: dict[str, object]) -> None:
    await refused(api, "PUT", path(world.test, "iterations", await create(api, world)), body)


@pytest.mark.parametrize("iteration", ["x", "0", "-1", "9" * 40, "999999999"])
async def test_unknown_iterations(api: Client, world: World, iteration: str) -> None:
    for last in ("", "/histories"):
        assert_error(await api.get(f"/v4/iterations/{iteration}{last}"), 400, PARAMETER)
    await refused(api, "PUT", path(world.test, "iterations", iteration), {"name": "x"})
    await refused(api, "DELETE", path(world.test, "iterations"), {"iteration_ids": [iteration]})


async def test_bad_bodies_are_refused(api: Client, world: World) -> None:
    await assert_refuses_bad_bodies(api, "POST", path(world.test, "iteration"))
    await assert_refuses_bad_bodies(api, "DELETE", path(world.test, "iterations"))


async def test_the_board_of_a_project_is_seen_with_the_project_only(
    api: Client, api_of: ClientOf, db: Database, world: World
) -> None:
    await create(api, world)
    assert (await sprints.list_boards(db, world.rosa, limit=10, offset=0))[1] == 1
    assert (await sprints.list_boards(db, world.olga, limit=10, offset=0))[1] == 0
    assert await sprints.list_all(db, world.olga) == []


async def test_the_first_iterations_of_a_project_share_its_board(api: Client, db: Database, world: World) -> None:
    await asyncio.gather(*(create(api, world, f"Week {n}") for n in range(4)))
    assert len(await listed(api, world)) == 4
    async with db.transaction(world.org_id) as tx:
        boards = await tx.tuples("SELECT name FROM board WHERE queue_id = %(queue)s", {"queue": world.test})
    assert boards == [("Testing",)]
