"""Tokens of IAM and the look-ups of the SDK (wire 2.1, 2.5, 3.2)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from shoal.actions import organisations, users
from shoal.dialects.codearts import ids
from shoal.dialects.front import Front
from shoal.store.db import Database
from tests.wire.codearts.conftest import (
    PASSWORD,
    Client,
    Signer,
    assert_iam_error,
    give_password,
    is_token_known,
    make_client,
    make_token,
)
from tests.world import World

TOKENS = "/v3/auth/tokens"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
async def domain(db: Database, world: World) -> str:
    """The name of rosa's account. She has a password here."""
    await give_password(db, world.rosa)
    return (await organisations.get(db, world.org_id)).name


def sign_in(domain: str, *, name: str = "rosa", password: str = PASSWORD, scope: Any = None) -> dict[str, Any]:
    user = {"name": name, "password": password, "domain": {"name": domain}}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    return {"auth": auth | ({"scope": scope} if scope is not None else {})}


def region(name: str) -> dict[str, Any]:
    return {"project": {"name": name}}


# --- getting a token -----------------------------------------------------------------------------------------------


async def test_a_password_gives_a_token_for_a_region(anybody: Client, world: World, domain: str) -> None:
    answer = await anybody.post(TOKENS, json=sign_in(domain, scope=region("cn-east-3")))
    assert answer.status_code == 201
    assert len(answer.headers["X-Subject-Token"]) >= 10
    token = answer.json()["token"]
    account = {"id": ids.domain(world.org_id), "name": domain}
    issued, expires = token.pop("issued_at"), token.pop("expires_at")
    assert token == {
        "methods": ["password"],
        "user": {"id": ids.user(world.rosa.user_id), "name": "rosa", "domain": account, "password_expires_at": ""},
        "project": {"id": ids.iam_project(world.org_id, "cn-east-3"), "name": "cn-east-3", "domain": account},
        "roles": [{"id": "0", "name": "te_admin"}],
        "catalog": [],
    }
    assert INSTANT.fullmatch(issued)
    assert INSTANT.fullmatch(expires)
    life = datetime.fromisoformat(expires) - datetime.fromisoformat(issued)
    assert abs(life.total_seconds() - 24 * 3600) < 60
    assert abs((datetime.now(UTC) - datetime.fromisoformat(issued)).total_seconds()) < 60


async def test_the_token_lets_in(anybody: Client, app: Front, domain: str) -> None:
    answer = await anybody.post(TOKENS, json=sign_in(domain, scope=region("cn-north-4")))
    client = make_client(app, token=answer.headers["X-Subject-Token"])
    assert (await client.get("/v3/auth/domains")).json()["domains"][0]["name"] == domain


async def test_every_region_and_every_way_to_name_it_is_a_scope(anybody: Client, world: World, domain: str) -> None:
    for name in ids.REGIONS:
        own = ids.iam_project(world.org_id, name)
        for project in ({"name": name}, {"id": own}, {"id": own, "name": name, "domain": {"name": domain}}):
            answer = await anybody.post(TOKENS, json=sign_in(domain, scope={"project": project}))
            assert answer.json()["token"]["project"]["id"] == own


async def test_a_scope_by_domain_or_none_at_all_is_the_account(anybody: Client, world: World, domain: str) -> None:
    own = {"id": ids.domain(world.org_id), "name": domain}
    for scope in (None, {}, {"domain": own}, {"domain": {"id": own["id"]}}, {"domain": {"name": domain}}):
        token = (await anybody.post(TOKENS, json=sign_in(domain, scope=scope))).json()["token"]
        assert token["domain"] == own
        assert "project" not in token


@pytest.mark.parametrize("query", ["?nocatalog", "?nocatalog=", "?nocatalog=true", "?x=1&nocatalog=false"])
async def test_nocatalog_leaves_the_catalog_out(anybody: Client, domain: str, query: str) -> None:
    assert "catalog" not in (await anybody.post(TOKENS + query, json=sign_in(domain))).json()["token"]


async def test_a_second_token_does_not_end_the_first(anybody: Client, app: Front, domain: str) -> None:
    tokens = [(await anybody.post(TOKENS, json=sign_in(domain))).headers["X-Subject-Token"] for _ in "ab"]
    assert tokens[0] != tokens[1]
    for token in tokens:
        assert (await make_client(app, token=token).get("/v3/auth/domains")).status_code == 200


async def test_any_credential_beside_the_sign_in_does_not_disturb(anybody: Client, rosas: Signer, domain: str) -> None:
    body = sign_in(domain)
    assert (await rosas.send(anybody, "POST", TOKENS, body)).status_code == 201
    for headers in ({"X-Auth-Token": "wrong"}, {"Authorization": "SDK-HMAC-SHA256 rubbish"}):
        assert (await anybody.post(TOKENS, json=body, headers=headers)).status_code == 201


# --- being refused one ---------------------------------------------------------------------------------------------


