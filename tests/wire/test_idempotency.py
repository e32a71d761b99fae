"""`Idempotency-Key` on both wires: a request is done once, and answered as often as it is made."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from shoal.dialects import idempotency
from shoal.dialects.front import Front
from shoal.store import idempotency as store
from shoal.store.db import Database
from tests.wire.codearts.conftest import Signer, assert_error, make_key, make_token
from tests.wire.codearts.conftest import make_client as make_codearts
from tests.wire.codearts.items import TASK, make_item, project_of, show
from tests.wire.yandex.conftest import make_client as make_yandex
from tests.world import World, make_issues

Client = httpx2.AsyncClient
NEW = {"queue": "TEST", "summary": "Paint the buoy"}
KEY = {"Idempotency-Key": "tide-7"}


@pytest.fixture
def yandex(app: Front, world: World) -> Client:
    return make_yandex(app, world.tokens["rosa"], world.org_id)


@pytest.fixture
async def codearts(app: Front, db: Database, world: World) -> Client:
    return make_codearts(app, token=await make_token(db, world.rosa))


async def count(db: Database, org_id: int, table: str) -> int:
    counts = {
        "issue": "SELECT count(*) FROM issue WHERE org_id = %(org)s",
        "comment": "SELECT count(*) FROM comment WHERE org_id = %(org)s",
        "key": "SELECT count(*) FROM idempotency_key WHERE org_id = %(org)s",
    }
    async with db.transaction(org_id) as tx:
        return int(await tx.value(counts[table]))


async def grow_old(db: Database, org_id: int) -> None:
    async with db.transaction(org_id) as tx:
        assert await tx.run("UPDATE idempotency_key SET used_at = used_at - interval '24 hours'")


# --- done once -----------------------------------------------------------------------------------------------------


async def test_a_creation_made_again_is_answered_again(yandex: Client, db: Database, world: World) -> None:
    first, again = [await yandex.post("/v3/issues", json=NEW, headers=KEY) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await count(db, world.org_id, "issue") == 1
    assert (await yandex.post("/v3/issues", json=NEW)).json()["key"] == "TEST-2"


async def test_an_edit_made_again_undoes_nothing_that_came_between(yandex: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    first = await yandex.patch("/v2/issues/TEST-1", json={"summary": "Mine"}, headers=KEY)
    await yandex.patch("/v2/issues/TEST-1", json={"summary": "Yours"})
    again = await yandex.patch("/v2/issues/TEST-1", json={"summary": "Mine"}, headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert (await yandex.get("/v2/issues/TEST-1")).json()["summary"] == "Yours"


async def test_a_deletion_made_again_is_answered_as_the_first(yandex: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    made = (await yandex.post("/v2/issues/TEST-1/comments", json={"text": "Once"})).json()
    path = f"/v2/issues/TEST-1/comments/{made['id']}"
    answers = [await yandex.delete(path, headers=KEY) for _ in range(2)]
    assert [(it.status_code, it.content) for it in answers] == [(204, b"")] * 2


async def test_a_work_item_and_its_comment_are_made_once(codearts: Client, db: Database, world: World) -> None:
    body = {"name": "Paint the buoy", "tracker_id": TASK, "priority_id": 2}
    path = f"/v4/projects/{project_of(world)}/issue"
    first, again = [await codearts.post(path, json=body, headers=KEY) for _ in range(2)]
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    note = {"id": str(first.json()["id"]), "notes": "Red", "projectUUId": project_of(world)}
    said = [
        await codearts.post("/v2/issues/update-issue-notes", json=note, headers={"Idempotency-Key": "note"})
        for _ in range(2)
    ]
    assert said[0].content == said[1].content
    assert (await count(db, world.org_id, "issue"), await count(db, world.org_id, "comment")) == (1, 1)


async def test_of_two_at_once_one_is_done(yandex: Client, db: Database, world: World) -> None:
    answers = await asyncio.gather(*(yandex.post("/v3/issues", json=NEW, headers=KEY) for _ in range(3)))
    assert {it.status_code for it in answers} == {201}
    assert len({it.content for it in answers}) == 1
    assert await count(db, world.org_id, "issue") == 1


async def test_without_a_key_nothing_is_kept(yandex: Client, db: Database, world: World) -> None:
    keys = [(await yandex.post("/v3/issues", json=NEW)).json()["key"] for _ in range(2)]
    assert keys == ["TEST-1", "TEST-2"]
    assert await count(db, world.org_id, "key") == 0


# --- what a key stands for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v3/issues", {**NEW, "summary": "Another"}),
        ("POST", "/v2/issues", NEW),
        ("POST", "/v3/issues?notify=false", NEW),
        ("PATCH", "/v3/issues/TEST-1", NEW),
    ],
)
async def test_another_request_with_the_key_is_refused(
    yandex: Client, db: Database, world: World, method: str, path: str, body: dict[str, Any]
) -> None:
    await yandex.post("/v3/issues", json=NEW, headers=KEY)
    answer = await yandex.request(method, path, json=body, headers=KEY)
    assert (answer.status_code, answer.json()["errorMessages"]) == (
        409,
        ["This idempotency key was used by another request."],
    )
    assert await count(db, world.org_id, "issue") == 1


async def test_another_request_is_refused_in_the_other_shape_too(codearts: Client, world: World) -> None:
    item = await make_item(codearts, project_of(world))
    path = f"/v4/projects/{project_of(world)}/issues/{item['id']}"
    done = await codearts.put(path, json={"name": "Done"}, headers=KEY)
    assert done.status_code == 200, done.text
    assert_error(await codearts.put(path, json={"name": "Not done"}, headers=KEY), 409, "PM.02152001")
    assert (await show(codearts, project_of(world), item["id"]))["name"] == "Done"


async def test_a_key_is_its_users_own(app: Front, yandex: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE users SET is_admin = true WHERE login = 'olga'")
    olga = make_yandex(app, world.tokens["olga"], world.org_id)
    nina = make_yandex(app, world.tokens["nina"], world.other_org_id)
    mine = await yandex.post("/v3/issues", json=NEW, headers=KEY)
    hers = await olga.post("/v3/issues", json={**NEW, "queue": "FOREIGN"}, headers=KEY)
    outside = await nina.post("/v3/issues", json=NEW, headers=KEY)
    assert [it.json()["key"] for it in (mine, hers, outside)] == ["TEST-2", "FOREIGN-1", "TEST-1"]
    assert outside.json()["id"] != mine.json()["id"]


async def test_a_refused_request_leaves_nothing_and_may_be_repaired(yandex: Client, db: Database, world: World) -> None:
    assert (await yandex.post("/v3/issues", json={"queue": "TEST"}, headers=KEY)).status_code == 422
    assert await count(db, world.org_id, "key") == 0
    assert (await yandex.post("/v3/issues", json=NEW, headers=KEY)).status_code == 201


async def test_a_search_has_no_use_for_a_key(yandex: Client, codearts: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    for queue, found in (("TEST", 1), ("DEMO", 0)):
        answer = await yandex.post("/v3/issues/_count", json={"filter": {"queue": queue}}, headers=KEY)
        assert answer.json() == found
    path = f"/v4/projects/{project_of(world)}/issues"
    assert (await codearts.post(path, json={"limit": 10, "offset": 0}, headers=KEY)).status_code == 200
    assert await count(db, world.org_id, "key") == 0


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "\xad"])
async def test_what_is_no_key_is_refused(
    yandex: Client, codearts: Client, db: Database, world: World, key: str
) -> None:
    header = {"Idempotency-Key": key.encode("latin-1")}
    answer = await yandex.post("/v3/issues", json=NEW, headers=header)  # type: ignore[arg-type]
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["Idempotency-Key"])
    path = f"/v4/projects/{project_of(world)}/issue"
    assert_error(await codearts.post(path, json={}, headers=header), 400, "PM.02152001")  # type: ignore[arg-type]
    assert await count(db, world.org_id, "issue") == 0


def test_the_longest_key_is_one() -> None:
    idempotency.check("x" * 255)


# --- for how long --------------------------------------------------------------------------------------------------


async def test_after_a_day_the_key_is_free(yandex: Client, db: Database, world: World) -> None:
    await yandex.post("/v3/issues", json=NEW, headers=KEY)
    await grow_old(db, world.org_id)
    for _ in range(2):
        answer = await yandex.post("/v3/issues", json={**NEW, "summary": "Another"}, headers=KEY)
        assert (answer.status_code, answer.json()["key"]) == (201, "TEST-2")


async def test_what_is_a_day_old_is_purged_in_small_steps(yandex: Client, db: Database, world: World) -> None:
    for key in "abc":
        await yandex.post("/v3/issues", json=NEW, headers={"Idempotency-Key": key})
    now = datetime.now(UTC)
    async with db.transaction(world.org_id) as tx:
        assert await store.purge(tx, now + timedelta(hours=23, minutes=59)) == 0
        steps = [await store.purge(tx, now + timedelta(hours=24, minutes=1), most=2) for _ in range(3)]
    assert steps == [2, 1, 0]


async def test_new_keys_take_old_ones_away(yandex: Client, db: Database, world: World) -> None:
    for key in "abc":
        await yandex.post("/v3/issues", json=NEW, headers={"Idempotency-Key": key})
    await grow_old(db, world.org_id)
    await yandex.post("/v3/issues", json=NEW, headers=KEY)
    assert await count(db, world.org_id, "key") == 1


# --- with a signature ----------------------------------------------------------------------------------------------


async def test_a_signature_is_used_up_and_another_gets_the_answer(app: Front, db: Database, world: World) -> None:
    signer: Signer = await make_key(db, world.rosa)
    anybody = make_codearts(app)
    path, body = f"/v4/projects/{project_of(world)}/issue", b'{"name": "Once", "tracker_id": 2, "priority_id": 2}'
    headers = signer.headers("POST", path, body, more=KEY)
    first = await anybody.post(path, content=body, headers=headers)
    assert first.status_code == 200, first.text
    assert (await anybody.post(path, content=body, headers=headers)).status_code == 401
    again = await anybody.post(path, content=body, headers=signer.headers("POST", path, body, more={**KEY, "x-n": "2"}))
    assert (again.status_code, again.content) == (200, first.content)


async def test_a_signature_is_used_up_by_a_refused_request_too(app: Front, db: Database, world: World) -> None:
    signer: Signer = await make_key(db, world.rosa)
    anybody = make_codearts(app)
    path, body = f"/v4/projects/{project_of(world)}/issue", b'{"name": "Once"}'
    headers = signer.headers("POST", path, body, more=KEY)
    statuses = [(await anybody.post(path, content=body, headers=headers)).status_code for _ in range(2)]
    assert statuses == [400, 401]
