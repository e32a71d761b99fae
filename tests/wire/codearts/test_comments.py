"""Comments on work items."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from shoal.store.db import Database
from tests.wire.codearts.conftest import assert_error
from tests.wire.codearts.items import make_item, project_of, records
from tests.wire.codearts.models import check
from tests.world import World, grant, make_issues

Client = httpx2.AsyncClient
ADD, OWN = "/v2/issues/update-issue-notes", "/v2/workitem/issue-note"
TEXT = "Красный буй: 100 % & <b>готово</b> 🛟"


async def comments(api: Client, world: World, item: int, **params: Any) -> Any:
    answer = await api.get(f"/v4/projects/{project_of(world)}/issues/{item}/comments", params=params)
    assert answer.status_code == 200, answer.text
    return check(answer.json(), "ListIssueCommentsV4Response")


async def say(api: Client, world: World, item: int, text: str = TEXT) -> int:
    body = {"id": str(item), "notes": quote(text), "innerText": text, "projectUUId": project_of(world), "type": "scrum"}
    answer = await api.post(ADD, json=body)
    assert answer.status_code == 200, answer.text
    return int((await comments(api, world, item))["comments"][0]["id"])


async def test_a_comment_is_answered_with_its_item(api: Client, world: World) -> None:
    item = await make_item(api, project_of(world), description="Red", assigned_id=world.rosa.user_id)
    body = {"id": str(item["id"]), "notes": quote(TEXT), "innerText": TEXT, "projectUUId": project_of(world)}
    answer = check((await api.post(ADD, json=body)).json(), "UpdateScrumIssueNotesResponse")
    issue = answer["result"]["issue"]
    assert (issue["id"], issue["inner_text"], issue["description"]) == (item["id"], TEXT, "Red")
    assert issue["assigned_to"]["user_num_id"] == world.rosa.user_id
    (said,) = (await comments(api, world, item["id"]))["comments"]
    assert (said["comment"], said["user"]["user_name"]) == (TEXT, "rosa")
    assert said["timestamp"].isdigit()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"notes": quote(TEXT)}, TEXT),
        ({"notes": "plain text"}, "plain text"),
        ({"notes": "100% done, 50%ff"}, "100% done, 50%ff"),
        ({"notes": "ignored", "innerText": "50%20"}, "50%20"),
        ({"notes": "a+b%20c", "innerText": " "}, "a+b c"),
    ],
)
async def test_the_text_is_read_in_every_form(
    api: Client, db: Database, world: World, given: dict[str, str], text: str
) -> None:
    (item,) = await make_issues(db, world, 1)
    answer = await api.post(ADD, json={"id": item, "project_uuid": project_of(world), **given})
    assert answer.json()["result"]["issue"]["inner_text"] == text
    assert [one["comment"] for one in (await comments(api, world, item))["comments"]] == [text]


async def test_the_newest_come_first_page_by_page(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    for text in ("one", "two", "three"):
        await say(api, world, item, text)
    page = await comments(api, world, item, limit=2, offset=1)
    assert ([one["comment"] for one in page["comments"]], page["total"]) == (["two", "one"], 3)


async def test_ones_own_comment_is_edited_and_deleted(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    note = await say(api, world, item)
    body = {"id": item, "noteId": note, "notes": "better", "innerText": "better", "projectUUId": project_of(world)}
    answer = check((await api.post(OWN, json=body)).json(), "UpdateScrumMyIssueNotesResponse")
    assert answer == {"result": {"status": "success"}, "status": "success"}
    assert (await comments(api, world, item))["comments"][0]["comment"] == "better"
    gone = await api.request("DELETE", OWN, json={"id": note, "projectId": project_of(world), "type": "scrum"})
    assert check(gone.json(), "DeleteScrumMyIssueNotesResponse")["status"] == "success"
    assert await comments(api, world, item) == {"comments": [], "total": 0}
    operations = [one["details"][0]["operation"] for one in (await records(api, project_of(world), item))["records"]]
    assert operations[:3] == ["delete", "update", "create"]


async def test_somebody_elses_comment_stays_as_it_is(
    api: Client, api_of: Callable[[str], Awaitable[Client]], db: Database, world: World
) -> None:
    (item,) = await make_issues(db, world, 1)
    note = await say(api, world, item)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read", "write"])
    ivan = await api_of("ivan")
    edit = {"id": item, "noteId": note, "innerText": "mine", "projectUUId": project_of(world)}
    assert_error(await ivan.post(OWN, json=edit), 403, "PM.02150302")
    gone = await ivan.request("DELETE", OWN, json={"id": note, "projectId": project_of(world)})
    assert_error(gone, 403, "PM.02150302")
    assert (await comments(api, world, item))["comments"][0]["comment"] == TEXT


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": None}, "PM.02100001"),
        ({"id": ""}, "PM.02100001"),
        ({"id": "x"}, "PM.02152001"),
        ({"id": 424242}, "PM.02152001"),
        ({"innerText": "", "notes": ""}, "PM.02100001"),
        ({"innerText": None, "notes": "%20"}, "PM.02100001"),
        ({"innerText": None, "notes": "a%00b"}, "PM.02152001"),
        ({"innerText": "\0"}, "PM.02152001"),
        ({"innerText": 5}, "PM.02152001"),
        ({"projectUUId": None}, "PM.02100001"),
        ({"projectUUId": "5192de5eb435430c8cd41c6ae6028848"}, "PM.02152005"),
    ],
)
async def test_a_wrong_comment_is_refused(
    api: Client, db: Database, world: World, changed: dict[str, Any], code: str
) -> None:
    (item,) = await make_issues(db, world, 1)
    body = {"id": str(item), "notes": "x", "innerText": "x", "projectUUId": project_of(world), **changed}
    assert_error(await api.post(ADD, json=body), 400, code)
    assert (await comments(api, world, item))["total"] == 0


async def test_a_comment_that_is_not_there_is_an_error(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    (elsewhere,) = await make_issues(db, world, 1, queue="DEMO")
    note = await say(api, world, item)
    for project, number in (
        (project_of(world), 424242),
        (project_of(world, "DEMO"), note),
        (project_of(world), 10**18),
    ):
        gone = await api.request("DELETE", OWN, json={"id": number, "projectId": project})
        assert_error(gone, 400, "PM.02152001")
    edit = {"id": elsewhere, "noteId": note, "innerText": "x", "projectUUId": project_of(world, "DEMO")}
    assert_error(await api.post(OWN, json=edit), 400, "PM.02152001")
    assert (await comments(api, world, item))["total"] == 1
