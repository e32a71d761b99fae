"""Members and users (wire 9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shoal.dialects.codearts import ids, tables
from shoal.domain.actor import Right
from shoal.store import rights
from shoal.store.db import Database
from tests.wire.codearts.conftest import Client, assert_error
from tests.wire.codearts.directories import (
    FIXED,
    NO_MEMBER,
    NO_ROLE,
    PARAMETER,
    UNKNOWN_PROJECT,
    assert_needs_a_known_project,
    assert_refuses_bad_bodies,
    path,
    read,
    refused,
    send,
)
from tests.world import World, grant

ClientOf = Callable[[str], Awaitable[Client]]


async def members(client: Client, queue_id: int, **params: Any) -> list[dict[str, Any]]:
    listed = await read(client, path(queue_id, "members"), "ListProjectMembersV4Response", **params)
    return list(listed["members"])


async def roles(client: Client, queue_id: int) -> dict[str, int]:
    return {one["user_name"]: one["role_id"] for one in await members(client, queue_id)}


def given(world: World, **by_login: int) -> dict[str, object]:
    return {
        "users": [
            {"user_id": ids.user(getattr(world, login).user_id), "role_id": role} for login, role in by_login.items()
        ]
    }


def users(world: World, *logins: str) -> list[str]:
    return [ids.user(getattr(world, login).user_id) for login in logins]


async def test_a_member_is_told_whole(api: Client, world: World) -> None:
    (rosa,) = await members(api, world.test)
    assert rosa["user_id"] == ids.user(world.rosa.user_id)
    assert (rosa["user_num_id"], rosa["user_name"], rosa["nick_name"]) == (world.rosa.user_id, "rosa", "Rosa Prado")
    assert (rosa["role_id"], rosa["role_name"], rosa["forbidden"]) == (3, "Project manager", 0)
    assert (rosa["domain_id"], rosa["user_type"]) == (ids.domain(world.org_id), "User")


async def test_one_is_added_and_reads(api: Client, api_of: ClientOf, world: World) -> None:
    body = {"user_id": users(world, "ivan")[0], "role_id": 8, "domain_id": ids.domain(world.org_id)}
    await send(api, "POST", path(world.test, "member"), body)
    assert await roles(api, world.test) == {"rosa": 3, "ivan": 8}
    own = await read(await api_of("ivan"), path(world.test, "user-role"), "ShowCurUserRoleResponse")
    assert own == {"user_role": 8}


@pytest.mark.parametrize("role", [role for role in tables.ROLES if role != tables.CREATOR])
async def test_every_role_is_read_back_and_gives_its_rights(api: Client, db: Database, world: World, role: int) -> None:
    await send(api, "POST", path(world.test, "members"), given(world, ivan=role))
    assert (await roles(api, world.test))["ivan"] == role
    async with db.transaction(world.org_id) as tx:
        held = (await rights.load(tx, world.ivan)).by_queue[world.test]
    assert held == tables.ROLES[role].rights


async def test_many_are_added_changed_and_removed(api: Client, world: World) -> None:
    await send(api, "POST", path(world.test, "members"), given(world, ivan=4, olga=7))
    assert await roles(api, world.test) == {"rosa": 3, "ivan": 4, "olga": 7}
    body = {"user_ids": users(world, "ivan", "olga", "ivan"), "role_id": 6}
    await send(api, "POST", path(world.test, "members", "role"), body)
    assert await roles(api, world.test) == {"rosa": 3, "ivan": 6, "olga": 6}
    await send(api, "DELETE", path(world.test, "members"), {"user_ids": users(world, "ivan", "olga")})
    assert await roles(api, world.test) == {"rosa": 3}


async def test_pages_are_exact(api: Client, world: World) -> None:
    await send(api, "POST", path(world.test, "members"), given(world, ivan=4, olga=7))
    found = [await members(api, world.test, limit=1, offset=offset) for offset in range(4)]
    assert [[one["user_name"] for one in page] for page in found] == [["rosa"], ["ivan"], ["olga"], []]
    listed = await read(api, path(world.test, "members"), "ListProjectMembersV4Response", limit=1)
    assert listed["total"] == 3


async def test_rights_given_without_a_role_or_by_a_group_have_the_nearest(
    api: Client, db: Database, world: World
) -> None:
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["write"])
        group = await tx.value("INSERT INTO user_group (org_id, name) VALUES (%(org)s, 'crew') RETURNING id")
        params = {"group": group, "user": world.olga.user_id, "queue": world.test}
        await tx.run("INSERT INTO group_member VALUES (%(org)s, %(group)s, %(user)s)", params)
        await tx.run(
            """INSERT INTO queue_right (org_id, queue_id, group_id, rights)
               VALUES (%(org)s, %(queue)s, %(group)s, '{read}')""",
            params,
        )
    assert await roles(api, world.test) == {"rosa": 3, "ivan": 7, "olga": 8}
    await refused(api, "DELETE", path(world.test, "members"), {"user_ids": users(world, "olga")}, code=FIXED)


async def test_other_rights_take_the_role_away(api: Client, db: Database, world: World) -> None:
    await send(api, "POST", path(world.test, "members"), given(world, ivan=5))
    async with db.transaction(world.org_id) as tx:
        await rights.grant(tx, world.test, user_id=world.ivan.user_id, rights=[Right.READ])
    assert (await roles(api, world.test))["ivan"] == 8


async def test_who_left_is_told_as_forbidden(api: Client, db: Database, world: World) -> None:
    await send(api, "POST", path(world.test, "members"), given(world, ivan=4))
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE users SET dismissed_at = now() WHERE id = %(id)s", {"id": world.ivan.user_id})
    assert [one["forbidden"] for one in await members(api, world.test)] == [0, 1]
    await refused(api, "POST", path(world.demo, "members"), given(world, ivan=4))


async def test_somebody_stays_who_may_decide(api: Client, world: World) -> None:
    own = users(world, "rosa")
    await refused(api, "DELETE", path(world.test, "members"), {"user_ids": own}, code=FIXED)
    await refused(api, "POST", path(world.test, "members", "role"), {"user_ids": own, "role_id": 4}, code=FIXED)
    assert await roles(api, world.test) == {"rosa": 3}
    await send(api, "POST", path(world.test, "members"), given(world, ivan=3))
    await send(api, "POST", path(world.test, "members", "role"), {"user_ids": own, "role_id": 4})
    assert await roles(api, world.test) == {"rosa": 4, "ivan": 3}


async def test_the_creator_stays_the_creator(api: Client, api_of: ClientOf, world: World) -> None:
    made = (await api.post("/v4/project", json={"project_name": "Harbour", "project_type": "scrum"})).json()
    queue_id = made["project_num_id"]
    await send(api, "POST", path(queue_id, "members"), given(world, ivan=3))
    ivan = await api_of("ivan")
    body = {"user_ids": users(world, "rosa")}
    await refused(ivan, "DELETE", path(queue_id, "members"), body, code=FIXED)
    await refused(ivan, "POST", path(queue_id, "members", "role"), {**body, "role_id": 8}, code=FIXED)
    await refused(ivan, "POST", path(queue_id, "members"), given(world, rosa=8), code=FIXED)
    await refused(api, "POST", path(queue_id, "members"), given(world, olga=-1), code=FIXED)
    assert await roles(api, queue_id) == {"rosa": -1, "ivan": 3}


async def test_all_or_none(api: Client, world: World) -> None:
    body = given(world, ivan=4, nina=4)
    await refused(api, "POST", path(world.test, "members"), body)
    await refused(api, "POST", path(world.test, "members"), given(world, ivan=4, olga=99), code=NO_ROLE)
    await send(api, "POST", path(world.test, "members"), given(world, ivan=4))
    both = {"user_ids": users(world, "ivan", "olga")}
    await refused(api, "DELETE", path(world.test, "members"), both, code=NO_MEMBER)
    await refused(api, "POST", path(world.test, "members", "role"), {**both, "role_id": 8}, code=NO_MEMBER)
    assert await roles(api, world.test) == {"rosa": 3, "ivan": 4}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role_id": 0}, NO_ROLE),
        ({"role_id": "x"}, PARAMETER),
        ({"role_id": 2**62}, NO_ROLE),
        ({"role_id": None}, PARAMETER),
        ({"user_id": "rosa"}, PARAMETER),
        ({"user_id": ids.user(2**62)}, PARAMETER),
        ({"user_id": 7}, PARAMETER),
        ({"domain_id": "0" * 32}, PARAMETER),
    ],
)
async def test_a_wrong_member_is_refused(api: Client, world: World, change: dict[str, object], code: str) -> None:
    body = {"user_id": users(world, "ivan")[0], "role_id": 4, **change}
    await refused(api, "POST", path(world.test, "member"), body, code=code)


async def test_none_and_too_many_are_refused(api: Client, world: World) -> None:
    await refused(api, "DELETE", path(world.test, "members"), {"user_ids": []})
    await refused(api, "POST", path(world.test, "members"), {"users": []})
    many = {"user_ids": [ids.user(number) for number in range(1, 1002)], "role_id": 4}
    await refused(api, "POST", path(world.test, "members", "role"), many)


async def test_bad_bodies_are_refused(api: Client, world: World) -> None:
    for method, last in (("POST", "member"), ("POST", "members"), ("DELETE", "members"), ("POST", "members/role")):
        await assert_refuses_bad_bodies(api, method, path(world.test, last))
    await assert_refuses_bad_bodies(api, "PUT", "/v4/user")


async def test_who_does_not_run_the_project_changes_nobody(api_of: ClientOf, db: Database, world: World) -> None:
    ivan = await api_of("ivan")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write", "create"])
    body = {"user_ids": users(world, "rosa"), "role_id": 8}
    for method, last in (("DELETE", "members"), ("POST", "members/role")):
        await refused(ivan, method, path(world.test, last), body, code=FIXED, status=403)
        await refused(ivan, method, path(world.demo, last), body, code=UNKNOWN_PROJECT)


@pytest.mark.parametrize(("method", "last"), [("GET", "members"), ("GET", "user-role"), ("DELETE", "quit")])
async def test_unknown_projects(api: Client, world: World, method: str, last: str) -> None:
    await assert_needs_a_known_project(api, method, world.foreign, last)


# --- oneself -------------------------------------------------------------------------------------------------------


async def test_one_sees_oneself(api: Client, world: World) -> None:
    me = await read(api, "/v4/user", "ShowCurUserInfoResponse")
    assert (me["user_num_id"], me["user_id"]) == (world.rosa.user_id, ids.user(world.rosa.user_id))
    assert (me["user_name"], me["nick_name"], me["domain_id"]) == ("rosa", "Rosa Prado", ids.domain(world.org_id))
    assert me["updated_time"] == me["created_time"] > 1_600_000_000_000


@pytest.mark.parametrize("name", ["Rosa", "Rosa de la Prado", "罗莎", "Роза  Прадо", "🌹 R"])
async def test_a_nick_name_is_read_back(api: Client, name: str) -> None:
    await send(api, "PUT", "/v4/user", {"nick_name": name})
    me = await read(api, "/v4/user", "ShowCurUserInfoResponse")
    assert me["nick_name"] == name
    assert me["updated_time"] > me["created_time"]


async def test_a_wrong_nick_name_is_refused(api: Client) -> None:
    assert_error(await api.put("/v4/user", json={"nick_name": "x" * 201}), 400, PARAMETER)
    assert_error(await api.put("/v4/user", json={"nick_name": " "}), 400, PARAMETER)
