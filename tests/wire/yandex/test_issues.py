"""Issues made, read, edited and moved (wire 6, 7.1, 7.2, 7.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import ALL_RIGHTS, World, grant, make_issues

pytestmark = pytest.mark.anyio
REQUIRED = {
    "self", "id", "key", "version", "summary", "queue", "status", "type", "priority", "createdBy", "createdAt",
    "updatedBy", "updatedAt", "votes", "favorite", "statusStartTime",
}  # fmt: skip


async def create(api: Client, **values: Any) -> dict[str, Any]:
    answer = await api.post("/v3/issues/", json={"queue": "TEST", "summary": "Leaky pump", **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def patch(api: Client, **values: Any) -> Any:
    return await api.patch("/v3/issues/TEST-1", json=values)


# --- create --------------------------------------------------------------------------------------------------------


async def test_a_new_issue_has_everything_that_typed_clients_require(api: Client) -> None:
    issue = await create(api)
    assert issue.keys() >= REQUIRED
    assert (issue["key"], issue["version"], issue["votes"], issue["favorite"]) == ("TEST-1", 1, 0, False)
    for name in ("queue", "status", "type", "priority"):
        assert issue[name].keys() == {"self", "id", "key", "display"}
    assert [issue[name]["key"] for name in ("queue", "status", "type", "priority")] == [
        "TEST",
        "open",
        "task",
        "normal",
    ]
    assert len(issue["id"]) == 24


async def test_a_new_issue_keeps_every_value_it_is_given(api: Client, world: World) -> None:
    parent = await create(api)
    given = {
        "description": "Bay 3.\n\n*wet*",
        "type": {"name": "Ошибка"},
        "priority": {"key": "blocker"},
        "assignee": "ivan",
        "followers": [{"login": "rosa"}, "Иван Петров"],
        "tags": ["q3", "q4"],
        "components": [world.components["Core"], "docs"],
        "fixVersions": [{"id": world.versions["1.0"]}],
        "affectedVersions": {"add": ["1.1"]},
        "parent": parent["id"],
        "epic": {"key": "test-1"},
        "deadline": "2031-05-17",
        "start": "2031-05-01",
        "storyPoints": 2.5,
        "estimation": "PT40H",
        "access": ["rosa"],
    }
    issue = await create(api, **given)
    assert issue["description"] == given["description"]
    assert [issue[name]["key"] for name in ("type", "priority", "parent", "epic")] == [
        "bug", "blocker", "TEST-1", "TEST-1",
    ]  # fmt: skip
    assert issue["assignee"]["id"] == str(world.ivan.user_id)
    assert [user["display"] for user in issue["followers"]] == ["Rosa Prado", "Иван Петров"]
    assert [thing["display"] for thing in issue["components"]] == ["Core", "Docs"]
    assert (issue["fixVersions"][0]["display"], issue["affectedVersions"][0]["display"]) == ("1.0", "1.1")
    assert (issue["estimation"], issue["storyPoints"], issue["tags"]) == ("P1W", 2.5, ["q3", "q4"])
    assert (issue["deadline"], issue["start"]) == ("2031-05-17", "2031-05-01")


async def test_a_queue_is_named_in_every_form(api: Client, world: World) -> None:
    own = world.test
    for queue in ("TEST", "test", {"key": "TEST"}, {"name": "Testing"}, own, str(own), {"id": str(own)}):
        assert (await create(api, queue=queue))["queue"]["key"] == "TEST"


REFUSED: list[tuple[dict[str, Any], int, str | None]] = [
    ({"queue": None}, 422, "queue"),
    ({"summary": None}, 422, "summary"),
    ({"summary": "  "}, 422, "summary"),
    ({"summary": 5}, 422, "summary"),
    ({"summary": "x" * 1025}, 422, "summary"),
    ({"queue": "NOPE"}, 404, None),
    ({"queue": "FOREIGN"}, 404, None),
    ({"queue": ["TEST"]}, 422, "queue"),
    ({"priority": "no-such"}, 422, "priority"),
    ({"noSuchField": 1}, 422, "noSuchField"),
    ({"fix_versions": ["1.0"]}, 422, "fixVersions"),
    ({"status": "closed"}, 422, "status"),
    ({"resolution": "fixed"}, 422, "resolution"),
    ({"components": ["Interface"]}, 422, "components"),
    ({"assignee": "nobody"}, 422, "assignee"),
    ({"estimation": "soon"}, 422, "estimation"),
    ({"deadline": "tomorrow"}, 422, "deadline"),
    ({"storyPoints": 1e300}, 422, "storyPoints"),
    ({"unique": 5}, 422, "unique"),
    ({"unique": ""}, 422, "unique"),
    ({"parent": "TEST-99"}, 422, "parent"),
    ({"comment": " "}, 422, "comment"),
]


async def test_what_does_not_fit_is_refused_and_nothing_is_made(api: Client) -> None:
    for values, status, field in REFUSED:
        answer = await api.post("/v2/issues/", json={"queue": "TEST", "summary": "x", **values})
        assert answer.status_code == answer.json()["statusCode"] == status, (values, answer.text)
        assert list(answer.json()["errors"]) == ([field] if field else []), values
    assert (await api.post("/v2/issues/_count", json={})).json() == 0


async def test_without_the_right_to_create_it_is_forbidden(
    api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    answer = await api_of("ivan").post("/v2/issues", json={"queue": "TEST", "summary": "x"})
    assert answer.status_code == 403


async def test_a_unique_value_makes_one_issue_and_finds_it_again(api: Client) -> None:
    issue = await create(api, unique="abc")
    again = await api.post("/v2/issues/", json={"queue": "TEST", "summary": "Other", "unique": "abc"})
    assert again.status_code == 409
    found = await api.post("/v2/issues/_findByUnique?unique=abc", json={})
    assert found.json()["key"] == issue["key"]
    assert (await api.post("/v2/issues/_findByUnique?unique=other")).status_code == 404
    assert (await api.post("/v2/issues/_count", json={})).json() == 1


async def test_numbers_of_a_queue_have_no_gap_after_a_refusal(api: Client) -> None:
    await create(api, unique="abc")
    await api.post("/v2/issues/", json={"queue": "TEST", "summary": "Other", "unique": "abc"})
    assert (await create(api))["key"] == "TEST-2"


# --- read ----------------------------------------------------------------------------------------------------------


async def test_an_issue_is_found_by_key_id_and_old_key(api: Client) -> None:
    issue = await create(api)
    await api.post("/v2/issues/TEST-1/_move?queue=DEMO")
    for name in ("TEST-1", "DEMO-1", "demo-1", issue["id"], issue["id"].upper()):
        answer = await api.get(f"/v2/issues/{name}")
        assert (answer.status_code, answer.json()["key"]) == (200, "DEMO-1")
    assert answer.json()["aliases"] == ["TEST-1"]


NOT_THERE = [
    "TEST-2",
    "FOREIGN-1",
    "TEST-0",
    "x",
    "5b0a10010000000000000063",
    "5" * 24,
    "TEST-9" * 9,
    "TEST-" + "9" * 18,
]


async def test_what_is_not_there_or_not_to_be_seen_is_404(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1, queue="FOREIGN", author=world.olga)
    for name in NOT_THERE:
        for path in ("", "/changelog", "/comments", "/transitions", "/links", "/changelog/1"):
            assert (await api.get(f"/v3/issues/{name}{path}")).status_code == 404, (name, path)


async def test_a_body_that_a_read_has_is_not_looked_at(api: Client) -> None:
    await create(api)
    for path in ("", "/comments", "/changelog", "/transitions"):
        assert (await api.request("GET", f"/v2/issues/TEST-1{path}", content=b"null")).status_code == 200


async def test_the_issues_of_another_organisation_are_not_there(api: Client, api_of: Callable[[str], Client]) -> None:
    issue = await create(api)
    assert (await api_of("nina").get(f"/v2/issues/{issue['id']}")).status_code == 404
    assert (await api_of("nina").get("/v2/issues/TEST-1")).status_code == 404


async def test_fields_and_expand_choose_what_is_answered(api: Client) -> None:
    await create(api, description="Long", comment="Said", tags=["a"])
    few = (await api.get("/v2/issues/TEST-1?fields=summary,nonsense")).json()
    assert few.keys() == {"self", "id", "key", "version", "favorite", "summary"}
    more = (await api.get("/v2/issues/TEST-1?expand=comments,transitions,links,attachments,nonsense")).json()
    assert [comment["text"] for comment in more["comments"]] == ["Said"]
    assert "close" in [transition["id"] for transition in more["transitions"]]
    assert (more["links"], more["attachments"]) == ([], [])


async def test_names_are_in_the_callers_language(api: Client) -> None:
    await create(api, type="bug")
    answer = await api.get("/v2/issues/TEST-1", headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    assert answer.json()["type"]["display"] == "Ошибка"


async def test_addresses_are_of_the_version_that_was_asked(api: Client) -> None:
    await create(api)
    for version in ("v2", "v3"):
        issue = (await api.get(f"/{version}/issues/TEST-1")).json()
        assert issue["self"] == f"http://shoal.test/{version}/issues/TEST-1"


async def test_a_parent_that_may_not_be_seen_is_not_shown(api: Client, db: Database, world: World) -> None:
    await create(api)
    [hidden] = await make_issues(db, world, 1, queue="FOREIGN", author=world.olga)
    async with db.transaction(world.org_id) as tx:
        hide = "UPDATE issue SET parent_id = %(hidden)s WHERE org_id = %(org)s AND queue_id = %(test)s"
        await tx.run(hide, {"hidden": hidden, "test": world.test})
    answer = await api.get("/v2/issues/TEST-1")
    assert "parent" not in answer.json()
    assert "FOREIGN" not in answer.text


async def test_what_no_issue_has_is_an_empty_list(api: Client) -> None:
    await create(api)
    for collection in ("links", "attachments/", "worklog", "checklistItems/"):
        assert (await api.get(f"/v2/issues/TEST-1/{collection}")).json() == []


# --- edit ----------------------------------------------------------------------------------------------------------


async def test_an_edit_changes_the_named_fields_and_writes_one_entry(api: Client) -> None:
    await create(api, tags=["a"], priority="minor")
    answer = await patch(api, summary="Dry pump", tags={"add": ["b"], "remove": "a"}, comment="Mended")
    assert answer.status_code == 200
    issue = answer.json()
    assert (issue["summary"], issue["tags"], issue["priority"]["key"], issue["version"]) == (
        "Dry pump",
        ["b"],
        "minor",
        2,
    )
    [_, entry] = (await api.get("/v3/issues/TEST-1/changelog")).json()
    assert entry["type"] == "IssueUpdated"
    assert {change["field"]["id"]: (change["from"], change["to"]) for change in entry["fields"]} == {
        "summary": ("Leaky pump", "Dry pump"),
        "tags": (["a"], ["b"]),
    }
    assert [comment["display"] for comment in entry["comments"]["added"]] == ["Mended"]


async def test_setting_what_is_already_there_changes_nothing(api: Client) -> None:
    before = await create(api, tags=["a"], assignee="rosa", description="x")
    answer = await patch(
        api, tags={"add": "a"}, assignee={"id": str(before["assignee"]["id"])}, summary="Leaky pump", description="x"
    )
    assert answer.json() == before
    assert len((await api.get("/v3/issues/TEST-1/changelog")).json()) == 1


async def test_null_clears(api: Client) -> None:
    await create(api, assignee="rosa", tags=["a"], deadline="2031-05-17", description="x", estimation="P1D")
    issue = (
        await patch(api, assignee=None, tags=None, deadline={"unset": True}, description=None, estimation=None)
    ).json()
    assert not issue.keys() & {"assignee", "tags", "deadline", "description", "estimation"}


async def test_a_one_element_array_is_an_assignee(api: Client) -> None:
    await create(api)
    assert (await patch(api, assignee=["ivan"])).json()["assignee"]["display"] == "Иван Петров"
    assert (await patch(api, assignee=["ivan", "rosa"])).status_code == 422


async def test_the_two_forms_of_a_project(api: Client, db: Database, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        rows = await tx.tuples("INSERT INTO project (org_id, name) VALUES (%(org)s, 'A'), (%(org)s, 'B') RETURNING id")
    first, second = (row[0] for row in rows)
    await create(api)
    new = (await patch(api, project={"primary": first, "secondary": [second]})).json()["project"]
    assert (new["primary"]["display"], [thing["display"] for thing in new["secondary"]]) == ("A", ["B"])
    old = (await api.patch("/v2/issues/TEST-1", json={"project": {"id": second}})).json()["project"]
    assert old["display"] == "B"


async def test_a_stale_parameter_is_a_conflict_and_a_stale_tag_a_failed_precondition(api: Client) -> None:
    await create(api)
    assert (await api.patch("/v2/issues/TEST-1?version=1", json={"summary": "b"})).status_code == 200
    for version in (1, 0):
        stale = await api.patch(f"/v2/issues/TEST-1?version={version}", json={"summary": "c"})
        assert (stale.status_code, stale.json()["errorMessages"]) == (409, ["The issue has version 2 now."])
    for tag in ('"1"', "1", 'W/"1"'):
        assert (
            await api.patch("/v2/issues/TEST-1", json={"summary": "c"}, headers={"If-Match": tag})
        ).status_code == 412
    for tag in ('"2"', "*"):
        answer = await api.patch("/v2/issues/TEST-1", json={"summary": "b"}, headers={"If-Match": tag})
        assert (answer.status_code, answer.json()["summary"]) == (200, "b")


WRONG_EDITS: list[tuple[dict[str, Any], str]] = [
    ({"status": "closed"}, "status"),
    ({"queue": "DEMO"}, "queue"),
    ({"version": 5}, "version"),
    ({"votes": 5}, "votes"),
    ({"createdBy": "rosa"}, "createdBy"),
    ({"author": "rosa"}, "author"),
    ({"modifier": "rosa"}, "modifier"),
    ({"unique": "x"}, "unique"),
    ({"resolution": "fixed"}, "resolution"),
    ({"parent": "TEST-1"}, "parent"),
    ({"summary": None}, "summary"),
    ({"summary": {"add": "x"}}, "summary"),
    ({"type": None}, "type"),
    ({"fixVersions": ["9.9"]}, "fixVersions"),
    ({"noSuchField": None}, "noSuchField"),
    ({"tags": {"colour": "red"}}, "tags"),
    ({"priority": {"id": "1", "key": "minor"}}, "priority"),
]


async def test_a_wrong_edit_is_refused_by_field_and_changes_nothing(api: Client) -> None:
    before = await create(api)
    for values, field in WRONG_EDITS:
        answer = await patch(api, **{"tags": ["new"], **values})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), (values, answer.text)
    assert (await api.get("/v3/issues/TEST-1")).json() == before


async def test_naming_the_queue_it_is_in_is_no_move(api: Client, world: World) -> None:
    await create(api)
    for queue in ("TEST", {"key": "TEST"}, {"id": str(world.test)}, world.test):
        assert (await patch(api, queue=queue)).status_code == 200


async def test_who_may_only_read_may_not_edit(
    api: Client, api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    await create(api)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    ivan = api_of("ivan")
    assert (await ivan.get("/v2/issues/TEST-1")).status_code == 200
    assert (await ivan.patch("/v2/issues/TEST-1", json={"summary": "x"})).status_code == 403
    assert (await ivan.get("/v2/issues/TEST-1/transitions")).json() == []


BROKEN = [
    b"",
    b"{",
    b"[1",
    b'{"summary": }',
    b"\xff",
    b'{"summary": "\\ud800"}',
    b'{"tags": ' + b"[" * 5000 + b"]" * 5000 + b"}",
]


async def test_broken_json_is_400_everywhere(api: Client) -> None:
    for path in ("/v2/issues/", "/v3/issues/TEST-1/comments", "/v2/bulkchange/_update"):
        for body in BROKEN:
            assert (await api.post(path, content=body)).status_code == 400, (path, body[:20])


async def test_json_that_does_not_fit_is_422(api: Client) -> None:
    for body in (b'"x"', b"[]", b"5", b"null", b'{"summary": "a\\u0000b", "queue": "TEST"}'):
        assert (await api.post("/v2/issues/", content=body)).status_code == 422, body


# --- custom fields -------------------------------------------------------------------------------------------------

CUSTOM = """
INSERT INTO field (org_id, queue_id, key, name, kind, is_list, options) VALUES
    (%(org)s, %(test)s, 'bay', '{"en": "Bay"}', 'string', false, '{1,2,3}'),
    (%(org)s, NULL, 'reviewers', '{"en": "Reviewers"}', 'user', true, NULL),
    (%(org)s, NULL, 'cost', '{"en": "Cost"}', 'float', false, NULL)
