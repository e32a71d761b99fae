"""A database that is busy: who comes late is told so in the shape of the wire, and signing in goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2
import psycopg
import pytest
from structlog.testing import capture_logs

from shoal.actions import health, iam_tokens, organisations
from shoal.app import build
from shoal.dialects.codearts import ids
from shoal.dialects.front import Front
from shoal.settings import Settings
from shoal.store import db as store
from shoal.store.db import Database, Purpose
from tests.wire.codearts.conftest import PASSWORD, give_password
from tests.world import World, make_world

PURPOSE = Purpose(lock=0.2, statement=0.6, transaction=0, is_interactive=True)


@dataclass(frozen=True, slots=True)
class Place:
    url: str
    db: Database
    app: Front
    world: World

    def client(self, **headers: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(self.app)  # type: ignore[arg-type]
        return httpx2.AsyncClient(transport=transport, base_url="http://shoal.test", headers=headers)

    def yandex(self) -> httpx2.AsyncClient:
        return self.client(**{"Authorization": f"OAuth {self.world.token}", "X-Org-ID": str(self.world.org_id)})

    async def codearts(self) -> httpx2.AsyncClient:
        rosa = self.world.rosa
        await give_password(self.db, rosa)
        token, _ = await iam_tokens.create(self.db, rosa.org_id, rosa.user_id, region=None)
        return self.client(**{"X-Auth-Token": token})

    async def sign_in(self) -> httpx2.Response:
        await give_password(self.db.door, self.world.rosa)
        domain = (await organisations.get(self.db.door, self.world.org_id)).name
        user = {"name": "rosa", "password": PASSWORD, "domain": {"name": domain}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
        async with self.client() as client:
            return await client.post("/v3/auth/tokens", json=body)


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    database = Database(database_url, max_size=3, door_size=1, purpose=PURPOSE)
    await database.open()
    yield Place(database_url, database, build(Settings(), database), await make_world(database))
    await database.close()


@pytest.fixture
def held_up(place: Place) -> Iterator[None]:
    """Somebody else holds every issue."""
    with psycopg.connect(place.url) as connection:
        connection.execute("LOCK TABLE shoal.issue IN ACCESS EXCLUSIVE MODE")
        yield


def say(answer: httpx2.Response) -> tuple[int, str | None, str]:
    body = answer.json()
    said = body.get("error_msg") or body["errorMessages"][0]
    return answer.status_code, answer.headers.get("Retry-After"), said


@pytest.mark.usefixtures("held_up")
async def test_lock_that_is_not_given_up_is_a_503(place: Place) -> None:
    told = "Somebody else is changing the same; try again"
    project = ids.project(place.world.test)
    async with place.yandex() as yandex, await place.codearts() as codearts:
        with capture_logs() as logs:
            one = await yandex.patch("/v2/issues/TEST-1", json={"summary": "New"})
            other = await codearts.get(f"/v4/projects/{project}/issues/1")
    assert (say(one), say(other)) == ((503, "1", f"{told}."), (503, "1", told))
    assert [line["log_level"] for line in logs] == ["warning"] * 2


@pytest.mark.usefixtures("held_up")
async def test_search_that_takes_too_long_says_what_to_narrow(place: Place) -> None:
    patient = Database(place.url, max_size=2, purpose=Purpose(0, 0.3, 0, is_interactive=True))
    await patient.open()
    other = Place(place.url, patient, build(Settings(), patient), place.world)
    async with other.yandex() as yandex:
        answer = await yandex.post("/v2/issues/_search", json={"query": "Summary: whatever"})
    await patient.close()
    told = "This takes too long; narrow the query, or change fewer issues at once."
    assert say(answer) == (422, None, told)


async def test_signing_in_goes_on_while_all_connections_are_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    monkeypatch.setattr(store, "STUCK_AFTER", 0)
    async with AsyncExitStack() as stack:
        yandex = await stack.enter_async_context(place.yandex())
        for _ in range(3):
            await stack.enter_async_context(place.db.transaction(place.world.org_id))
        assert (await place.sign_in()).status_code == 201
        sick = await yandex.get("/health")
        assert (sick.status_code, sick.json()["problem"]) == (503, "all connections to the database are taken")
        answer = await yandex.get("/v2/myself")
        assert say(answer) == (503, "1", "Too much is asked at the moment; try again.")


async def test_health_says_that_the_database_is_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH_FOR", 0)
    async with place.yandex() as yandex:
        assert (await yandex.get("/health")).status_code == 200
    gone = Place(
        place.url, Database("postgresql://nowhere"), build(Settings(), Database("postgresql://nowhere")), place.world
    )
    async with gone.yandex() as yandex:
        answer = await yandex.get("/health")
    assert (answer.status_code, answer.json()["problem"]) == (503, "the database does not answer")
