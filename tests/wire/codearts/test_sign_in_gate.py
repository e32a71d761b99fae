"""Guessing passwords: whoever does it is slowed down, and nobody else waits for them."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from shoal.actions import organisations
from shoal.app import build
from shoal.dialects.front import Front
from shoal.settings import Settings
from shoal.store.db import Database
from tests.wire.codearts.conftest import PASSWORD, assert_iam_error, give_password
from tests.world import World

GUESSER, OWNER = "203.0.113.9", "198.51.100.7"


class Door:
    """The sign-in of one organisation, from some address."""

    def __init__(self, app: Front, domain: str) -> None:
        self.app, self.domain = app, domain

    async def attempt(self, password: str, *, address: str, forwarded: str | None = None) -> httpx2.Response:
        user = {"name": "rosa", "password": password, "domain": {"name": self.domain}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        transport = httpx2.ASGITransport(app=self.app, client=(address, 40000))  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=transport, base_url="http://shoal.test") as client:
            return await client.post("/v3/auth/tokens", json=body, headers=headers)


async def make_door(db: Database, world: World, settings: Settings) -> Door:
    await give_password(db, world.rosa)
    return Door(build(settings, db), (await organisations.get(db, world.org_id)).name)


async def test_the_owner_gets_in_while_others_guess_by_the_hundred(db: Database, world: World) -> None:
    door = await make_door(db, world, Settings())
    assert (await door.attempt(PASSWORD, address=OWNER)).status_code == 201
    guesses = [asyncio.create_task(door.attempt(f"guess {n}", address=GUESSER)) for n in range(150)]
    right = asyncio.create_task(door.attempt(PASSWORD, address="192.0.2.55"))
    answers = await asyncio.gather(*guesses)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (10, 140)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_iam_error(refused, 429)
    assert int(refused.headers["Retry-After"]) >= 1
    assert (await right).status_code == 201
    assert (await door.attempt(PASSWORD, address=OWNER)).status_code == 201
    assert (await door.attempt(PASSWORD, address=GUESSER)).status_code == 429


@pytest.mark.parametrize(("trusted", "status"), [(True, 201), (False, 429)])
async def test_behind_a_proxy_the_address_is_what_it_adds(
    db: Database, world: World, trusted: bool, status: int
) -> None:
    door = await make_door(db, world, Settings(trust_forwarded=trusted, sign_in_failures=1))
    wrong = await door.attempt("guess", address="10.0.0.1", forwarded=f"{OWNER}, {GUESSER}")
    assert wrong.status_code == 401
    right = await door.attempt(PASSWORD, address="10.0.0.1", forwarded=f"{GUESSER}, {OWNER}")
    assert right.status_code == status