RETURNING id"""


async def make_fields(db: Database, world: World) -> str:
    """The wire's name of the local field."""
    async with db.transaction(world.org_id) as tx:
        [(bay,), _, _] = await tx.tuples(CUSTOM, {"test": world.test})
    return f"5b0a1004{bay:016x}--bay"


async def test_custom_fields_are_written_and_read_by_their_keys(api: Client, db: Database, world: World) -> None:
    bay = await make_fields(db, world)
    issue = await create(api, **{bay: "3", "reviewers": ["ivan", {"login": "rosa"}], "cost": 2.5})
    assert (issue[bay], issue["cost"]) == ("3", 2.5)
    assert [user["display"] for user in issue["reviewers"]] == ["Иван Петров", "Rosa Prado"]
    edited = (await patch(api, bay="2", cost={"add": 1}, reviewers={"remove": "rosa"})).json()
    assert (edited[bay], edited["cost"], len(edited["reviewers"])) == ("2", 3.5, 1)
    entry = (await api.get("/v3/issues/TEST-1/changelog")).json()[-1]
    assert {change["field"]["id"] for change in entry["fields"]} == {bay, "cost", "reviewers"}


async def test_a_wrong_custom_value_is_named_as_the_wire_names_it(api: Client, db: Database, world: World) -> None:
    bay = await make_fields(db, world)
    await create(api)
    assert list((await patch(api, **{bay: "9"})).json()["errors"]) == [bay]
    assert list((await patch(api, cost="much")).json()["errors"]) == ["cost"]