async def test_nobody_is_told_whether_it_was_the_name_or_the_password(
    anybody: Client, db: Database, world: World, domain: str
) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE users SET is_external = true WHERE org_id = %(org)s AND login = 'olga'")
    await give_password(db, world.olga)
    wrong = [
        sign_in("Nowhere"),
        sign_in(domain, name="nobody"),
        sign_in(domain, name="ROSA"),
        sign_in(domain, name="ivan"),  # has no password
        sign_in(domain, name="ivan", password=""),
        sign_in(domain, name="olga"),  # stands for somebody in an imported file
        sign_in(domain, name="nina"),  # of another account
        sign_in(domain, password="wrong"),
        sign_in(domain, password=""),
        sign_in(domain, password=PASSWORD + " "),
    ]
    answers = [await anybody.post(TOKENS, json=body) for body in wrong]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert_iam_error(answers[0], 401)
    assert all("x-subject-token" not in answer.headers for answer in answers)


async def test_a_disabled_user_is_told_so_only_with_the_right_password(
    anybody: Client, db: Database, world: World, domain: str
) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s AND login = 'rosa'")
    assert_iam_error(await anybody.post(TOKENS, json=sign_in(domain)), 403)
    assert_iam_error(await anybody.post(TOKENS, json=sign_in(domain, password="wrong")), 401)


@pytest.mark.parametrize(
    "scope",
    [
        region("mars-north-1"),
        region(""),
        {"project": {"id": "0" * 32}},
        {"project": {"id": "0" * 32, "name": "cn-north-4"}},
        {"domain": {"name": "Somebody else"}},
        {"domain": {"id": "0" * 32}},
    ],
)
async def test_a_scope_that_is_not_there_is_not_found(anybody: Client, domain: str, scope: Any) -> None:
    assert_iam_error(await anybody.post(TOKENS, json=sign_in(domain, scope=scope)), 404)


async def test_a_project_of_the_service_is_no_scope(anybody: Client, world: World, domain: str) -> None:
    scope = {"project": {"id": ids.project(world.test)}}
    assert_iam_error(await anybody.post(TOKENS, json=sign_in(domain, scope=scope)), 404)


async def test_the_scope_is_not_looked_at_before_the_password(anybody: Client, domain: str) -> None:
    body = sign_in(domain, password="wrong", scope=region("mars-north-1"))
    assert_iam_error(await anybody.post(TOKENS, json=body), 401)


MISSHAPEN: list[Any] = [
    {},
    [],
    {"auth": None},
    {"auth": {"identity": {"methods": ["password"]}}},
    {"auth": {"identity": {"methods": [], "password": {"user": {}}}}},
    {"auth": {"identity": {"methods": ["totp"], "totp": {}}}},
    {"auth": {"identity": {"methods": "password", "password": {}}}},
    sign_in("x", scope={"project": {}}),
    sign_in("x", scope={"project": {"name": "cn-north-4"}, "domain": {"name": "x"}}),
    sign_in("x", scope=[]),
    sign_in("x", password=None),  # type: ignore[arg-type]
    sign_in("x", name=5),  # type: ignore[arg-type]
    sign_in("x", name="a\0b"),
]


@pytest.mark.parametrize("body", MISSHAPEN)
async def test_a_misshapen_sign_in_is_refused(anybody: Client, body: Any) -> None:
    assert_iam_error(await anybody.post(TOKENS, json=body), 400)


@pytest.mark.parametrize("body", [b"", b"{", b"auth=1", b"\xff", b'{"auth": ' + b"[" * 200])
async def test_a_sign_in_that_is_no_json_is_refused(anybody: Client, body: bytes) -> None:
    assert_iam_error(await anybody.post(TOKENS, content=body), 400)


# --- what ends a token ---------------------------------------------------------------------------------------------


async def end(db: Database, world: World, how: str) -> None:
    statements: dict[str, Any] = {
        "expired": "UPDATE iam_token SET expires_at = now() - interval '1 second' WHERE org_id = %(org)s",
        "disabled": "UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s",
        "without a password": "UPDATE users SET password_hash = NULL WHERE org_id = %(org)s",
    }
    async with db.transaction(world.org_id) as tx:
        await tx.run(statements[how])


@pytest.mark.parametrize("how", ["expired", "disabled", "without a password"])
async def test_a_token_ends_with_its_time_its_owner_and_the_password(
    api: Client, db: Database, world: World, how: str
) -> None:
    assert (await api.get("/v3/auth/domains")).status_code == 200
    await end(db, world, how)
    assert_iam_error(await api.get("/v3/auth/domains"), 401)


async def test_another_password_ends_the_tokens_of_that_user_only(
    api_of: Callable[[str], Awaitable[Client]], db: Database, world: World
) -> None:
    rosa, ivan = await api_of("rosa"), await api_of("ivan")
    await users.set_password(db, world.rosa, "rosa", PASSWORD)
    assert (await rosa.get("/v3/auth/domains")).status_code == 401
    assert (await ivan.get("/v3/auth/domains")).status_code == 200


