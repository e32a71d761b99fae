"""POST /v2/workitem/issues, by its document of 2025-09-10."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from shoal.actions import queues
from shoal.domain.errors import Conflict
from shoal.store.db import Database
from tests.wire.codearts.conftest import assert_error
from tests.wire.codearts.items import project_of, records
from tests.wire.codearts.models import check
from tests.world import World, grant, make_issues

Client = httpx2.AsyncClient
PATH = "/v2/workitem/issues"

EXAMPLE = {"assigned_to_id": "4091", "issue_ids": "9191020", "project_id": "5192de5eb435430c8cd41c6ae6028848"}
EXAMPLE_ANSWER: dict[str, Any] = {
    "result": {
        "project": {
            "id": 35138974,
            "identifier": "5192de5eb435430c8cd41c6ae6028848",
            "total": 0,
            "close": 0,
            "role": 0,
            "type": "scrum",
            "archive": True,
            "mem_count": 0,
        },
        "journal_ids": [],
        "error_issues": [9191020],
        "versions_issues": [],
        "success_issues": [],
    },
    "status": "success",
}


async def edit(api: Client, world: World, items: Any, *, to: Any = None, queue: str = "TEST") -> Any:
    owner = world.rosa.user_id if to is None else to
    body = {"assigned_to_id": str(owner), "issue_ids": items, "project_id": project_of(world, queue)}
    answer = await api.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    return check(answer.json(), "BatchUpdateScrumIssuesResponse")["result"]


CAME_FROM_ELSEWHERE = """
WITH people AS (
    INSERT INTO users (org_id, id, login) VALUES (%(org)s, 4091, 'handler')
), project AS (
    INSERT INTO queue (org_id, id, key, name, default_type_id, default_priority_id, archived, former_id)
    SELECT %(org)s, 35138974, 'OLD', 'Old', default_type_id, default_priority_id, true, %(former)s
      FROM queue WHERE org_id = %(org)s AND id = %(like)s
)
INSERT INTO queue_right (org_id, queue_id, user_id, rights)
SELECT %(org)s, 35138974, unnest(ARRAY[4091, %(rosa)s]), ARRAY['read', 'write']"""


async def test_the_documents_own_example_word_for_word(api: Client, db: Database, world: World) -> None:
    params = {"former": EXAMPLE["project_id"], "like": world.test, "rosa": world.rosa.user_id}
    async with db.transaction(world.org_id) as tx:
        await tx.run(CAME_FROM_ELSEWHERE, params)
    answer = await api.post(PATH, json=EXAMPLE)
    assert answer.json() == EXAMPLE_ANSWER
    assert list(answer.json()["result"]) == list(EXAMPLE_ANSWER["result"])


async def test_a_project_is_known_by_the_id_it_had_elsewhere(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    await queues.know_as(db, world.rosa, "TEST", "0123456789abcdef0123456789ABCDEF")
    body = {"assigned_to_id": str(world.rosa.user_id), "issue_ids": str(item)}
    answer = await api.post(PATH, json={**body, "project_id": "0123456789abcdef0123456789ABCDEF"})
    assert answer.json()["result"]["success_issues"] == [str(item)]
    unknown = await api.post(PATH, json={**body, "project_id": "0123456789abcdef0123456789ABCDE0"})
    assert_error(unknown, 400, "PM.02152005")
    with pytest.raises(Conflict):
        await queues.know_as(db, world.rosa, "DEMO", "0123456789abcdef0123456789ABCDEF")


async def test_items_get_their_owner_and_a_journal_each(api: Client, db: Database, world: World) -> None:
    first, second = await make_issues(db, world, 2)
    result = await edit(api, world, f"{second},{first}")
    assert result["success_issues"] == [str(second), str(first)]
    assert (result["error_issues"], result["versions_issues"]) == ([], [])
    assert (result["project"]["total"], result["project"]["role"], result["project"]["mem_count"]) == (2, 2, 1)
    for item, journal in zip((second, first), result["journal_ids"], strict=True):
        newest = (await records(api, project_of(world), item))["records"][0]
        assert str(newest["id"]) == journal
        assert newest["user"]["user_num_id"] == world.rosa.user_id
        assert [(one["name"], one["old_value"], one["new_value"]) for one in newest["details"]] == [
            ("assigned_to", "", "rosa")
        ]


async def test_some_succeed_beside_others_that_cannot_be_edited(api: Client, db: Database, world: World) -> None:
    mine, also = await make_issues(db, world, 2)
    (elsewhere,) = await make_issues(db, world, 1, queue="DEMO")
    (foreign,) = await make_issues(db, world, 1, queue="FOREIGN")
    (gone,) = await make_issues(db, world, 1)
    await api.delete(f"/v4/projects/{project_of(world)}/issues/{gone}")
    asked = [4040404, also, elsewhere, foreign, gone, mine]
    result = await edit(api, world, ",".join(map(str, asked)))
    assert result["success_issues"] == [str(also), str(mine)]
    assert result["error_issues"] == [4040404, elsewhere, foreign, gone]
    assert result["project"]["total"] == 2
    async with db.transaction(world.org_id) as tx:
        touched = "SELECT count(*) FROM issue WHERE org_id = %(org)s AND id = ANY(%(ids)s) AND version > 1"
        assert await tx.value(touched, {"ids": [elsewhere, foreign]}) == 0


async def test_an_item_that_has_the_owner_succeeds_without_a_journal(api: Client, db: Database, world: World) -> None:
    (already,) = await make_issues(db, world, 1, assignee=world.rosa)
    result = await edit(api, world, str(already))
    assert (result["success_issues"], result["journal_ids"]) == ([str(already)], [])


@pytest.mark.parametrize(
    "write",
    [
        lambda a, b: f"{a},{b}",
        lambda a, b: f" {a} , ,{b}, {a},",
        lambda a, b: [a, b],
        lambda a, b: [str(a), b, str(a)],
        lambda a, b: f"{a:010d},{b}",
    ],
)
async def test_ids_come_as_text_or_as_an_array(
    api: Client, db: Database, world: World, write: Callable[[int, int], Any]
) -> None:
    first, second = await make_issues(db, world, 2)
    assert (await edit(api, world, write(first, second)))["success_issues"] == [str(first), str(second)]


async def test_numbers_do_where_the_document_has_strings(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    body = {"assigned_to_id": world.rosa.user_id, "issue_ids": item, "project_id": project_of(world)}
    assert (await api.post(PATH, json=body)).json()["result"]["success_issues"] == [str(item)]


async def test_the_iterations_of_the_edited_items_are_told_once(api: Client, db: Database, world: World) -> None:
    items = await make_issues(db, world, 3)
    async with db.transaction(world.org_id) as tx:
        sprints = "UPDATE issue SET sprints = '{7,311}' WHERE org_id = %(org)s AND id = ANY(%(ids)s)"
        await tx.run(sprints, {"ids": items[:2]})
    assert (await edit(api, world, items))["versions_issues"] == ["311"]


async def test_a_viewer_can_edit_nothing(
    api_of: Callable[[str], Awaitable[Client]], db: Database, world: World
) -> None:
    items = await make_issues(db, world, 2)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    result = await edit(await api_of("ivan"), world, items)
    assert (result["error_issues"], result["success_issues"]) == (items, [])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"assigned_to_id": None}, "PM.02100001"),
        ({"assigned_to_id": ""}, "PM.02100001"),
        ({"assigned_to_id": "rosa"}, "PM.02152001"),
        ({"assigned_to_id": "99999999"}, "PM.02150010"),
        ({"assigned_to_id": "9" * 18}, "PM.02150010"),
        ({"assigned_to_id": True}, "PM.02152001"),
        ({"issue_ids": None}, "PM.02100001"),
        ({"issue_ids": " , "}, "PM.02100001"),
        ({"issue_ids": []}, "PM.02100001"),
        ({"issue_ids": "12345678901"}, "PM.02152001"),
        ({"issue_ids": "1,-2"}, "PM.02152001"),
        ({"issue_ids": "1,two"}, "PM.02152001"),
        ({"issue_ids": "1;2"}, "PM.02152001"),
        ({"issue_ids": "١"}, "PM.02152001"),
        ({"issue_ids": {"a": 1}}, "PM.02152001"),
        ({"issue_ids": ",".join(map(str, range(1, 10_002)))}, "PM.02152001"),
        ({"project_id": None}, "PM.02100001"),
        ({"project_id": "short"}, "PM.02152001"),
        ({"project_id": "-" * 32}, "PM.02152001"),
        ({"project_id": EXAMPLE["project_id"]}, "PM.02152005"),
    ],
)
async def test_a_wrong_request_changes_nothing(
    api: Client, db: Database, world: World, changed: dict[str, Any], code: str
) -> None:
    (item,) = await make_issues(db, world, 1)
    body = {"assigned_to_id": str(world.rosa.user_id), "issue_ids": str(item), "project_id": project_of(world)}
    assert_error(await api.post(PATH, json={**body, **changed}), 400, code)
    async with db.transaction(world.org_id) as tx:
        assert await tx.value("SELECT version FROM issue WHERE org_id = %(org)s AND id = %(i)s", {"i": item}) == 1


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"[]", b"null", b'"x"', b"{", b"\xff", b'{"a": "\\ud800"}', b"[" * 99_999]
)
async def test_what_is_no_object_cannot_be_read(api: Client, body: bytes) -> None:
    assert_error(await api.post(PATH, content=body), 400, "PARSE_REQUEST_DATA_EXCEPTION")


async def test_only_a_member_can_be_an_owner(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1)
    body = {"assigned_to_id": str(world.ivan.user_id), "issue_ids": str(item), "project_id": project_of(world)}
    assert_error(await api.post(PATH, json=body), 400, "PM.02150010")
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    assert (await edit(api, world, str(item), to=world.ivan.user_id))["success_issues"] == [str(item)]


async def test_nobody_edits_in_a_project_that_is_not_theirs(
    api_of: Callable[[str], Awaitable[Client]], db: Database, world: World
) -> None:
    (item,) = await make_issues(db, world, 1)
    for login in ("ivan", "nina"):
        body = {"assigned_to_id": "1", "issue_ids": str(item), "project_id": project_of(world)}
        assert_error(await (await api_of(login)).post(PATH, json=body), 400, "PM.02152005")


async def test_five_thousand_items_are_edited_in_one_request(api: Client, db: Database, world: World) -> None:
    items = await make_issues(db, world, 5000)
    result = await edit(api, world, ",".join(map(str, items)))
    assert result["success_issues"] == [str(item) for item in items]
    assert len(set(result["journal_ids"])) == 5000