UNKNOWN: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"5b0a10040000000000000009--bay": "1"},
        {"5b0a10040000000000000009--bay": "There is no such field."},
    ),
    (
        {"parent": {"id": "5b0a1001000000000000ffff"}},
        {"parent": "There is no parent 5b0a1001000000000000ffff."},
    ),
    ({"parent": "TEST-99"}, {"parent": "There is no parent TEST-99."}),
    ({"components": [99999]}, {"components": "There is no component 99999."}),
    ({"fixVersions": {"add": 98}}, {"fixVersions": "There is no fix version 98."}),
    ({"sprint": [5]}, {"sprint": "There is no sprint 5."}),
]


async def test_what_is_not_there_is_named_as_it_was_sent(api: Client) -> None:
    await create(api)
    for values, said in UNKNOWN:
        assert (await patch(api, **values)).json()["errors"] == said
        bulk = await api.post("/v2/bulkchange/_update", json={"issues": ["TEST-1"], "values": values})
        assert (bulk.status_code, bulk.json()["errors"]) == (422, said)


async def test_what_grows_out_of_range_is_refused(api: Client, db: Database, world: World) -> None:
    bay = await make_fields(db, world)
    await create(api, estimation="P1W", storyPoints=9e14, cost=1, **{bay: "1"})
    for values in ({"estimation": {"add": 2**31 - 1}}, {"storyPoints": {"add": 9e14}}, {"cost": {"add": 1e300}}):
        assert (await patch(api, **values)).status_code == 422, values
    assert (await api.get("/v3/issues/TEST-1")).json()["version"] == 1


