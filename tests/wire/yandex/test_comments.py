"""Comments (wire 8.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import ALL_RIGHTS, World, grant, make_issues

pytestmark = pytest.mark.anyio
COMMENTS = "/v3/issues/TEST-1/comments"


@pytest.fixture(autouse=True)
async def issue(db: Database, world: World) -> None:
    await make_issues(db, world, 1)


async def say(api: Client, text: str, **more: Any) -> dict[str, Any]:
    answer = await api.post(f"{COMMENTS}/", json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_comment_has_everything_that_typed_clients_require(api: Client, world: World) -> None:
    said = await say(api, "Привет", summonees=["ivan"], markupType="md")
    assert isinstance(said["id"], int)
    assert isinstance(said["longId"], str)
    assert (said["text"], said["version"], said["type"], said["transport"]) == ("Привет", 1, "standard", "internal")
    assert said["createdBy"]["id"] == said["updatedBy"]["id"] == str(world.rosa.user_id)
    assert [user["display"] for user in said["summonees"]] == ["Иван Петров"]
    assert (await api.get(f"{COMMENTS}/{said['id']}")).json() == said
    assert said["self"].endswith(f"{COMMENTS}/{said['id']}")


async def test_a_comment_raises_the_version_and_is_history(api: Client) -> None:
    said = await say(api, "One")
    issue = (await api.get("/v3/issues/TEST-1")).json()
    assert (issue["version"], issue["lastCommentUpdatedAt"]) == (2, said["createdAt"])
    entry = (await api.get("/v3/issues/TEST-1/changelog")).json()[-1]
    assert (entry["type"], entry["fields"]) == ("IssueCommentAdded", [])
    assert entry["comments"]["added"][0]["id"] == str(said["id"])


async def test_a_comment_is_edited_and_removed_and_history_keeps_it(api: Client) -> None:
    said = await say(api, "One")
    edited = (await api.patch(f"{COMMENTS}/{said['id']}", json={"text": "Two"})).json()
    assert (edited["text"], edited["version"]) == ("Two", 2)
    same = (await api.patch(f"{COMMENTS}/{said['id']}", json={"text": "Two"})).json()
    assert same == edited
    gone = await api.delete(f"{COMMENTS}/{said['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await api.get(f"{COMMENTS}/{said['id']}")).status_code == 404
    types = [entry["type"] for entry in (await api.get("/v3/issues/TEST-1/changelog")).json()]
    assert types == ["IssueCreated", "IssueCommentAdded", "IssueCommentUpdated", "IssueCommentRemoved"]
    assert (await api.get("/v3/issues/TEST-1")).json()["version"] == 4


async def test_comments_are_walked_by_the_next_link(api: Client) -> None:
    for number in range(5):
        await say(api, f"No. {number}")
    seen, url = [], f"{COMMENTS}/?perPage=2"
    while url:
        answer = await api.get(url)
        seen += [comment["text"] for comment in answer.json()]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == [f"No. {number}" for number in range(5)]


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({}, "text"),
    ({"text": ""}, "text"),
    ({"text": None}, "text"),
    ({"text": ["a"]}, "text"),
    ({"text": "a" * 1_000_001}, "text"),
    ({"text": "a", "summonees": ["nobody"]}, "summonees"),
    ({"text": "a", "summonees": [None]}, "summonees"),
    ({"text": "a", "attachmentIds": ["1"]}, "attachmentIds"),
]


async def test_a_comment_that_does_not_fit_is_refused(api: Client) -> None:
    for body, field in MISFITS:
        answer = await api.post(COMMENTS, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), body
    assert (await api.get(COMMENTS)).json() == []


async def test_a_comment_that_is_not_there_is_404(api: Client) -> None:
    for comment_id in ("999", "x", "0", "-1", "9" * 30, "5b0a10050000000000000063"):
        assert (await api.get(f"{COMMENTS}/{comment_id}")).status_code == 404
        assert (await api.patch(f"{COMMENTS}/{comment_id}", json={"text": "x"})).status_code == 404
        assert (await api.delete(f"{COMMENTS}/{comment_id}")).status_code == 404


async def test_only_its_author_or_who_grants_rights_changes_a_comment(
    api: Client, api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write"])
    mine, ivan = await say(api, "Mine"), api_of("ivan")
    assert (await ivan.patch(f"{COMMENTS}/{mine['id']}", json={"text": "x"})).status_code == 403
    assert (await ivan.delete(f"{COMMENTS}/{mine['id']}")).status_code == 403
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ALL_RIGHTS)
    assert (await ivan.delete(f"{COMMENTS}/{mine['id']}")).status_code == 204


async def test_who_may_only_read_may_not_speak(api_of: Callable[[str], Client], db: Database, world: World) -> None:
    ivan = api_of("ivan")
    assert (await ivan.post(COMMENTS, json={"text": "x"})).status_code == 404
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    assert (await ivan.post(COMMENTS, json={"text": "x"})).status_code == 403
