"""Bulk changes on the wire (wire 5): what is refused at once, what becomes of the rest, and retries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from shoal.actions.running import note_failure
from shoal.dialects.yandex import ids
from shoal.domain.bulk import State
from shoal.engine.chunk import run_chunk
from shoal.store import running
from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import World, grant, make_issues

pytestmark = pytest.mark.anyio
UPDATE, TRANSITION, MOVE = (f"/v2/bulkchange/_{verb}" for verb in ("update", "transition", "move"))


async def run(db: Database, world: World, answer: Any) -> None:
    """What a worker does with the bulk change of this answer."""
    bulk_id = ids.read(ids.BULK_CHANGE, answer.json()["id"])
    assert bulk_id is not None
    while await run_chunk(db, world.org_id, bulk_id):
        pass


async def done(api: Client, db: Database, world: World, path: str, **body: Any) -> dict[str, Any]:
    """The bulk change after its end."""
    answer = await api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    await run(db, world, answer)
    ended: dict[str, Any] = (await api.get(f"/v2/bulkchange/{answer.json()['id']}")).json()
    assert ended["status"] in ("COMPLETE", "FAILED")
    assert (ended["executionChunkPercent"], ended["executionIssuePercent"]) == (100, 100)
    return ended


async def failures(api: Client, bulk: dict[str, Any], params: str = "") -> dict[str, Any]:
    """The failed issues by key."""
    listed = (await api.get(f"/v2/bulkchange/{bulk['id']}/issues{params}")).json()
    return {one["issue"]["key"]: one for one in listed}


async def get(api: Client, key: str) -> dict[str, Any]:
    issue: dict[str, Any] = (await api.get(f"/v2/issues/{key}")).json()
    return issue


async def bulk_count(db: Database, world: World) -> int:
    async with db.transaction(world.org_id) as tx:
        return int(await tx.value("SELECT count(*) FROM bulk_change WHERE org_id = %(org)s"))


# --- what comes back -----------------------------------------------------------------------------------------------


async def test_the_answer_has_exactly_the_documented_keys(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    for version in ("v2", "v3"):
        answer = await api.post(
            f"/{version}/bulkchange/_update", json={"issues": ["TEST-1"], "values": {"tags": [version]}}
        )
        body = answer.json()
        assert answer.status_code == 201
        assert body.keys() == {
            "id", "self", "createdBy", "createdAt", "status", "statusText", "executionChunkPercent",
            "executionIssuePercent",
        }  # fmt: skip
        assert (body["status"], body["executionChunkPercent"], body["executionIssuePercent"]) == ("CREATED", 0, 0)
        assert body["self"] == f"http://shoal.test/{version}/bulkchange/{body['id']}"
        assert (await api.get(f"/{version}/bulkchange/{body['id']}")).json()["totalIssues"] == 1


async def test_every_form_of_an_issue_in_a_list(api: Client, db: Database, world: World) -> None:
    own = await make_issues(db, world, 5)
    names = [ids.write(ids.ISSUE, issue_id) for issue_id in own]
    listed = [
        "TEST-1",
        names[1],
        {"key": "TEST-3"},
        {"id": names[3]},
        "test-5",
        "TEST-1",
        {"key": "TEST-1", "self": "x"},
    ]
    ended = await done(api, db, world, UPDATE, issues=listed, values={"tags": {"add": "q3"}})
    assert (ended["status"], ended["totalIssues"], ended["totalCompletedIssues"]) == ("COMPLETE", 5, 5)
    assert [(await get(api, f"TEST-{number}"))["tags"] for number in range(1, 6)] == [["q3"]] * 5


async def test_a_query_selects_what_it_matches_when_it_is_made(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 3, summary="Test case")
    await make_issues(db, world, 1, summary="Other")
    await make_issues(db, world, 1, summary="Test case", queue="FOREIGN", author=world.olga)
    answer = await api.post(UPDATE, json={"issues": "Summary: Test", "values": {"summary": "Renamed", "comment": "x"}})
    await make_issues(db, world, 1, summary="Test case")
    await run(db, world, answer)
    ended = (await api.get(f"/v2/bulkchange/{answer.json()['id']}")).json()
    assert (ended["status"], ended["totalIssues"], ended["totalCompletedIssues"]) == ("COMPLETE", 3, 3)
    assert (await api.post("/v2/issues/_count", json={"query": "Summary: Renamed"})).json() == 3


async def test_a_query_that_matches_nothing_ends_complete(api: Client, db: Database, world: World) -> None:
    ended = await done(api, db, world, UPDATE, issues="Summary: nothing", values={"priority": "minor"})
    assert (ended["status"], ended["totalIssues"], ended["totalCompletedIssues"]) == ("COMPLETE", 0, 0)
    assert await failures(api, ended) == {}


async def test_all_fields_and_a_comment_are_one_entry_of_history(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2, tags=("a",))
    values = {
        "priority": {"key": "blocker"},
        "tags": {"add": ["b"], "remove": ["a"]},
        "assignee": "ivan",
        "comment": "Now",
    }
    ended = await done(api, db, world, UPDATE, issues=["TEST-1", "TEST-2"], values=values)
    issue = await get(api, "TEST-1")
    assert (issue["priority"]["key"], issue["tags"], issue["version"]) == ("blocker", ["b"], 2)
    [_, entry] = (await api.get("/v2/issues/TEST-1/changelog")).json()
    assert (entry["transport"], entry["bulkChangeId"]) == ("bulk", ended["id"])
    assert {change["field"]["id"] for change in entry["fields"]} == {"priority", "tags", "assignee"}
    assert entry["comments"]["added"][0]["display"] == "Now"
    assert [comment["text"] for comment in (await api.get("/v2/issues/TEST-2/comments")).json()] == ["Now"]


async def test_the_good_ones_change_when_others_fail(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2)
    await make_issues(db, world, 1, queue="DEMO")
    ended = await done(api, db, world, UPDATE, issues=["TEST-1", "DEMO-1", "TEST-2"], values={"components": ["API"]})
    assert (ended["status"], ended["totalIssues"], ended["totalCompletedIssues"]) == ("FAILED", 3, 2)
    failed = await failures(api, ended)
    assert failed.keys() == {"DEMO-1"}
    assert failed["DEMO-1"]["error"]["errors"].keys() == {"components"}
    assert failed["DEMO-1"]["error"]["errorMessages"] == []
    assert failed["DEMO-1"]["issue"].keys() == {"self", "id", "key", "display"}
    whole = await failures(api, ended, "?all=True")
    assert {key: one["status"] for key, one in whole.items()} == {
        "TEST-1": "COMPLETE",
        "TEST-2": "COMPLETE",
        "DEMO-1": "FAILED",
    }
    assert "error" not in whole["TEST-1"]


async def test_outcomes_are_paged_only_when_asked(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 60)
    ended = await done(api, db, world, UPDATE, issues="Queue: TEST", values={"tags": ["x"]})
    assert len(await failures(api, ended, "?all=true")) == 60
    assert len(await failures(api, ended, "?all=true&perPage=7&page=9")) == 4


async def test_texts_are_in_the_callers_language(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    ended = await done(api, db, world, UPDATE, issues=["TEST-1"], values={"tags": ["x"]})
    russian = await api.get(f"/v2/bulkchange/{ended['id']}", headers={"Accept-Language": "ru"})
    assert "Готово" in russian.json()["statusText"]
    assert "done" in ended["statusText"]


# --- transitions and moves -----------------------------------------------------------------------------------------


async def test_a_transition_goes_where_it_is_available_with_its_values(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2)
    await make_issues(db, world, 1, status="closed", resolution="fixed")
    ended = await done(
        api, db, world, TRANSITION, transition={"id": "close"}, issues="Queue: TEST", values={"resolution": "wontFix"}
    )
    assert (ended["status"], ended["totalCompletedIssues"]) == ("FAILED", 2)
    assert (await failures(api, ended)).keys() == {"TEST-3"}
    assert [(await get(api, f"TEST-{n}"))["resolution"]["key"] for n in (1, 2, 3)] == ["wontFix", "wontFix", "fixed"]


async def test_a_transition_without_its_required_field_keeps_all_old_values(
    api: Client, db: Database, world: World
) -> None:
    await make_issues(db, world, 1)
    before = await get(api, "TEST-1")
    ended = await done(
        api, db, world, TRANSITION, transition="close", issues=["TEST-1"], values={"comment": "x", "tags": ["y"]}
    )
    assert (ended["status"], ended["totalCompletedIssues"]) == ("FAILED", 0)
    assert (await failures(api, ended))["TEST-1"]["error"]["errors"].keys() == {"resolution"}
    assert await get(api, "TEST-1") == before
    assert (await api.get("/v2/issues/TEST-1/comments")).json() == []


async def test_a_move_gives_new_keys_and_the_old_ones_still_open(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2, components=(world.components["Core"],))
    ended = await done(
        api, db, world, MOVE, queue={"key": "demo"}, issues=["TEST-1", "TEST-2"], values={"tags": ["moved"]},
        moveAllFields=False, initialStatus=False,
    )  # fmt: skip
    assert (ended["status"], ended["totalCompletedIssues"]) == ("COMPLETE", 2)
    moved = await get(api, "TEST-2")
    assert (moved["key"], moved["aliases"], moved["tags"]) == ("DEMO-2", ["TEST-2"], ["moved"])
    assert "components" not in moved
    again = await done(api, db, world, UPDATE, issues=["TEST-1"], values={"priority": "minor"})
    assert (again["status"], (await get(api, "DEMO-1"))["priority"]["key"]) == ("COMPLETE", "minor")


# --- refused at once -----------------------------------------------------------------------------------------------

ONE = {"issues": ["TEST-1"]}
NEW = {"values": {"priority": "minor"}}
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    (UPDATE, {}, 422, "issues"),
    (UPDATE, {**NEW}, 422, "issues"),
    (UPDATE, {**NEW, "issues": []}, 422, "issues"),
    (UPDATE, {**NEW, "issues": ""}, 422, "issues"),
    (UPDATE, {**NEW, "issues": "  "}, 422, "issues"),
    (UPDATE, {**NEW, "issues": None}, 422, "issues"),
    (UPDATE, {**NEW, "issues": 5}, 422, "issues"),
    (UPDATE, {**NEW, "issues": {"key": "TEST-1"}}, 422, "issues"),
    (UPDATE, {**NEW, "issues": [5]}, 422, "issues"),
    (UPDATE, {**NEW, "issues": [None]}, 422, "issues"),
    (UPDATE, {**NEW, "issues": [{"name": "x"}]}, 422, "issues"),
    (UPDATE, {**NEW, "issues": '"Sort by": Key'}, 422, "issues"),
    (UPDATE, {**ONE}, 422, "values"),
    (UPDATE, {**ONE, "values": {}}, 422, "values"),
    (UPDATE, {**ONE, "values": None}, 422, "values"),
    (UPDATE, {**ONE, "values": "priority"}, 422, "values"),
    (UPDATE, {**ONE, "values": []}, 422, "values"),
    (UPDATE, {**ONE, "values": {"markupType": "md"}}, 422, "values"),
    (UPDATE, {**ONE, "values": {"noSuchField": 1}}, 422, "noSuchField"),
    (UPDATE, {**ONE, "values": {"status": "closed"}}, 422, "status"),
    (UPDATE, {**ONE, "values": {"queue": "DEMO"}}, 422, "queue"),
    (UPDATE, {**ONE, "values": {"priority": "no-such"}}, 422, "priority"),
    (UPDATE, {**ONE, "values": {"priority": {"colour": "red"}}}, 422, "priority"),
    (UPDATE, {**ONE, "values": {"comment": ""}}, 422, "comment"),
    (UPDATE, {**ONE, **NEW, "notify": "yes"}, 422, "notify"),
    (TRANSITION, {**ONE}, 422, "transition"),
    (TRANSITION, {**ONE, "transition": ""}, 422, "transition"),
    (TRANSITION, {**ONE, "transition": 5}, 422, "transition"),
    (TRANSITION, {"transition": "close"}, 422, "issues"),
    (TRANSITION, {**ONE, "transition": "close", "values": []}, 422, "values"),
    (MOVE, {**ONE}, 422, "queue"),
    (MOVE, {**ONE, "queue": "NOPE"}, 422, "queue"),
    (MOVE, {**ONE, "queue": "FOREIGN"}, 422, "queue"),
    (MOVE, {**ONE, "queue": ["DEMO"]}, 422, "queue"),
    (MOVE, {**ONE, "queue": "DEMO", "moveAllFields": 1}, 422, "moveAllFields"),
    (MOVE, {"queue": "DEMO"}, 422, "issues"),
]


async def test_what_is_wrong_as_a_whole_is_refused_and_nothing_is_stored(
    api: Client, db: Database, world: World
) -> None:
    await make_issues(db, world, 1)
    for path, body, status, field in REFUSED:
        answer = await api.post(path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), (body, answer.text)
    assert await bulk_count(db, world) == 0
    assert (await get(api, "TEST-1"))["version"] == 1


async def test_a_query_that_does_not_parse_is_a_bad_request(api: Client, db: Database, world: World) -> None:
    for query in ("Status: (", "NoSuchField: 1", "Created: >", "(" * 10_000):
        answer = await api.post(UPDATE, json={"issues": query, **NEW})
        assert (answer.status_code, bool(answer.json()["errorMessages"])) == (400, True), query[:20]
    assert await bulk_count(db, world) == 0


async def test_all_missing_keys_are_named_and_nothing_changes(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1)
    await make_issues(db, world, 1, queue="FOREIGN", author=world.olga)
    listed = ["TEST-1", "TEST-999", "FOREIGN-1", "nonsense", "rubbish", "5b0a10010000000000000063"]
    answer = await api.post(UPDATE, json={"issues": listed, **NEW})
    assert answer.status_code == 422
    for missing in listed[1:]:
        assert missing in answer.json()["errors"]["issues"]
    assert "TEST-1," not in answer.json()["errors"]["issues"]
    assert await bulk_count(db, world) == 0
    assert (await get(api, "TEST-1"))["version"] == 1


async def test_the_limit_is_ten_thousand_of_a_list_and_of_a_query(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 10_001)
    keys = [f"TEST-{number}" for number in range(1, 10_002)]
    for selection in (keys, "Queue: TEST"):
        answer = await api.post(UPDATE, json={"issues": selection, **NEW})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["issues"])
    assert await bulk_count(db, world) == 0
    answer = await api.post(UPDATE, json={"issues": [*keys[:-1], "TEST-1"], **NEW})
    assert answer.status_code == 201
    assert (await api.get(f"/v2/bulkchange/{answer.json()['id']}")).json()["totalIssues"] == 10_000


async def test_a_move_without_the_right_to_create_there_is_forbidden(
    api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    await make_issues(db, world, 1)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write"])
        await grant(tx, world.demo, world.ivan, ["read", "write"])
    answer = await api_of("ivan").post(MOVE, json={**ONE, "queue": "DEMO"})
    assert answer.status_code == 403
    assert await bulk_count(db, world) == 0


async def test_an_issue_that_one_may_only_read_fails_by_itself(
    api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    await make_issues(db, world, 1)
    await make_issues(db, world, 1, queue="DEMO")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
        await grant(tx, world.demo, world.ivan, ["read", "write"])
    ivan = api_of("ivan")
    ended = await done(ivan, db, world, UPDATE, issues=["TEST-1", "DEMO-1"], **NEW)
    assert (ended["status"], ended["totalCompletedIssues"]) == ("FAILED", 1)
    assert (await failures(ivan, ended))["TEST-1"]["error"]["errorMessages"]


# --- notify, retries -----------------------------------------------------------------------------------------------


async def test_notify_comes_from_the_query_or_the_body_and_is_off_by_itself(
    api: Client, db: Database, world: World
) -> None:
    await make_issues(db, world, 1)
    for params, body, stored in (("", {}, False), ("?notify=True", {}, True), ("", {"notify": True}, True)):
        await api.post(f"{UPDATE}{params}", json={**ONE, **NEW, **body}, headers={"X-Shoal-Dedup": "off"})
        async with db.transaction(world.org_id) as tx:
            latest = "SELECT notify FROM bulk_change WHERE org_id = %(org)s ORDER BY id DESC LIMIT 1"
            assert await tx.value(latest) is stored


async def test_the_same_request_again_starts_nothing(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2)
    first = await api.post(UPDATE, json={**ONE, **NEW})
    for path in (UPDATE, f"{UPDATE}/", "/v3/bulkchange/_update"):
        again = await api.post(path, json={**ONE, **NEW})
        assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert await bulk_count(db, world) == 1
    off = await api.post(UPDATE, json={**ONE, **NEW}, headers={"X-Shoal-Dedup": "off"})
    other = await api.post(UPDATE, json={"issues": ["TEST-2"], **NEW})
    assert len({answer.json()["id"] for answer in (first, off, other)}) == 3


async def test_an_idempotency_key_makes_one_operation(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2)
    key = {"Idempotency-Key": "release-7"}
    first = await api.post(UPDATE, json={**ONE, **NEW}, headers=key)
    await api.post(UPDATE, json={"issues": ["TEST-2"], **NEW})
    again = await api.post(UPDATE, json={**ONE, **NEW}, headers={**key, "X-Shoal-Dedup": "off"})
    assert again.json()["id"] == first.json()["id"]
    other = await api.post(UPDATE, json={"issues": ["TEST-2"], **NEW}, headers=key)
    assert other.status_code == 409
    assert await bulk_count(db, world) == 2
    assert (await api.post(UPDATE, json={**ONE, **NEW}, headers={"Idempotency-Key": "x" * 300})).status_code == 422


# --- looking at them, cancelling -----------------------------------------------------------------------------------


async def test_own_bulk_changes_are_listed_newest_first(
    api: Client, api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    await make_issues(db, world, 1)
    made = [(await api.post(UPDATE, json={**ONE, "values": {"tags": [tag]}})).json()["id"] for tag in ("a", "b", "c")]
    answer = await api.get("/v3/bulkchange/?perPage=2")
    assert [one["id"] for one in answer.json()] == made[:0:-1]
    assert answer.headers["X-Total-Count"] == "3"
    assert (await api_of("ivan").get("/v3/bulkchange/")).json() == []
    assert (await api_of("ivan").get(f"/v3/bulkchange/{made[0]}")).status_code == 404


async def test_a_cancelled_change_ends_failed_and_says_so(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 3)
    made = await api.post(UPDATE, json={"issues": "Queue: TEST", **NEW})
    assert (await api.post(f"/v2/bulkchange/{made.json()['id']}/_cancel")).status_code == 200
    await run(db, world, made)
    ended = (await api.get(f"/v2/bulkchange/{made.json()['id']}")).json()
    assert (ended["status"], ended["totalIssues"], ended["totalCompletedIssues"]) == ("FAILED", 3, 0)
    assert "ancelled" in ended["statusText"]
    assert (await failures(api, ended)).keys() == {"TEST-1", "TEST-2", "TEST-3"}
    assert (await get(api, "TEST-1"))["version"] == 1
    assert (await api.post(f"/v2/bulkchange/{made.json()['id']}/_cancel")).status_code == 409


async def test_a_paused_change_is_still_in_progress_and_one_that_failed_says_so(
    api: Client, db: Database, world: World
) -> None:
    await make_issues(db, world, 2)
    made = (await api.post(UPDATE, json={"issues": "Queue: TEST", **NEW})).json()
    bulk_id = ids.read(ids.BULK_CHANGE, made["id"])
    assert bulk_id is not None
    await note_failure(db, world.org_id, bulk_id, ZeroDivisionError("a bug of ours"))
    paused = (await api.get(f"/v2/bulkchange/{made['id']}")).json()
    assert (paused["status"], paused["executionIssuePercent"]) == ("PROCESSING", 0)
    assert "a bug of ours" not in str(paused)
    async with db.transaction(world.org_id) as tx:
        await running.move(tx, bulk_id, State.FAILED, error="the reason")
    failed = (await api.get(f"/v2/bulkchange/{made['id']}")).json()
    assert (failed["status"], failed["totalCompletedIssues"]) == ("FAILED", 0)
    assert (await failures(api, failed)).keys() == {"TEST-1", "TEST-2"}


async def test_what_is_no_bulk_change_is_404(api: Client) -> None:
    for name in ("1", "x", "5b0a10020000000000000063", "5b0a10010000000000000001", "%D1%8F"):
        assert (await api.get(f"/v2/bulkchange/{name}")).status_code == 404
        assert (await api.get(f"/v2/bulkchange/{name}/issues")).status_code == 404
        cancelled = await api.post(f"/v2/bulkchange/{name}/_cancel")
        assert cancelled.status_code == 404
        assert cancelled.json()["errorMessages"] == [f"There is no bulk change {unquote(name)}."]
