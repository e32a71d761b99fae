"""Domains (wire 14): the areas of the core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shoal.dialects.codearts import tables
from shoal.domain.errors import UnknownValue
from shoal.domain.patch import Ref
from shoal.store.db import Database
from tests.wire.codearts.conftest import Client
from tests.wire.codearts.directories import (
    FIXED,
    assert_needs_a_known_project,
    assert_refuses_bad_bodies,
    path,
    read,
    refused,
    send,
)
from tests.world import World, grant, make_issues

ClientOf = Callable[[str], Awaitable[Client]]
BUILT_IN = {
    "14": "Performance",
    "15": "Function",
    "16": "Reliability",
    "17": "Network security",
    "18": "Maintainability",
    "19": "Other DFX",
    "20": "Availability",
}


async def domains(client: Client, queue_id: int, **params: Any) -> dict[str, str]:
    listed = await read(client, path(queue_id, "domains"), "ListProjectDomainsResponse", **params)
    return {it["domain_id"]: it["domain_name"] for it in listed["domains"]}


async def create(client: Client, world: World, name: str) -> str:
    made = await send(client, "POST", path(world.test, "domain"), {"domain_name": name}, "CreateProjectDomainResponse")
    assert made["domain_name"] == name
    return str(made["domain_id"])


async def test_the_built_in_ones_have_the_vendors_numbers(api: Client, world: World) -> None:
    assert await domains(api, world.test) == BUILT_IN


async def test_a_project_has_its_own(api: Client, world: World) -> None:
    own = await create(api, world, "Rigging")
    assert int(own) > 10_000
    assert await domains(api, world.test) == {**BUILT_IN, own: "Rigging"}
    assert await domains(api, world.demo) == BUILT_IN
    changed = await send(
        api, "PUT", path(world.test, "domains", own), {"domain_name": "Ropes"}, "UpdateProjectDomainResponse"
    )
    assert changed == {"domain_name": "Ropes", "domain_id": own}
    await send(api, "DELETE", path(world.test, "domains", own), None)
    assert await domains(api, world.test) == BUILT_IN


async def test_pages_are_exact(api: Client, world: World) -> None:
    page = await read(api, path(world.test, "domains"), "ListProjectDomainsResponse", limit=2, offset=6)
    assert (page["total"], page["domains"]) == (7, [{"domain_id": "20", "domain_name": "Availability"}])


async def test_a_deleted_domain_leaves_its_issues_with_a_line_of_history(
    api: Client, db: Database, world: World
) -> None:
    own = await create(api, world, "Rigging")
    issues = await make_issues(db, world, 2)
    params = {"area": int(own) - 10_000, "ids": issues}
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE issue SET area_id = %(area)s WHERE id = ANY(%(ids)s)", params)
    await send(api, "DELETE", path(world.test, "domains", own), None)
    async with db.transaction(world.org_id) as tx:
        left = await tx.tuples("SELECT area_id FROM issue WHERE id = ANY(%(ids)s)", params)
        log = await tx.tuples(
            "SELECT changes FROM changelog WHERE issue_id = ANY(%(ids)s) AND kind = 'updated'", params
        )
    assert left == [(None,)] * 2
    assert log == [({"area": [int(own) - 10_000, None]},)] * 2


async def test_what_is_built_in_stays(api: Client, world: World) -> None:
    await refused(api, "DELETE", path(world.test, "domains", 14))
    await refused(api, "PUT", path(world.test, "domains", 20), {"domain_name": "Uptime"})
    built_in = 10_000 + 1  # by the number that it does not have on this wire
    answer = await api.request("DELETE", path(world.test, "domains", built_in))
    assert answer.status_code == 400
    assert await domains(api, world.test) == BUILT_IN


@pytest.mark.parametrize("name", ["performance", "Rigging", " ", "x" * 251])
async def test_a_wrong_name_is_refused(api: Client, world: World, name: str) -> None:
    await create(api, world, "Rigging")
    own = await create(api, world, "Ropes")
    await refused(api, "POST", path(world.test, "domain"), {"domain_name": name})
    await refused(api, "PUT", path(world.test, "domains", own), {"domain_name": name})


@pytest.mark.parametrize("domain", ["x", "0", "21", "10000", "9" * 40, "999999999"])
async def test_unknown_domains(api: Client, world: World, domain: str) -> None:
    await refused(api, "DELETE", path(world.test, "domains", domain))


async def test_who_may_what(api: Client, api_of: ClientOf, db: Database, world: World) -> None:
    own = await create(api, world, "Rigging")
    ivan = await api_of("ivan")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write", "create"])
    for method, last in (("POST", "domain"), ("PUT", f"domains/{own}"), ("DELETE", f"domains/{own}")):
        await refused(ivan, method, path(world.test, last), {"domain_name": "Mine"}, code=FIXED, status=403)
    assert own in await domains(ivan, world.test)
    await refused(api, "DELETE", path(world.demo, "domains", own))
    await assert_needs_a_known_project(ivan, "GET", world.foreign, "domains")
    await assert_refuses_bad_bodies(api, "POST", path(world.test, "domain"))


# --- the tables ----------------------------------------------------------------------------------------------------

TABLES = [tables.TRACKERS, tables.STATUSES, tables.PRIORITIES, tables.SEVERITIES, tables.AREAS]


@pytest.mark.parametrize("table", TABLES)
def test_every_number_leads_back_to_its_key(table: tables.Table) -> None:
    assert all(table.ref(table.number(key, 7)) == Ref(key=key) for key in table.numbers)
    assert len(set(table.numbers.values())) == len(table.numbers)
    assert table.ref(table.number("something else", 7)) == Ref(id=7)
    assert table.ref(table.number(None, 7)) == Ref(id=7)
    with pytest.raises(UnknownValue):
        table.ref(10_000)
