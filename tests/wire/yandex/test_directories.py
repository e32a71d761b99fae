"""Queues and directories (wire 2, 4, 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shoal.actions import queues, sprints
from shoal.actions import users as actions_users
from shoal.domain.actor import Right
from shoal.domain.queue import NewQueue
from shoal.domain.sprint import NewSprint
from shoal.domain.user import NewUser
from shoal.store.db import Database
from tests.wire.yandex.conftest import ORIGIN, Client, read
from tests.world import World, make_issues

ClientOf = Callable[[str], Client]


# --- people --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_myself_is_the_owner_of_the_token(api: Client, world: World, version: str) -> None:
    me = await read(api, f"/{version}/myself")
    assert (me["login"], me["uid"], me["display"]) == ("rosa", world.rosa.user_id, "Rosa Prado")
    assert me["self"] == f"{ORIGIN}/{version}/users/{world.rosa.user_id}"
    assert (me["external"], me["dismissed"], me["hasLicense"]) == (False, False, True)


async def test_users_are_found_by_login_and_by_number(api: Client, world: World) -> None:
    for ref in ("ivan", "IVAN", str(world.ivan.user_id)):
        assert (await read(api, f"/v2/users/{ref}"))["login"] == "ivan"
    for ref in ("nina", "nobody", str(world.nina.user_id), "9" * 40, "0"):
        assert (await api.get(f"/v2/users/{ref}")).status_code == 404


async def test_users_come_in_pages_with_the_headers_that_clients_walk_by(api: Client) -> None:
    answer = await api.get("/v2/users/?perPage=2&expand=groups")
    assert [user["login"] for user in answer.json()] == ["rosa", "ivan"]
    assert (answer.headers["X-Total-Count"], answer.headers["X-Total-Pages"]) == ("3", "2")
    links = answer.links
    assert links["next"]["url"] == f"{ORIGIN}/v2/users?expand=groups&perPage=2&page=2"
    assert links["seek"]["url"] == f"{ORIGIN}/v2/users?expand=groups&perPage=2{{&page}}"
    last = await api.get(links["next"]["url"])
    assert [user["login"] for user in last.json()] == ["olga"]
    assert "next" not in last.links


async def test_a_page_past_the_end_is_empty(api: Client) -> None:
    for page in ("3", "999999999", "9" * 30):
        assert await read(api, f"/v2/users?perPage=2&page={page}") == []


@pytest.mark.parametrize("query", ["page=0", "page=-1", "perPage=x", "perPage=0", "page=1.5", "page=%00", "page=²"])
async def test_a_wrong_page_is_refused(api: Client, query: str) -> None:
    answer = await api.get(f"/v2/users?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"]


async def test_a_made_user_is_found(api: Client, db: Database, world: World) -> None:
    await actions_users.create(db, world.org_id, NewUser("zoe", "Zoe", "Marsh", password="a long password"))
    assert (await read(api, "/v2/users/zoe"))["display"] == "Zoe Marsh"


# --- dictionaries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("priorities", ["trivial", "minor", "normal", "critical", "blocker"]),
        ("issuetypes", ["bug", "task", "newFeature", "improvement", "epic", "story", "milestone"]),
        ("statuses", ["open", "inProgress", "needInfo", "testing", "resolved", "closed", "rejected"]),
        ("resolutions", ["fixed", "wontFix", "duplicate", "later", "invalid", "cantReproduce"]),
    ],
)
async def test_a_dictionary_is_served_whole_and_by_key_id_and_self(api: Client, path: str, keys: list[str]) -> None:
    entries = await read(api, f"/v2/{path}/")
    assert [entry["key"] for entry in entries] == keys
    for entry in entries[:2]:
        assert isinstance(entry["id"], int)
        assert await read(api, f"/v2/{path}/{entry['key']}") == entry
        assert await read(api, f"/v2/{path}/{entry['id']}") == entry
        assert await read(api, entry["self"]) == entry
    assert (await api.get(f"/v2/{path}/no-such")).status_code == 404


async def test_names_come_in_the_language_asked_for(api: Client) -> None:
    assert (await read(api, "/v2/statuses/open"))["name"] == "Open"
    assert (await read(api, "/v2/statuses/open?language=ru"))["name"] == "Открыт"
    assert (await read(api, "/v2/statuses/open", headers={"Accept-Language": "fr, zh-CN;q=0.8"}))["name"] == "新建"
    names = (await read(api, "/v2/statuses/open?localized=False"))["name"]
    assert (names["en"], names["ru"]) == ("Open", "Открыт")


async def test_statuses_have_the_types_that_clients_know(api: Client) -> None:
    types = {entry["key"]: entry["type"] for entry in await read(api, "/v3/statuses")}
    assert types["inProgress"] == "inProgress"
    assert set(types.values()) <= {"new", "inProgress", "paused", "done", "cancelled"}


# --- queues --------------------------------------------------------------------------------------------------------


async def test_only_readable_queues_are_listed(api: Client, api_of: ClientOf) -> None:
    assert [queue["key"] for queue in await read(api, "/v2/queues/")] == ["TEST", "DEMO"]
    assert await read(api_of("ivan"), "/v2/queues/") == []
    for path in ("/v2/queues/FOREIGN", "/v2/queues/FOREIGN/components", "/v2/queues/NONE"):
        assert (await api.get(path)).status_code == 404


async def test_a_queue_is_found_by_key_and_id(api: Client, world: World) -> None:
    queue = await read(api, "/v3/queues/TEST")
    assert queue == await read(api, f"/v3/queues/{world.test}") == await read(api, "/v3/queues/test")
    assert (queue["id"], queue["version"], queue["name"]) == (world.test, 1, "Testing")
    assert queue["lead"]["id"] == str(world.rosa.user_id)
    assert (queue["defaultType"]["key"], queue["defaultPriority"]["key"]) == ("task", "normal")
    assert "components" not in queue


async def test_an_expanded_queue_has_its_sections(api: Client, world: World) -> None:
    queue = await read(api, "/v2/queues/TEST?expand=all,nonsense")
    assert [part["display"] for part in queue["components"]] == ["Core", "API", "Docs"]
    assert [part["display"] for part in queue["versions"]] == ["1.0", "1.1", "2.0"]
    assert [user["id"] for user in queue["teamUsers"]] == [str(world.rosa.user_id)]
    assert len(queue["issueTypes"]) == len(queue["issueTypesConfig"]) == 7
    config = queue["issueTypesConfig"][0]
    assert (config["issueType"]["key"], len(config["resolutions"])) == ("bug", 6)
    assert (await read(api, config["workflow"]["self"]))["key"] == "default"


async def test_workflows_are_a_list_in_v2_and_a_map_in_v3(api: Client) -> None:
    listed = (await read(api, "/v2/queues/TEST?expand=workflows"))["workflows"]
    mapped = (await read(api, "/v3/queues/TEST?expand=workflows"))["workflows"]
    assert [workflow["display"] for workflow in listed] == ["Default workflow"]
    assert [one["key"] for one in mapped["default"]][:2] == ["bug", "task"]


async def test_every_sub_resource_of_a_queue_is_an_array(api: Client) -> None:
    parts = (
        "components versions issuetypes projects fields localFields tags triggers macros workflows"
        " issueTemplates commentTemplates"
    )
    for part in parts.split():
        assert isinstance(await read(api, f"/v2/queues/TEST/{part}/"), list), part
        assert (await api.get(f"/v2/queues/FOREIGN/{part}")).status_code == 404, part


async def test_tags_in_use_are_listed(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 2, tags=("q3", "art"))
    assert await read(api, "/v2/queues/TEST/tags") == ["art", "q3"]


async def test_rights_can_be_looked_at_and_tried(api: Client, api_of: ClientOf, db: Database, world: World) -> None:
    held = await read(api, "/v2/queues/TEST/permissions")
    assert [user["id"] for user in held["grant"]["users"]] == [str(world.rosa.user_id)]
    assert (await api.get("/v2/queues/TEST/checkPermissions/write")).status_code == 200
    ivan = api_of("ivan")
    assert (await ivan.get("/v2/queues/TEST/checkPermissions/read")).status_code == 404
    await queues.grant(db, world.rosa, "TEST", "ivan", [Right.READ])
    assert (await ivan.get("/v2/queues/TEST/checkPermissions/read")).status_code == 200
    assert (await ivan.get("/v2/queues/TEST/checkPermissions/write")).status_code == 403
    assert (await ivan.get("/v2/queues/TEST/checkPermissions/fly")).status_code == 404


NEW_QUEUE = {
    "key": "NEW",
    "name": "Fresh",
    "lead": "ivan",
    "defaultType": "task",
    "defaultPriority": "critical",
    "issueTypesConfig": [
        {"issueType": "task", "workflow": "default", "resolutions": ["wontFix"]},
        {"issueType": "bug"},
    ],
}


async def test_a_queue_is_made_with_its_types(api: Client, world: World) -> None:
    made = await api.post("/v2/queues/", json=NEW_QUEUE)
    assert made.status_code == 201, made.text
    assert made.json()["lead"]["id"] == str(world.ivan.user_id)
    queue = await read(api, "/v2/queues/NEW?expand=types")
    configs = {config["issueType"]["key"]: config["resolutions"] for config in queue["issueTypesConfig"]}
    assert [one["key"] for one in configs["task"]] == ["wontFix"]
    assert len(configs["bug"]) == 6
    assert (await api.get("/v2/queues/NEW/checkPermissions/grant")).status_code == 200


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json; charset=utf-8"])
async def test_json_is_taken_whatever_it_is_called(api: Client, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    made = await api.post("/v2/queues", content=b'{"key": "NAMED", "name": "x"}', headers=headers)
    assert made.status_code == 201, made.text


async def test_a_queue_needs_only_key_and_name(api: Client, db: Database, world: World) -> None:
    made = await api.post("/v3/queues", json={"key": "BARE", "name": "Bare"})
    assert (made.status_code, made.json()["defaultType"]["key"]) == (201, "task")
    assert (await queues.create(db, world.rosa, NewQueue("PLAIN", "Plain"))).key == "PLAIN"


@pytest.mark.parametrize(
    ("change", "status", "part"),
    [
        ({"key": "TEST"}, 409, None),
        ({"key": "FOREIGN"}, 409, None),
        ({"key": "low"}, 422, "key"),
        ({"key": "A" * 16}, 422, "key"),
        ({"key": "К"}, 422, "key"),
        ({"key": None}, 422, "key"),
        ({"name": " "}, 422, "name"),
        ({"lead": "nobody"}, 422, "lead"),
        ({"lead": []}, 422, "lead"),
        ({"defaultType": "epic"}, 422, "defaultType"),
        ({"defaultPriority": "huge"}, 422, "defaultPriority"),
        (
            {"issueTypesConfig": [{"issueType": "task"}, {"issueType": 2}, {"issueType": "Task"}]},
            422,
            "issueTypesConfig",
        ),
        ({"issueTypesConfig": [{"issueType": "task", "workflow": "none"}]}, 422, "issueTypesConfig"),
        ({"issueTypesConfig": [{"workflow": "default"}]}, 422, "issueTypesConfig[0].issueType"),
    ],
)
async def test_a_wrong_queue_is_not_made(api: Client, change: dict[str, Any], status: int, part: str | None) -> None:
    answer = await api.post("/v2/queues", json=NEW_QUEUE | change)
    assert answer.status_code == status, answer.text
    assert list(answer.json()["errors"]) == ([part] if part else [])
    assert (await api.get("/v2/queues/NEW")).status_code == 404


async def test_only_an_administrator_makes_queues(api_of: ClientOf) -> None:
    assert (await api_of("ivan").post("/v2/queues", json=NEW_QUEUE)).status_code == 403


# --- components and versions ---------------------------------------------------------------------------------------


async def test_a_component_is_made_changed_and_taken_away(api: Client, world: World) -> None:
    made = await api.post("/v2/components/", json={"name": "Pump", "queue": "TEST", "lead": "ivan", "assignAuto": True})
    assert made.status_code == 201, made.text
    component = made.json()
    assert (component["queue"]["key"], component["lead"]["id"]) == ("TEST", str(world.ivan.user_id))
    path = f"/v2/components/{component['id']}"
    edited = await api.patch(path, json={"lead": None, "archived": True}, headers={"If-Match": '"1"'})
    assert (edited.json()["version"], edited.json()["archived"]) == (2, True)
    assert "lead" not in edited.json()
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404


async def test_components_of_all_readable_queues_come_in_pages(api: Client, api_of: ClientOf) -> None:
    answer = await api.get("/v2/components/?perPage=3")
    assert [component["name"] for component in answer.json()] == ["Core", "API", "Docs"]
    assert answer.headers["X-Total-Count"] == "5"
    assert await read(api_of("ivan"), "/v2/components") == []


@pytest.mark.parametrize("seen", [{"headers": {"If-Match": '"7"'}}, {"params": {"version": "7"}}])
@pytest.mark.parametrize("collection", ["components", "versions"])
async def test_a_stale_edit_changes_nothing(api: Client, world: World, collection: str, seen: dict[str, Any]) -> None:
    of = world.components["Core"] if collection == "components" else world.versions["1.0"]
    answer = await api.patch(f"/v2/{collection}/{of}", json={"description": "x"}, **seen)
    assert answer.status_code == 412
    assert (await read(api, f"/v2/{collection}/{of}"))["description"] == ""


async def test_an_edit_that_changes_nothing_keeps_the_version(api: Client, world: World) -> None:
    path = f"/v2/components/{world.components['Core']}"
    assert (await api.patch(path, json={"name": "Core"})).json()["version"] == 1
    assert (await api.patch(path, json={"description": "x"}, headers={"If-Match": 'W/"1"'})).json()["version"] == 2
    assert (await api.patch(path, json={}, headers={"If-Match": "x"})).status_code == 400


async def test_what_issues_have_is_not_taken_away(api: Client, db: Database, world: World) -> None:
    core, first = world.components["Core"], world.versions["1.0"]
    await make_issues(db, world, 1, components=(core,), fix_versions=(first,))
    assert (await api.delete(f"/v2/components/{core}")).status_code == 409
    assert (await api.delete(f"/v2/versions/{first}")).status_code == 409


@pytest.mark.parametrize("collection", ["components", "versions"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "Core", "queue": "TEST"}, 409),
        ({"name": "", "queue": "TEST"}, 422),
        ({"name": "x" * 251, "queue": "TEST"}, 422),
        ({"name": "x"}, 422),
        ({"queue": "TEST"}, 422),
        ({"name": "x", "queue": "FOREIGN"}, 422),
        ({"name": "x", "queue": None}, 422),
        ({"name": 5, "queue": "TEST"}, 422),
    ],
)
async def test_a_wrong_part_of_a_queue_is_refused(api: Client, collection: str, body: Any, status: int) -> None:
    if body.get("name") == "Core" and collection == "versions":
        body = body | {"name": "1.0"}
    assert (await api.post(f"/v2/{collection}/", json=body)).status_code == status


async def test_who_may_only_write_does_not_keep_components(api_of: ClientOf, db: Database, world: World) -> None:
    await queues.grant(db, world.rosa, "TEST", "ivan", [Right.WRITE])
    ivan = api_of("ivan")
    assert (await ivan.get(f"/v2/components/{world.components['Core']}")).status_code == 200
    assert (await ivan.post("/v2/components", json={"name": "x", "queue": "TEST"})).status_code == 403
    assert (await ivan.delete(f"/v2/components/{world.components['Core']}")).status_code == 403


async def test_a_version_is_made_changed_released_and_archived(api: Client) -> None:
    new = {"queue": {"key": "TEST"}, "name": "3.0", "description": "next", "startDate": "2026-01-02", "dueDate": None}
    made = await api.post("/v2/versions/", json=new)
    assert made.status_code == 201, made.text
    assert made.json()["startDate"] == "2026-01-02"
    path = f"/v2/versions/{made.json()['id']}"
    edited = (await api.patch(path, json={"dueDate": "2026-02-03", "startDate": None})).json()
    assert ("startDate" in edited, edited["dueDate"]) == (False, "2026-02-03")
    assert (await api.post(f"{path}/_release")).json()["released"] is True
    assert (await api.post(f"{path}/_archive", content=b"null")).json()["archived"] is True
    assert (await read(api, path))["version"] == 4
    assert (await api.delete(f"{path}/")).status_code == 204


# --- boards, sprints, projects, and what may be empty ----------------------------------------------------------------


async def make_board(db: Database, world: World, name: str) -> int:
    """A board of no queue, as older installations have them."""
    async with db.transaction(world.org_id) as tx:
        made = "INSERT INTO board (org_id, name) VALUES (%(org)s, %(name)s) RETURNING id"
        return int(await tx.value(made, {"name": name}))


async def test_a_sprint_is_planned_on_a_board(api: Client, db: Database, world: World) -> None:
    board_id = await make_board(db, world, "Reef")
    body = {"name": "One", "board": {"id": board_id}, "startDate": "2026-01-01", "endDate": "2026-01-14"}
    made = await api.post("/v2/sprints/", json=body)
    assert made.status_code == 201, made.text
    sprint = made.json()
    assert (sprint["status"], sprint["archived"], sprint["board"]["display"]) == ("draft", False, "Reef")
    assert sprint["endDateTime"] == "2026-01-14T00:00:00.000+0000"
    assert sprint["createdBy"]["id"] == str(world.rosa.user_id)
    assert await read(api, sprint["self"]) == sprint
    assert await read(api, f"/v2/boards/{board_id}/sprints") == [sprint]
    assert (await api.post("/v2/sprints/", json=body)).status_code == 409
    assert (await api.post("/v2/sprints/", json=body | {"board": {"id": "99"}})).status_code == 422


async def test_boards_come_in_pages(api: Client, db: Database, world: World) -> None:
    board_id = await make_board(db, world, "Reef")
    for path in ("/v2/boards/", "/v3/boards/_paginate"):
        answer = await api.get(path)
        assert ([one["id"] for one in answer.json()], answer.headers["X-Total-Count"]) == ([board_id], "1")
    assert await read(api, f"/v2/boards/{board_id}/columns") == []
    assert (await api.get("/v2/boards/99")).status_code == 404


async def test_a_project_is_served_by_its_self(api: Client, db: Database, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run("INSERT INTO project (org_id, name) VALUES (%(org)s, 'Kelp')")
    [project] = await read(api, "/v2/projects/")
    assert project["name"] == "Kelp"
    assert await read(api, project["self"]) == project


@pytest.mark.parametrize("name", ["linktypes", "groups", "filters", "issueTemplates", "commentTemplates", "sprints"])
async def test_what_shoal_does_not_have_is_an_empty_list(api: Client, name: str) -> None:
    assert await read(api, f"/v2/{name}/") == await read(api, f"/v3/{name}") == []


async def test_a_component_with_parts_is_not_deleted(api: Client, db: Database, world: World) -> None:
    params = {"part": world.components["API"], "whole": world.components["Core"]}
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE component SET parent_id = %(whole)s WHERE id = %(part)s", params)
    assert (await api.delete(f"/v2/components/{params['whole']}")).status_code == 409
    assert (await api.delete(f"/v2/components/{params['part']}")).status_code == 204


async def test_a_queue_in_the_trash_is_not_there(api: Client, db: Database, world: World) -> None:
    await queues.delete(db, world.rosa, "TEST")
    assert [queue["key"] for queue in await read(api, "/v2/queues/")] == ["DEMO"]
    assert (await api.get("/v2/queues/TEST")).status_code == 404
    assert (await api.post("/v2/queues/", json={"key": "TEST", "name": "Again"})).status_code == 409


async def test_the_board_of_a_queue_is_seen_with_the_queue(
    api: Client, api_of: ClientOf, db: Database, world: World
) -> None:
    sprint = await sprints.create(db, world.rosa, NewSprint(None, "Week 1"), queue="TEST")
    assert (await read(api, f"/v2/sprints/{sprint.id}"))["name"] == "Week 1"
    assert (await read(api, f"/v2/boards/{sprint.board_id}"))["name"] == "Testing"
    for path in (f"/v2/sprints/{sprint.id}", f"/v2/boards/{sprint.board_id}", f"/v2/boards/{sprint.board_id}/sprints"):
        assert (await api_of("olga").get(path)).status_code == 404
    assert await read(api_of("olga"), "/v2/boards") == []
