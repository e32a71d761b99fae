"""Signed requests: who is let in, and that whoever is not changes nothing (wire 2.2 to 2.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from structlog.testing import capture_logs

from shoal.actions import access_keys
from shoal.app import build
from shoal.dialects.front import Front
from shoal.settings import Settings
from shoal.store import access_keys as keys_in_store
from shoal.store.db import Database
from tests.wire.codearts.conftest import (
    SDK_AGENT,
    Client,
    Signer,
    assert_iam_error,
    is_token_known,
    make_client,
    make_key,
    make_token,
)
from tests.wire.conftest import SECRET_KEY
from tests.world import World

LOOK = "/v3/projects?name=cn-north-4"
TOKENS = "/v3/auth/tokens"
EXPIRE = "UPDATE used_signature SET expires_at = now() - %(age)s::interval WHERE org_id = %(org)s"


@pytest.fixture
async def victim(db: Database, world: World) -> str:
    """A token of rosa's. Its revocation is the change that those who forge and replay are after."""
    return await make_token(db, world.rosa)


def revocation(signer: Signer, token: str, **options: str) -> dict[str, str]:
    """The headers of a signed request that revokes the token."""
    return signer.headers("DELETE", TOKENS, more={"X-Subject-Token": token, **options})


async def assert_refused(answer: httpx2.Response, db: Database, world: World, victim: str) -> None:
    assert_iam_error(answer, 401)
    assert await is_token_known(db, world.org_id, victim)


# --- let in --------------------------------------------------------------------------------------------------------


async def test_a_signature_lets_the_owner_of_its_key_in(
    anybody: Client, db: Database, rosas: Signer, world: World, victim: str
) -> None:
    assert (await rosas.send(anybody, "GET", LOOK)).status_code == 200
    assert (await anybody.request("DELETE", TOKENS, headers=revocation(rosas, victim))).status_code == 204
    assert not await is_token_known(db, world.org_id, victim)


@pytest.mark.parametrize(
    "url",
    [
        "/v3/projects",
        "/v3/projects/",
        "/v3/projects?name=a%20b%2F%C3%BC&b=&a=1",
        "/v3/projects?b=2&a=1&a%20=0",
        "/v3/%70rojects",
    ],
)
async def test_paths_and_queries_are_verified_as_they_are_written(anybody: Client, rosas: Signer, url: str) -> None:
    assert (await rosas.send(anybody, "GET", url)).status_code == 200


async def test_the_headers_of_the_sdk_are_verified(anybody: Client, rosas: Signer) -> None:
    sent = {"Content-Type": "application/json", "X-Project-Id": "unknown", "User-Agent": SDK_AGENT, "X-Name": "ü a  b"}
    headers = rosas.headers("GET", LOOK, more=sent)
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert (await anybody.get(LOOK, headers=raw)).status_code == 200
    headers["x-project-id"] = "another"
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert_iam_error(await anybody.get(LOOK, headers=raw), 401)


async def test_a_body_is_signed_and_still_read(anybody: Client, rosas: Signer) -> None:
    headers = rosas.headers("POST", "/v4/nothing", b'{"a": 1}')
    assert (await anybody.post("/v4/nothing", content=b'{"a": 1}', headers=headers)).status_code == 404
    assert (await anybody.post("/v4/nothing", content=b'{"a": 2}', headers=headers)).status_code == 401


async def test_a_good_token_wins_over_a_bad_signature_and_a_bad_token_over_a_good_one(
    anybody: Client, api: Client, rosas: Signer
) -> None:
    forged = {"Authorization": "SDK-HMAC-SHA256 Access=x, SignedHeaders=host;x-sdk-date, Signature=" + "0" * 64}
    assert (await api.get(LOOK, headers=forged)).status_code == 200
    good = rosas.headers("GET", LOOK) | {"x-auth-token": "wrong"}
    assert_iam_error(await anybody.get(LOOK, headers=good), 401)
    empty = rosas.headers("GET", LOOK) | {"x-auth-token": ""}
    assert (await anybody.get(LOOK, headers=empty)).status_code == 200


# --- forged --------------------------------------------------------------------------------------------------------


async def test_a_forged_signature_changes_nothing(
    anybody: Client, db: Database, rosas: Signer, world: World, victim: str
) -> None:
    for forger in (Signer(rosas.access, "x" * 40), Signer("UNKNOWNKEY0000000000", rosas.secret)):
        answer = await anybody.request("DELETE", TOKENS, headers=revocation(forger, victim))
        await assert_refused(answer, db, world, victim)


