"""Who may come in (wire 1.2, 1.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.actions import tokens
from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import World

PATHS = ["/v2/myself", "/v3/myself", "/v2/no/such/path", "/v3/nothing", "/v2/", "/v3"]


@pytest.mark.parametrize("scheme", ["OAuth", "oauth", "Bearer", "BEARER"])
async def test_a_token_comes_in_under_both_schemes_in_any_case(api: Client, world: World, scheme: str) -> None:
    answer = await api.get("/v2/myself", headers={"Authorization": f"{scheme} {world.token}"})
    assert answer.status_code == 200
    assert answer.json()["login"] == "rosa"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("credential", [None, "OAuth not provided", "OAuth wrong", "Basic eDp5", "OAuth", "token x y"])
async def test_nobody_comes_in_without_a_good_token(api: Client, path: str, credential: str | None) -> None:
    del api.headers["Authorization"]
    answer = await api.get(path, headers={"Authorization": credential} if credential else {})
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401
    assert answer.json()["errorMessages"]


async def test_the_body_is_not_looked_at_before_the_token(api: Client) -> None:
    answer = await api.post("/v2/queues", headers={"Authorization": "OAuth wrong"}, content=b"{broken")
    assert answer.status_code == 401


async def test_another_organisation_is_forbidden_whether_it_exists_or_not(api: Client, world: World) -> None:
    for org in (str(world.other_org_id), "999999999", "9" * 40, "bpf0cloud", "-1"):
        answer = await api.get("/v2/myself", headers={"X-Org-ID": org})
        assert answer.status_code == 403, org


async def test_without_an_organisation_the_request_is_incomplete(api: Client) -> None:
    del api.headers["X-Org-ID"]
    for headers in ({}, {"X-Org-ID": "not provided"}, {"X-Cloud-Org-ID": "not provided"}, {"X-Org-ID": " "}):
        assert (await api.get("/v2/myself", headers=headers)).status_code == 422


async def test_either_header_names_the_organisation(api: Client, world: World) -> None:
    del api.headers["X-Org-ID"]
    headers = {"X-Org-Id": "not provided", "X-Cloud-Org-Id": str(world.org_id)}
    assert (await api.get("/v2/myself", headers=headers)).status_code == 200


async def test_contradictory_organisations_let_nobody_in(api: Client, world: World) -> None:
    answer = await api.get("/v2/myself", headers={"X-Cloud-Org-Id": str(world.other_org_id)})
    assert answer.status_code == 403


async def test_a_revoked_token_is_out_at_once(api: Client, db: Database, world: World) -> None:
    assert (await api.get("/v2/myself")).status_code == 200
    assert world.rosa.token_id is not None
    await tokens.revoke(db, world.rosa, world.rosa.token_id)
    assert (await api.get("/v2/myself")).status_code == 401


async def test_an_expired_token_is_out(api: Client, db: Database, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE access_token SET expires_at = now() WHERE org_id = %(org)s")
    assert (await api.get("/v2/myself")).status_code == 401


async def test_who_left_is_out(api_of: Callable[[str], Client], db: Database, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s AND login = 'ivan'")
    assert (await api_of("ivan").get("/v2/myself")).status_code == 401


async def test_a_made_token_lets_its_owner_in(api: Client, db: Database, world: World) -> None:
    token = await tokens.create(db, world.ivan, "script")
    answer = await api.get("/v3/myself", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["login"] == "ivan"


async def test_health_asks_nobody_who_they_are(api: Client) -> None:
    del api.headers["Authorization"]
    answer = await api.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