async def test_a_token_is_stored_as_a_hash_only(db: Database, world: World) -> None:
    token = await make_token(db, world.rosa)
    async with db.transaction(world.org_id) as tx:
        rows = await tx.tuples("SELECT iam_token::text FROM iam_token WHERE org_id = %(org)s")
    assert len(rows) == 1
    assert token not in rows[0][0]
    assert await is_token_known(db, world.org_id, token)


async def test_tokens_that_expired_long_ago_are_forgotten(db: Database, world: World) -> None:
    old = await make_token(db, world.rosa)
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE iam_token SET expires_at = now() - interval '25 hours' WHERE org_id = %(org)s")
    await make_token(db, world.rosa)
    assert not await is_token_known(db, world.org_id, old)


# --- validation and revocation -------------------------------------------------------------------------------------


async def test_a_token_tells_what_it_is_good_for(api: Client, world: World, domain: str) -> None:
    made = await api.post(TOKENS, json=sign_in(domain, scope=region("cn-south-1")))
    subject = made.headers["X-Subject-Token"]
    answer = await api.get(TOKENS, headers={"X-Subject-Token": subject})
    assert (answer.status_code, answer.headers["X-Subject-Token"]) == (200, subject)
    assert answer.json() == made.json()
    bare = await api.get(f"{TOKENS}?nocatalog=1", headers={"X-Subject-Token": subject})
    assert "catalog" not in bare.json()["token"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_the_subject_must_be_named_and_known(api: Client, method: str) -> None:
    assert_iam_error(await api.request(method, TOKENS), 400)
    assert_iam_error(await api.request(method, TOKENS, headers={"X-Subject-Token": "unknown-token"}), 404)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_validation_and_revocation_ask_who_asks(anybody: Client, db: Database, world: World, method: str) -> None:
    headers = {"X-Subject-Token": await make_token(db, world.rosa)}
    assert_iam_error(await anybody.request(method, TOKENS, headers=headers), 401)


async def test_a_revoked_token_is_out_at_once(api: Client, app: Front, db: Database, world: World) -> None:
    subject = await make_token(db, world.rosa)
    answer = await api.delete(TOKENS, headers={"X-Subject-Token": subject})
    assert (answer.status_code, answer.content) == (204, b"")
    assert_iam_error(await make_client(app, token=subject).get("/v3/auth/domains"), 401)
    assert_iam_error(await api.delete(TOKENS, headers={"X-Subject-Token": subject}), 404)
    assert (await api.get("/v3/auth/domains")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_the_token_of_another_is_an_administrators_business(
    api_of: Callable[[str], Awaitable[Client]], db: Database, world: World, method: str
) -> None:
    subject = {"X-Subject-Token": await make_token(db, world.olga)}
    for login, expected in (("ivan", {404}), ("nina", {404}), ("rosa", {200, 204})):
        answer = await (await api_of(login)).request(method, TOKENS, headers=subject)
        assert answer.status_code in expected, login


# --- look-ups ------------------------------------------------------------------------------------------------------


async def both_ways(api: Client, anybody: Client, rosas: Signer, url: str) -> list[httpx2.Response]:
    return [await api.get(url), await rosas.send(anybody, "GET", url)]


@pytest.mark.parametrize("name", ids.REGIONS)
async def test_a_region_is_exactly_one_project(
    api: Client, anybody: Client, rosas: Signer, world: World, name: str
) -> None:
    for answer in await both_ways(api, anybody, rosas, f"/v3/projects?name={name}"):
        assert answer.status_code == 200
        [project] = answer.json()["projects"]
        account = ids.domain(world.org_id)
        assert project["id"] == ids.iam_project(world.org_id, name)
        assert (project["name"], project["domain_id"], project["enabled"]) == (name, account, True)


async def test_without_a_name_one_project_is_told_and_for_an_unknown_one_none(api: Client) -> None:
    assert [it["name"] for it in (await api.get("/v3/projects")).json()["projects"]] == ["cn-north-4"]
    assert (await api.get("/v3/projects?name=mars")).json()["projects"] == []


async def test_the_account_is_the_organisation(
    api: Client, anybody: Client, rosas: Signer, world: World, domain: str
) -> None:
    for answer in await both_ways(api, anybody, rosas, "/v3/auth/domains"):
        [found] = answer.json()["domains"]
        assert (found["id"], found["name"], found["enabled"]) == (ids.domain(world.org_id), domain, True)


def test_ids_are_32_hex_digits_of_their_own_and_lead_back() -> None:
    made = [ids.project(7), ids.user(7), ids.domain(7), *(ids.iam_project(7, name) for name in ids.REGIONS)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[0-9a-f]{32}", it) for it in made)
    assert (ids.read_project(ids.project(7)), ids.read_user(ids.user(7).upper())) == (7, 7)
    assert ids.read_project(ids.user(7)) is ids.read_user("x") is ids.read_project("0" * 32) is None
    assert ids.iam_project(7, "cn-east-2") != ids.iam_project(8, "cn-east-2")
