"""Yandex's own client, driven against `shoal serve` with nothing changed but its base URL.

`retries=0`: an answer of 5xx, which the client would hide by asking again, fails the test.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from yandex_tracker_client import TrackerClient, exceptions  # type: ignore[import-untyped]  # it ships no types

from shoal.store.db import Database
from tests import database
from tests.processes import program, temporary_folder
from tests.world import World, make_issues, make_world

FIELDS = """
INSERT INTO field (org_id, queue_id, key, name, kind) VALUES (%(org)s, %(test)s, 'bay', '{"en": "Bay"}', 'string')
RETURNING id"""


@dataclass(frozen=True)
class Place:
    url: str
    database_url: str
    world: World

    def client(self, login: str = "rosa", **options: Any) -> Any:
        identity = {"token": self.world.tokens[login], "org_id": str(self.world.org_id), **options}
        return TrackerClient(base_url=self.url, retries=0, **{name: value for name, value in identity.items() if value})

    def make_issues(self, count: int, **values: Any) -> list[str]:
        """New issues of TEST; their keys."""

        async def make(db: Database) -> list[str]:
            made = await make_issues(db, self.world, count, **values)
            numbers = "SELECT number FROM issue WHERE org_id = %(org)s AND id = ANY(%(ids)s) ORDER BY id"
            async with db.transaction(self.world.org_id) as tx:
                return [f"TEST-{number}" for (number,) in await tx.tuples(numbers, {"ids": made})]

        return asyncio.run(_with_database(self.database_url, make))


@pytest.fixture(scope="module")
def place(postgres_url: str, template_database: str) -> Iterator[Place]:
    """`shoal serve` with a worker, over a database that the tests of this module share."""
    with database.database(postgres_url, template=template_database) as url, temporary_folder() as folder:
        world = asyncio.run(_with_database(url, _make_world))
        port = str(_free_port())
        serve = ("shoal", "serve", "--database-url", url, "--data-dir", str(folder), "--port", port)
        with program(*serve) as running:
            running.hear("Shoal is ready")
            yield Place(f"http://127.0.0.1:{port}", url, world)
            running.end()


@pytest.fixture(params=["v2", "v3"])
def client(place: Place, request: pytest.FixtureRequest) -> Any:
    return place.client(api_version=request.param)


async def _with_database(url: str, act: Any) -> Any:
    db = Database(url, max_size=2)
    await db.open()
    try:
        return await act(db)
    finally:
        await db.close()


async def _make_world(db: Database) -> World:
    world = await make_world(db)
    async with db.transaction(world.org_id) as tx:
        await tx.tuples(FIELDS, {"test": world.test})
    return world


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- who and what --------------------------------------------------------------------------------------------------


def test_both_kinds_of_organisation_and_of_token_come_in(place: Place) -> None:
    org_id = str(place.world.org_id)
    assert place.client().myself.login == "rosa"
    assert place.client(org_id=None, cloud_org_id=org_id).myself.login == "rosa"
    bearer = place.client(token=None, iam_token=place.world.token, org_id=None, cloud_org_id=org_id)
    assert bearer.myself.uid == place.world.rosa.user_id


def test_nobody_and_a_stranger_are_told_apart(place: Place) -> None:
    with pytest.raises(exceptions.TrackerServerError) as nobody:
        _ = place.client(token="wrong").myself
    assert nobody.value.status_code == 401
    with pytest.raises(exceptions.Forbidden):
        _ = place.client("nina").myself


# --- issues --------------------------------------------------------------------------------------------------------


def test_create_read_update(client: Any) -> None:
    made = client.issues.create(queue="TEST", summary="API Test Issue", type={"name": "Bug"}, description="test")
    issue = client.issues[made.key]
    assert (issue.summary, issue.type.key, issue.description, issue.deadline) == ("API Test Issue", "bug", "test", None)
    assert issue.queue.lead.login == "rosa"
    assert issue.status.name == "Open"
    issue.update(summary="East or west", priority="minor", tags={"add": ["a"]})
    assert (issue.summary, issue.priority.key, issue.tags, issue.version) == ("East or west", "minor", ["a"], 2)
    issue.update(summary="Again")
    assert client.issues[made.key].summary == "Again"


def test_create_again_with_the_same_unique_gives_the_first_issue(client: Any) -> None:
    first = client.issues.create(queue="TEST", summary="One", unique=f"u-{client.myself.uid}-{id(client)}")
    again = client.issues.create(queue="TEST", summary="Two", unique=first.unique)
    assert (again.key, again.summary) == (first.key, "One")


def test_a_subtask_inherits_from_its_parent(client: Any) -> None:
    parent = client.issues.create(queue="TEST", summary="Parent", tags=["a"], components=["Core"], fixVersions=["1.0"])
    child = client.issues[parent.key].create_subtask(summary="Child")
    assert (child.parent.key, child.tags) == (parent.key, ["a"])
    assert [component.display for component in child.components] == ["Core"]
    assert [version.name for version in child.fixVersions] == ["1.0"]


def test_a_stale_object_is_not_written(client: Any) -> None:
    made = client.issues.create(queue="TEST", summary="x")
    mine, other = client.issues[made.key], client.issues[made.key]
    other.update(summary="y")
    with pytest.raises(exceptions.PreconditionFailed):
        mine.update(summary="z")
    mine.update(summary="z", ignore_version_change=True)
    assert client.issues[made.key].summary == "z"


def test_a_local_field_is_read_and_written_by_its_short_key(client: Any) -> None:
    made = client.issues.create(queue="TEST", summary="x", bay="3")
    issue = client.issues[made.key]
    assert issue.bay == "3"
    issue.update(bay="4")
    assert client.issues[made.key].bay == "4"


def test_find_walks_pages_and_counts(place: Place, client: Any) -> None:
    keys = place.make_issues(7, summary=f"Walk{id(client)}")
    query = f'Summary: "Walk{id(client)}" "Sort by": Key'
    found = client.issues.find(query, per_page=3)
    assert [issue.key for issue in found] == keys
    assert (len(found), found.pages_count) == (7, 3)
    assert [issue.key for issue in found.get_page(2)] == keys[3:6]
    assert client.issues.find(query, count_only=True) == 7
    assert [issue.key for issue in client.issues.find(keys=keys[:2], order=["+key"])] == keys[:2]
    mine = client.issues.find(
        filter={"queue": "TEST", "author": "me()", "created": {"from": "2019-03-02"}},
        order=["update", "-status", "+priority"],
        per_page=15,
    )
    assert len(mine) >= 7


def test_errors_are_the_exceptions_that_clients_know(client: Any) -> None:
    for key in ("TEST-99999", "FOREIGN-1", "NOPE-1"):
        with pytest.raises(exceptions.NotFound):
            _ = client.issues[key].summary
    with pytest.raises(exceptions.BadRequest):
        client.issues.find("Status: (")
    with pytest.raises(exceptions.UnprocessableEntity) as refused:
        client.issues.create(queue="TEST", summary="x", priority="no-such")
    assert "priority" in refused.value.errors


def test_comments(client: Any) -> None:
    issue = client.issues[client.issues.create(queue="TEST", summary="x").key]
    comment = issue.comments.create(text="Test Comment", summonees=["ivan"])
    issue.comments[comment.id].update(text="New Text")
    assert [(each.text, each.createdBy.login) for each in issue.comments.get_all()] == [("New Text", "rosa")]
    issue.comments[comment.id].delete()
    assert list(issue.comments) == []


def test_transitions(client: Any) -> None:
    issue = client.issues[client.issues.create(queue="TEST", summary="x").key]
    assert "close" in [transition.id for transition in issue.transitions.get_all()]
    with pytest.raises(exceptions.UnprocessableEntity):
        issue.transitions["close"].execute()
    after = issue.transitions["close"].execute(comment="Fixed", resolution="fixed")
    assert [transition.id for transition in after] == ["reopen"]
    closed = client.issues[issue.key]
    assert (closed.status.key, closed.resolution.key) == ("closed", "fixed")
    with pytest.raises(exceptions.NotFound):
        _ = issue.transitions["close"].to


def test_move_and_changelog(client: Any) -> None:
    made = client.issues.create(queue="TEST", summary="x")
    moved = client.issues[made.key].move_to("DEMO")
    assert (moved.queue.key, moved.aliases) == ("DEMO", [made.key])
    entries = list(client.issues[made.key].changelog)
    assert [entry.type for entry in entries] == ["IssueCreated", "IssueMoved"]
    assert entries[0].updatedBy.display == "Rosa Prado"
    one = client.issues[moved.key].changelog[entries[1].id]
    assert {change["field"].id for change in one.fields} >= {"queue", "key"}


def test_what_an_issue_has_none_of_is_empty(client: Any) -> None:
    issue = client.issues[client.issues.create(queue="TEST", summary="x").key]
    assert list(issue.links) == list(issue.attachments) == list(issue.worklog) == list(issue.checklist_items) == []


# --- bulk changes --------------------------------------------------------------------------------------------------


def test_bulk_update_of_keys_and_of_found_issues(place: Place, client: Any) -> None:
    keys = place.make_issues(3)
    made = client.bulkchange.update(keys, priority="minor", tags={"add": ["minored"]}, comment="Not now")
    assert made.status == "CREATED"
    ended = made.wait(interval=0.1)
    assert (ended.status, ended.totalIssues, ended.totalCompletedIssues) == ("COMPLETE", 3, 3)
    found = client.issues.find(keys=keys)
    assert {(issue.priority.key, issue.tags[0]) for issue in found} == {("minor", "minored")}
    again = client.bulkchange.update(found, params={"notify": True}, assignee=client.users["ivan"]).wait(interval=0.1)
    assert again.status == "COMPLETE"
    issue = client.issues[keys[0]]
    assert (issue.assignee.login, issue.version) == ("ivan", 3)
    entry = list(issue.changelog)[1]
    assert (entry.transport, entry.comments["added"][0].display) == ("bulk", "Not now")


def test_bulk_update_by_query(place: Place, client: Any) -> None:
    place.make_issues(4, summary=f"Swarm{id(client)}")
    ended = client.bulkchange.update(f"Summary: Swarm{id(client)}", type={"name": "Ошибка"}).wait(interval=0.1)
    assert (ended.status, ended.totalCompletedIssues) == ("COMPLETE", 4)


def test_bulk_transition(place: Place, client: Any) -> None:
    keys = [*place.make_issues(2), *place.make_issues(1, status="closed", resolution="fixed")]
    ended = client.bulkchange.transition(keys, "need_info", priority="minor").wait(interval=0.1)
    assert (ended.status, ended.totalIssues, ended.totalCompletedIssues) == ("FAILED", 3, 2)
    assert [client.issues[key].status.key for key in keys] == ["needInfo", "needInfo", "closed"]


def test_bulk_move(place: Place, client: Any) -> None:
    keys = place.make_issues(2, components=(place.world.components["Core"],))
    ended = client.bulkchange.move(keys, "DEMO", move_all_fields=True, tags=["moved"]).wait(interval=0.1)
    assert ended.status == "COMPLETE"
    moved = [client.issues[key] for key in keys]
    assert {issue.queue.key for issue in moved} == {"DEMO"}
    assert [issue.aliases for issue in moved] == [[key] for key in keys]
    assert {issue.components[0].name for issue in moved} == {"Core"}


def test_bulk_refusals_are_raised_at_once(client: Any) -> None:
    with pytest.raises(exceptions.UnprocessableEntity) as missing:
        client.bulkchange.update(["TEST-99998", "TEST-99999"], priority="minor")
    assert all(key in missing.value.errors["issues"] for key in ("TEST-99998", "TEST-99999"))
    with pytest.raises(exceptions.UnprocessableEntity):
        client.bulkchange.update("Queue: TEST", noSuchField=1)
    with pytest.raises(exceptions.BadRequest):
        client.bulkchange.update("Status: (", priority="minor")
