"""Work items: made, shown, changed, deleted."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from shoal.dialects.codearts import ids, rules
from shoal.store.db import Database
from tests.wire.codearts.conftest import assert_error
from tests.wire.codearts.items import BUG, EPIC, FEATURE, STORY, TASK, make_item, project_of, records, show
from tests.wire.codearts.models import check, mismatches
from tests.wire.codearts.test_batch import make_sprint
from tests.world import World, grant, make_issues

Client = httpx2.AsyncClient
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


async def test_a_new_item_has_what_it_was_given(api: Client, db: Database, world: World) -> None:
    project = project_of(world)
    sprint = await make_sprint(db, world, "TEST")
    rosa, api_module = world.rosa.user_id, world.components["API"]
    made = await make_item(
        api,
        project,
        description="<p>red, not orange 🛟</p>",
        tracker_id=BUG,
        priority_id=3,
        severity_id=10,
        domain_id=16,
        module_id=api_module,
        iteration_id=sprint,
        assigned_id=rosa,
        developer_id=rosa,
        begin_time="2026-01-05",
        end_time="2026-01-09",
        expected_work_hours=4,
        actual_work_hours=0.5,
        done_ratio=20,
    )
    item = check(await show(api, project, made["id"]), "ShowIssueV4Response")
    assert item == made
    numbers = {"tracker": 3, "status": 1, "priority": 3, "severity": 10, "domain": 16, "module": api_module}
    assert {name: item[name]["id"] for name in numbers} == numbers
    assert item["iteration"] == {"id": sprint, "name": "First"}
    person = {"id": rosa, "user_num_id": rosa, "user_id": ids.user(rosa), "name": "rosa", "nick_name": "Rosa Prado"}
    assert item["assigned_user"] == item["developer"] == item["creator"] == person
    assert (item["name"], item["description"]) == ("Paint the buoy", "<p>red, not orange 🛟</p>")
    assert (item["begin_time"], item["end_time"], item["done_ratio"]) == ("2026-01-05", "2026-01-09", 20)
    assert (item["expected_work_hours"], item["actual_work_hours"]) == (4.0, 0.5)
    assert item["project"] == {"project_id": project, "project_name": "Testing", "project_num_id": world.test}
    assert TIME.fullmatch(item["created_time"])
    assert item["closed_time"] is None


async def test_a_new_item_has_defaults(api: Client, world: World) -> None:
    item = await make_item(api, project_of(world))
    assert (item["status"]["id"], item["severity"]["id"], item["done_ratio"]) == (1, 12, 0)
    assert (item["assigned_user"], item["parent_issue"], item["custom_fields"]) == (None, None, [])


async def test_the_answer_to_making_has_every_key_of_its_model(api: Client, world: World) -> None:
    wrong = mismatches(await make_item(api, project_of(world)), "CreateIssueV4Response")
    assert [problem for problem in wrong if "not a key" not in problem] == []


async def test_a_new_item_can_begin_in_a_later_status(api: Client, world: World) -> None:
    item = await make_item(api, project_of(world), status_id=5)
    assert (item["status"]["id"], item["closed_time"] is not None) == (5, True)
    assert_error(await post_item(api, world, status_id=4), 400, "PM.02152001")


async def post_item(api: Client, world: World, **values: Any) -> httpx2.Response:
    body = {"name": "Paint the buoy", "tracker_id": TASK, "priority_id": 2, **values}
    return await api.post(f"/v4/projects/{project_of(world)}/issue", json=body)


WRONG = [
    ({"done_ratio": 101}, "PM.02152001"),
    ({"done_ratio": "half"}, "PM.02152001"),
    ({"done_ratio": 10**30}, "PARSE_REQUEST_DATA_EXCEPTION"),
    ({"assigned_id": 10**18}, "PM.02177003"),
    ({"developer_id": 99_999_999}, "PM.02177003"),
    ({"begin_time": "soon"}, "PM.02152001"),
    ({"end_time": "2026-02-30"}, "PM.02152001"),
    ({"expected_work_hours": -1}, "PM.02152001"),
    ({"expected_work_hours": 1e300}, "PM.02152001"),
    ({"actual_work_hours": "much"}, "PM.02152001"),
    ({"domain_id": 13}, "PM.02152001"),
    ({"domain_id": 10**17}, "PM.02152001"),
    ({"severity_id": 14}, "PM.02152001"),
    ({"status_id": 7}, "PM.02152001"),
    ({"tracker_id": 4}, "PM.02152001"),
    ({"module_id": 424242}, "PM.02152001"),
    ({"iteration_id": 424242}, "PM.02152001"),
    ({"parent_issue_id": 424242}, "PM.02152001"),
    ({"parent_issue_id": -1}, "PM.02152001"),
    ({"name": "\0"}, "PM.02152001"),
    ({"name": "x" * 1025}, "PM.02152001"),
    ({"name": 7}, "PM.02152001"),
    ({"name": "  "}, "PM.02152001"),
    ({"description": ["x"]}, "PM.02152001"),
    ({"new_custom_fields": [{"custom_field": "berth", "value": "1"}]}, "PM.02152001"),
    ({"new_custom_fields": [{"custom_field": "custom_field424242", "value": "1"}]}, "PM.02152001"),
    ({"new_custom_fields": {}}, "PM.02152001"),
]


@pytest.mark.parametrize(("values", "code"), WRONG)
async def test_wrong_values_make_no_item(api: Client, world: World, values: dict[str, Any], code: str) -> None:
    assert_error(await post_item(api, world, **values), 400, code)
    assert (await api.post(f"/v4/projects/{project_of(world)}/issues", json={})).json()["total"] == 0


@pytest.mark.parametrize(("values", "code"), WRONG)
async def test_wrong_values_change_no_item(api: Client, world: World, values: dict[str, Any], code: str) -> None:
    made = await make_item(api, project_of(world))
    path = f"/v4/projects/{project_of(world)}/issues/{made['id']}"
    assert_error(await api.put(path, json=values), 400, code)
    assert await show(api, project_of(world), made["id"]) == made


@pytest.mark.parametrize("missing", ["name", "priority_id", "tracker_id"])
async def test_what_must_be_given_is_asked_for(api: Client, world: World, missing: str) -> None:
    for value in (None, ""):
        answer = await post_item(api, world, **{missing: value})
        assert_error(answer, 400, "PM.02100001")
        assert missing in answer.json()["error_msg"].lower()


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_body_is_required(api: Client, world: World, method: str) -> None:
    item = await make_item(api, project_of(world))
    path = f"/v4/projects/{project_of(world)}/" + ("issue" if method == "POST" else f"issues/{item['id']}")
    for body in (b"", b"[]", b"{", b'{"name": "\\ud800"}', b'{"a":' * 5000):
        assert_error(await api.request(method, path, content=body), 400, "PARSE_REQUEST_DATA_EXCEPTION")


async def test_a_body_of_twenty_megabytes_is_refused(api: Client, world: World) -> None:
    answer = await post_item(api, world, description="x" * 20 * 2**20)
    assert answer.status_code in (400, 413)
    assert set(answer.json()) == {"error_code", "error_msg"}


# --- changing ------------------------------------------------------------------------------------------------------


async def test_only_what_is_given_is_changed(api: Client, world: World) -> None:
    project = project_of(world)
    made = await make_item(api, project, description="first", assigned_id=world.rosa.user_id)
    answer = await api.put(f"/v4/projects/{project}/issues/{made['id']}", json={"name": "Paint it", "status_id": 2})
    changed = check(answer.json(), "UpdateIssueV4Response")
    assert (changed["name"], changed["status"]["id"], changed["assigned_user"]["name"]) == ("Paint it", 2, "rosa")
    after = await show(api, project, made["id"])
    assert after["description"] == "first"
    assert len((await records(api, project, made["id"]))["records"]) == 2


async def test_null_and_zero_take_a_value_away(api: Client, world: World) -> None:
    project = project_of(world)
    made = await make_item(api, project, assigned_id=world.rosa.user_id, domain_id=14, begin_time="2026-01-05")
    values = {"assigned_id": 0, "domain_id": None, "begin_time": ""}
    changed = (await api.put(f"/v4/projects/{project}/issues/{made['id']}", json=values)).json()
    assert (changed["assigned_user"], changed["domain"], changed["begin_time"]) == (None, None, None)


async def test_a_deleted_item_exists_no_more(api: Client, db: Database, world: World) -> None:
    project, (item,) = project_of(world), await make_issues(db, world, 1)
    path = f"/v4/projects/{project}/issues/{item}"
    answer = await api.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for again in (api.get(path), api.delete(path), api.put(path, json={}), api.get(f"{path}/child")):
        assert_error(await again, 400, "PM.02152001")


@pytest.mark.parametrize("item", ["0", "424242", "99999999999", "9" * 30, "abc", "-1", "%00", "1%2F2"])
async def test_an_item_that_is_not_there_is_an_error(api: Client, world: World, item: str) -> None:
    path = f"/v4/projects/{project_of(world)}/issues/{item}"
    for method in ("GET", "PUT", "DELETE"):
        answer = await api.request(method, path, json={"name": "x"} if method == "PUT" else None)
        assert answer.status_code in (400, 404, 405)
        assert answer.json()["error_code"]


async def test_an_item_of_another_project_is_none_of_this_one(api: Client, db: Database, world: World) -> None:
    (item,) = await make_issues(db, world, 1, queue="DEMO")
    path = f"/v4/projects/{project_of(world)}/issues/{item}"
    for answer in (await api.get(path), await api.put(path, json={"name": "x"}), await api.delete(path)):
        assert_error(answer, 400, "PM.02152001")
    assert (await show(api, project_of(world, "DEMO"), item))["name"] == "Issue 1"


async def test_fixed_words_are_no_ids(api: Client, world: World) -> None:
    base = f"/v4/projects/{project_of(world)}/issues"
    assert (await api.get(f"{base}/records")).status_code == 200
    for path in (f"{base}/batch-associated-issues", f"{base}/workflow/config"):
        assert (await api.get(path)).status_code == 404


async def test_a_viewer_makes_and_changes_nothing(
    api: Client, api_of: Callable[[str], Awaitable[Client]], world: World, db: Database
) -> None:
    item = await make_item(api, project_of(world))
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.test, world.ivan, ["read"])
    viewer, path = await api_of("ivan"), f"/v4/projects/{project_of(world)}/issues/{item['id']}"
    assert await show(viewer, project_of(world), item["id"]) == item
    for answer in (
        await post_item(viewer, world),
        await viewer.put(path, json={"name": "x"}),
        await viewer.delete(path),
    ):
        assert_error(answer, 403, "PM.02150302")


# --- parents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "child", "fits"),
    [
        (EPIC, FEATURE, True),
        (FEATURE, STORY, True),
        (STORY, TASK, True),
        (STORY, BUG, True),
        (EPIC, STORY, False),
        (STORY, EPIC, False),
        (TASK, TASK, False),
        (TASK, BUG, False),
        (BUG, STORY, False),
    ],
)
async def test_parents_are_of_the_type_above(api: Client, world: World, parent: int, child: int, fits: bool) -> None:
    above = await make_item(api, project_of(world), tracker_id=parent, name="Above")
    answer = await post_item(api, world, tracker_id=child, parent_issue_id=above["id"])
    assert answer.status_code == (200 if fits else 400)
    if fits:
        assert answer.json()["parent_issue"] == {"id": above["id"], "name": "Above"}


def test_types_of_an_organisations_own_may_stand_anywhere_but_below_a_leaf() -> None:
    hierarchy = rules.OF_ONE.hierarchy
    assert hierarchy is not None
    assert hierarchy.allows("milestone", "task")
    assert hierarchy.allows("epic", "milestone")
    assert not hierarchy.allows("bug", "milestone")


async def test_an_edit_finds_the_project_and_then_checks_and_changes_in_one_transaction(
    api: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(world)
    story = await make_item(api, project, tracker_id=STORY)
    task = await make_item(api, project)
    opened: list[int | None] = []
    begin = Database.transaction

    def counted(self: Database, org_id: int | None) -> Any:
        opened.append(org_id)
        return begin(self, org_id)

    monkeypatch.setattr(Database, "transaction", counted)
    edit = {"assigned_id": world.rosa.user_id, "parent_issue_id": story["id"], "tracker_id": BUG, "status_id": 2}
    answer = await api.put(f"/v4/projects/{project}/issues/{task['id']}", json=edit)
    assert answer.status_code == 200, answer.text
    assert opened == [None, world.org_id, world.org_id]  # the first finds out who asks


async def test_a_family_is_not_broken_by_a_change_of_type(api: Client, world: World) -> None:
    project = project_of(world)
    story = await make_item(api, project, tracker_id=STORY)
    task = await make_item(api, project, parent_issue_id=story["id"])
    for item, tracker in ((story, BUG), (task, EPIC)):
        answer = await api.put(f"/v4/projects/{project}/issues/{item['id']}", json={"tracker_id": tracker})
        assert_error(answer, 400, "PM.02152001")
    answer = await api.put(f"/v4/projects/{project}/issues/{task['id']}", json={"tracker_id": BUG})
    assert answer.json()["tracker"]["id"] == BUG


async def test_the_children_of_an_item(api: Client, world: World) -> None:
    project = project_of(world)
    story = await make_item(api, project, tracker_id=STORY)
    made = [await make_item(api, project, parent_issue_id=story["id"]) for _ in range(2)]
    found = check(
        (await api.get(f"/v4/projects/{project}/issues/{story['id']}/child")).json(), "ListChildIssuesV4Response"
    )
    assert [item["id"] for item in found["issues"]] == [item["id"] for item in reversed(made)]
    assert found["total"] == 2
    leaf = (await api.get(f"/v4/projects/{project}/issues/{made[0]['id']}/child")).json()
    assert leaf == {"issues": [], "total": 0}


# --- custom fields -------------------------------------------------------------------------------------------------


async def make_field(db: Database, world: World, kind: str, *, is_list: bool = False) -> int:
    made = """INSERT INTO field (org_id, key, name, kind, is_list)
              VALUES (%(org)s, 'berth', '{"en": "Berth"}', %(kind)s, %(many)s) RETURNING id"""
    async with db.transaction(world.org_id) as tx:
        return int(await tx.value(made, {"kind": kind, "many": is_list}))


@pytest.mark.parametrize(
    ("kind", "is_list", "given", "shown"),
    [
        ("string", False, "North", "North"),
        ("string", True, "a, b", "a,b"),
        ("integer", False, "7", "7"),
        ("float", False, "7.5", "7.5"),
        ("date", False, "2026-01-05", "2026-01-05"),
        ("boolean", False, "true", "true"),
        ("user", False, "rosa", "rosa"),
    ],
)
async def test_custom_values_are_text_both_ways(
    api: Client, db: Database, world: World, kind: str, is_list: bool, given: str, shown: str
) -> None:
    name = f"custom_field{await make_field(db, world, kind, is_list=is_list)}"
    item = await make_item(api, project_of(world), new_custom_fields=[{"custom_field": name, "value": given}])
    (value,) = item["new_custom_fields"]
    assert (value["custom_field"], value["field_name"], value["value"]) == (name, "Berth", shown)


@pytest.mark.parametrize(
    ("kind", "given"), [("integer", "seven"), ("date", "soon"), ("boolean", "maybe"), ("float", "inf")]
)
async def test_a_custom_value_of_another_kind_is_refused(
    api: Client, db: Database, world: World, kind: str, given: str
) -> None:
    name = f"custom_field{await make_field(db, world, kind)}"
    answer = await post_item(api, world, new_custom_fields=[{"custom_field": name, "value": given}])
    assert_error(answer, 400, "PM.02152001")


# --- to another status ---------------------------------------------------------------------------------------------


async def test_an_item_flows_to_another_status_with_an_owner_and_a_comment(api: Client, world: World) -> None:
    project = project_of(world)
    item = await make_item(api, project, expected_work_hours=2.5)
    body = {
        "id": item["id"],
        "status_id": 2,
        "assigned_to_id": ids.user(world.rosa.user_id),
        "notes": "On it",
        "projectUUId": project,
        "type": "scrum",
    }
    answer = check((await api.post("/v2/workitem/issue-flowage", json=body)).json(), "UpdateScrumIssueWorkflowResponse")
    flowed = answer["result"]["issue"]
    assert (flowed["status"]["id"], flowed["assigned_to"]["id"], flowed["expected_work_hours"]) == (
        2,
        world.rosa.user_id,
        2,
    )
    (entry, _) = (await records(api, project, item["id"]))["records"]
    assert sorted(detail["name"] for detail in entry["details"]) == ["assigned_to", "notes", "status"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": None}, "PM.02100001"),
        ({"status_id": None}, "PM.02100001"),
        ({"projectUUId": None}, "PM.02100001"),
        ({"status_id": 4}, "PM.02152001"),
        ({"status_id": 99}, "PM.02152001"),
        ({"id": 424242}, "PM.02152001"),
        ({"assigned_to_id": "nobody"}, "PM.02152001"),
        ({"assigned_to_id": "424242"}, "PM.02177003"),
    ],
)
async def test_a_wrong_flow_is_refused(api: Client, world: World, changed: dict[str, Any], code: str) -> None:
    item = await make_item(api, project_of(world))
    body = {"id": item["id"], "status_id": 2, "projectUUId": project_of(world), **changed}
    assert_error(await api.post("/v2/workitem/issue-flowage", json=body), 400, code)