async def test_a_signature_is_of_its_own_request_only(
    anybody: Client, db: Database, rosas: Signer, world: World, victim: str
) -> None:
    reading = rosas.headers("GET", TOKENS, more={"X-Subject-Token": victim})
    assert (await anybody.get(TOKENS, headers=reading)).status_code == 200
    await assert_refused(await anybody.request("DELETE", TOKENS, headers=reading), db, world, victim)
    other = revocation(rosas, "another-token") | {"x-subject-token": victim}
    await assert_refused(await anybody.request("DELETE", TOKENS, headers=other), db, world, victim)


@pytest.mark.parametrize("names", [("host",), ("x-sdk-date",), ("host", "x-subject-token")])
async def test_a_request_that_is_half_signed_changes_nothing(
    anybody: Client, db: Database, rosas: Signer, world: World, victim: str, names: tuple[str, ...]
) -> None:
    headers = rosas.headers("DELETE", TOKENS, more={"X-Subject-Token": victim}, names=names)
    await assert_refused(await anybody.request("DELETE", TOKENS, headers=headers), db, world, victim)


@pytest.mark.parametrize("without", ["authorization", "x-sdk-date"])
async def test_a_request_without_half_of_its_headers_changes_nothing(
    anybody: Client, db: Database, rosas: Signer, world: World, victim: str, without: str
) -> None:
    headers = revocation(rosas, victim)
    del headers[without]
    await assert_refused(await anybody.request("DELETE", TOKENS, headers=headers), db, world, victim)


@pytest.mark.parametrize("minutes", [-16, 16, -60 * 24 * 365])
async def test_a_late_or_early_request_changes_nothing(
    anybody: Client, db: Database, rosas: Signer, world: World, victim: str, minutes: int
) -> None:
    date = datetime.now(UTC) + timedelta(minutes=minutes)
    headers = rosas.headers("DELETE", TOKENS, more={"X-Subject-Token": victim}, date=date)
    await assert_refused(await anybody.request("DELETE", TOKENS, headers=headers), db, world, victim)


async def test_clocks_may_differ_by_some_minutes(anybody: Client, rosas: Signer) -> None:
    for minutes in (-14, 14):
        date = datetime.now(UTC) + timedelta(minutes=minutes)
        assert (await rosas.send(anybody, "GET", LOOK, date=date)).status_code == 200


@pytest.mark.parametrize("query", ["name=a&name=cn-north-4", "name=cn-north-4&n%61me=a"])
async def test_a_parameter_that_is_there_twice_is_refused(anybody: Client, rosas: Signer, query: str) -> None:
    """Their order would not be signed, and which of them counts depends on it."""
    assert_iam_error(await rosas.send(anybody, "GET", f"/v3/projects?{query}"), 401)