# --- move ----------------------------------------------------------------------------------------------------------


async def test_a_move_gives_a_new_key_and_clears_what_belonged_to_the_queue(api: Client, world: World) -> None:
    await create(api, components=["Core"], fixVersions=["1.0"], tags=["a"])
    answer = await api.post("/v3/issues/TEST-1/_move?queue=DEMO", json={"tags": {"add": "moved"}})
    issue = answer.json()
    assert (answer.status_code, issue["key"], issue["aliases"], issue["tags"]) == (
        200,
        "DEMO-1",
        ["TEST-1"],
        ["a", "moved"],
    )
    assert not issue.keys() & {"components", "fixVersions"}
    assert issue["previousQueue"]["key"] == "TEST"
    assert (await api.get("/v3/issues/DEMO-1/changelog")).json()[-1]["type"] == "IssueMoved"


async def test_a_move_keeps_namesakes_when_asked(api: Client, world: World) -> None:
    await create(api, components=["Core", "Docs"])
    issue = (await api.post("/v3/issues/TEST-1/_move?queue=demo&moveAllFields=True")).json()
    assert [thing["id"] for thing in issue["components"]] == [str(world.demo_components["Core"])]


async def test_a_move_to_nowhere_is_refused(api: Client) -> None:
    before = await create(api)
    for queue, status in (("NOPE", 422), ("FOREIGN", 422), ("", 400)):
        assert (await api.post(f"/v3/issues/TEST-1/_move?queue={queue}")).status_code == status, queue
    assert (await api.get("/v3/issues/TEST-1")).json() == before


async def test_a_move_needs_the_right_to_create_there(
    api: Client, api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    await create(api)
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ALL_RIGHTS)
        await grant(tx, world.demo, world.ivan, ["read", "write"])
    assert (await api_of("ivan").post("/v3/issues/TEST-1/_move?queue=DEMO")).status_code == 403
