"""Transitions (wire 8.3)."""

from __future__ import annotations

import pytest

from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import World, make_issues

pytestmark = pytest.mark.anyio
TRANSITIONS = "/v3/issues/TEST-1/transitions"
FROM_OPEN = {"start_progress", "need_info", "resolve", "close", "reject"}


@pytest.fixture(autouse=True)
async def issue(db: Database, world: World) -> None:
    await make_issues(db, world, 1)


async def test_the_list_holds_what_leads_on_from_the_status(api: Client) -> None:
    listed = (await api.get(f"{TRANSITIONS}/")).json()
    assert {transition["id"] for transition in listed} == FROM_OPEN
    close = next(transition for transition in listed if transition["id"] == "close")
    assert close["self"] == f"http://shoal.test{TRANSITIONS}/close"
    assert (close["display"], close["to"]["key"]) == ("Close", "closed")
    assert (await api.get(f"{TRANSITIONS}/close")).json() == close


async def test_executing_answers_with_what_is_available_afterwards(api: Client) -> None:
    answer = await api.post(f"{TRANSITIONS}/close/_execute", json={"resolution": "fixed", "comment": "Done"})
    assert answer.status_code == 200
    assert [transition["id"] for transition in answer.json()] == ["reopen"]
    issue = (await api.get("/v3/issues/TEST-1")).json()
    assert (issue["status"]["key"], issue["resolution"]["key"], issue["previousStatus"]["key"]) == (
        "closed",
        "fixed",
        "open",
    )
    assert issue.keys() >= {"resolvedAt", "resolvedBy"}
    entry = (await api.get("/v3/issues/TEST-1/changelog")).json()[-1]
    assert entry["type"] == "IssueWorkflow"
    assert {change["field"]["id"] for change in entry["fields"]} >= {"status", "resolution"}
    assert entry["comments"]["added"][0]["display"] == "Done"


async def test_reopening_takes_the_resolution_away(api: Client) -> None:
    await api.post(f"{TRANSITIONS}/close/_execute", json={"resolution": "fixed"})
    await api.post(f"{TRANSITIONS}/reopen/_execute", content=b"")
    issue = (await api.get("/v3/issues/TEST-1")).json()
    assert issue["status"]["key"] == "open"
    assert not issue.keys() & {"resolution", "resolvedAt", "resolvedBy"}


async def test_a_missing_required_field_is_said_and_nothing_changes(api: Client) -> None:
    before = (await api.get("/v3/issues/TEST-1")).json()
    answer = await api.post(f"{TRANSITIONS}/close/_execute", json={"comment": "Done", "tags": ["x"]})
    assert answer.status_code == 422
    assert any("Resolution" in message for message in answer.json()["errorMessages"])
    assert (await api.get("/v3/issues/TEST-1")).json() == before


async def test_what_is_not_available_is_404(api: Client) -> None:
    for transition in ("reopen", "nonsense", "stop_progress", "%D1%8F", "a%20b"):
        assert (await api.get(f"{TRANSITIONS}/{transition}")).status_code == 404
        assert (await api.post(f"{TRANSITIONS}/{transition}/_execute", json={})).status_code == 404


async def test_wrong_values_are_refused_by_field(api: Client) -> None:
    wrong = [({"resolution": "no-such"}, "resolution"), ({"status": "closed"}, "status"), ({"x": 1}, "x")]
    for values, field in wrong:
        answer = await api.post(f"{TRANSITIONS}/close/_execute", json=values)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


async def test_a_stale_version_is_refused(api: Client) -> None:
    await api.patch("/v3/issues/TEST-1", json={"summary": "x"})
    answer = await api.post(f"{TRANSITIONS}/start_progress/_execute", json={}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert (await api.post(f"{TRANSITIONS}/start_progress/_execute?version=1", json={})).status_code == 409