async def test_the_clock_of_a_date_is_the_databases(
    anybody: Client, rosas: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = keys_in_store.FIND.replace("now()", "now() + interval '16 minutes'")
    monkeypatch.setattr(keys_in_store, "FIND", later)
    assert_iam_error(await rosas.send(anybody, "GET", LOOK), 401)


# --- replayed ------------------------------------------------------------------------------------------------------


async def replayed(client: Client, headers: dict[str, str]) -> httpx2.Response:
    return await client.request("DELETE", TOKENS, headers=headers)


async def test_a_signature_changes_things_once(anybody: Client, rosas: Signer, victim: str) -> None:
    headers = revocation(rosas, victim)
    assert (await replayed(anybody, headers)).status_code == 204
    assert_iam_error(await replayed(anybody, headers), 401)


async def test_a_replay_is_refused_by_every_process(app: Front, db: Database, rosas: Signer, victim: str) -> None:
    headers = revocation(rosas, victim)
    assert (await replayed(make_client(app), headers)).status_code == 204
    other = build(Settings(secret_key=SECRET_KEY), db)
    assert_iam_error(await replayed(make_client(other), headers), 401)


async def test_what_the_sdk_says_twice_over_one_connection_is_no_replay(app: Front, rosas: Signer, victim: str) -> None:
    headers = revocation(rosas, victim, **{"User-Agent": SDK_AGENT})
    assert (await replayed(make_client(app, port=5001), headers)).status_code == 204
    again = await replayed(make_client(app, port=5001), headers)
    assert again.status_code == 404  # done again: there is no such token any more
    assert_iam_error(await replayed(make_client(app, port=5002), headers), 401)


async def test_the_grace_of_the_sdk_ends_after_two_seconds(
    app: Front, db: Database, rosas: Signer, world: World, victim: str
) -> None:
    headers = revocation(rosas, victim, **{"User-Agent": SDK_AGENT})
    assert (await replayed(make_client(app, port=5001), headers)).status_code == 204
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE used_signature SET used_at = used_at - interval '3 seconds' WHERE org_id = %(org)s")
    assert_iam_error(await replayed(make_client(app, port=5001), headers), 401)


async def test_an_agent_that_is_not_signed_has_no_grace(anybody: Client, rosas: Signer, victim: str) -> None:
    headers = revocation(rosas, victim) | {"user-agent": SDK_AGENT}
    assert (await replayed(anybody, headers)).status_code == 204
    assert_iam_error(await replayed(anybody, headers), 401)


async def test_what_only_reads_may_be_asked_for_again(anybody: Client, rosas: Signer) -> None:
    headers = rosas.headers("GET", LOOK)
    for _ in range(3):
        assert (await anybody.get(LOOK, headers=headers)).status_code == 200


async def test_used_signatures_are_forgotten_when_their_date_refuses_them(
    anybody: Client, db: Database, rosas: Signer, world: World
) -> None:
    for n in range(2):
        await replayed(anybody, revocation(rosas, f"unknown-{n}"))
    for age, left in (("1 second", 3), ("11 minutes", 1)):
        async with db.transaction(world.org_id) as tx:
            await tx.run(EXPIRE, {"age": age})
        await replayed(anybody, revocation(rosas, f"unknown-{age}"))
        async with db.transaction(world.org_id) as tx:
            assert await tx.value("SELECT count(*) FROM used_signature WHERE org_id = %(org)s") == left


async def test_a_signature_that_expires_before_it_is_used_is_refused(db: Database, world: World) -> None:
    """Its date is looked at first, and then a body may take its time."""
    now = datetime.now(UTC)
    for seconds, is_in_time in ((-1, False), (60, True)):
        expires_at = now + timedelta(seconds=seconds)
        used = await access_keys.use_signature(
            db, world.rosa, bytes([seconds % 256] * 32), expires_at=expires_at, connection=None
        )
        assert used is is_in_time


# --- keys ----------------------------------------------------------------------------------------------------------


async def test_a_revoked_key_is_out_at_once(anybody: Client, db: Database, rosas: Signer, world: World) -> None:
    assert (await rosas.send(anybody, "GET", LOOK)).status_code == 200
    [key] = await access_keys.list_own(db, world.rosa)
    await access_keys.revoke(db, world.rosa, key.id)
    assert_iam_error(await rosas.send(anybody, "GET", LOOK), 401)


async def test_who_left_is_out(anybody: Client, db: Database, rosas: Signer, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s AND login = 'rosa'")
    assert_iam_error(await rosas.send(anybody, "GET", LOOK), 401)


async def test_a_secret_is_stored_encrypted_only(db: Database, world: World) -> None:
    made = await make_key(db, world.rosa)
    async with db.transaction(world.org_id) as tx:
        [(sealed,)] = await tx.tuples(
            "SELECT sealed FROM access_key WHERE access = %(access)s", {"access": made.access}
        )
    assert made.secret.encode() not in sealed


async def test_one_may_see_and_revoke_ones_own_keys_only(db: Database, world: World) -> None:
    await make_key(db, world.rosa)
    await make_key(db, world.ivan)
    assert {key.login for key in await access_keys.list_own(db, world.ivan)} == {"ivan"}
    assert {key.login for key in await access_keys.list_own(db, world.rosa)} == {"rosa", "ivan"}
    assert await access_keys.list_own(db, world.nina) == []


@pytest.mark.parametrize("settings", [Settings(), Settings(secret_key="another secret key of 32 characters")])
async def test_without_the_right_secret_key_nobody_signs_and_the_log_says_why(
    db: Database, rosas: Signer, settings: Settings
) -> None:
    with capture_logs() as logs:
        answer = await rosas.send(make_client(build(settings, db)), "GET", LOOK)
    assert_iam_error(answer, 401)
    [line] = logs
    assert "secret_key" in line["event"]
    assert rosas.secret not in str(line)


async def test_the_secret_of_one_key_does_not_open_as_that_of_another(
    anybody: Client, db: Database, rosas: Signer, world: World
) -> None:
    ivans = await make_key(db, world.ivan)
    swap = """UPDATE access_key SET sealed = (SELECT sealed FROM access_key WHERE access = %(mine)s)
               WHERE access = %(theirs)s"""
    async with db.transaction(world.org_id) as tx:
        await tx.run(swap, {"mine": ivans.access, "theirs": rosas.access})
    assert_iam_error(await Signer(rosas.access, ivans.secret).send(anybody, "GET", LOOK), 401)
