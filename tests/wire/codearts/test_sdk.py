"""The vendor's own SDK against `shoal serve`, with nothing changed but its endpoint: projects' work items."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import huaweicloudsdkprojectman.v4 as sdk
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.ipd import ipd_id
from shoal.store.db import Database
from tests import database
from tests.ports import free_port
from tests.processes import program, temporary_folder
from tests.wire.codearts.conftest import Signer, make_key, make_token
from tests.wire.conftest import SECRET_KEY
from tests.world import World, make_issues, make_world


@dataclass(frozen=True)
class Place:
    url: str
    database_url: str
    world: World
    key: Signer
    token: str

    @property
    def project(self) -> str:
        return ids.project(self.world.test)

    @property
    def rosa(self) -> str:
        return str(self.world.rosa.user_id)

    def make_issues(self, count: int) -> list[int]:
        return asyncio.run(_with_database(self.database_url, lambda db: make_issues(db, self.world, count)))


@pytest.fixture(scope="module")
def place(postgres_url: str, template_database: str) -> Iterator[Place]:
    """`shoal serve` over a database that the tests of this module share."""
    with database.database(postgres_url, template=template_database) as url, temporary_folder() as folder:
        world, key, token = asyncio.run(_with_database(url, _prepare))
        port = str(free_port())
        serve = ("shoal", "serve", "--no-worker", "--database-url", url, "--data-dir", str(folder), "--port", port)
        with program(*serve, environment={"SHOAL_SECRET_KEY": SECRET_KEY}) as running:
            running.hear("Shoal is ready")
            yield Place(f"http://127.0.0.1:{port}", url, world, key, token)
            running.end()


async def _prepare(db: Database) -> tuple[World, Signer, str]:
    world = await make_world(db)
    return world, await make_key(db, world.rosa), await make_token(db, world.rosa)


async def _with_database(url: str, act: Any) -> Any:
    db = Database(url, max_size=2)
    await db.open()
    try:
        return await act(db)
    finally:
        await db.close()


def signing(place: Place) -> Any:
    """By access key, with an IAM project that means nothing."""
    credentials = BasicCredentials(place.key.access, place.key.secret, "any-iam-project")
    return sdk.ProjectManClient.new_builder().with_credentials(credentials).with_endpoint(place.url).build()


def regional(place: Place) -> Any:
    """By access key and region: the SDK looks up the IAM project by itself."""
    credentials = BasicCredentials(place.key.access, place.key.secret).with_iam_endpoint(place.url)
    builder = sdk.ProjectManClient.new_builder().with_credentials(credentials)
    return builder.with_region(Region("cn-north-4", place.url)).build()


class WithToken:
    """Calls the methods of a client whose own keys are worth nothing, each with the token beside."""

    def __init__(self, place: Place) -> None:
        credentials = BasicCredentials("no-key", "no-secret", "any-iam-project")
        builder = sdk.ProjectManClient.new_builder().with_credentials(credentials)
        self.client, self.token = builder.with_endpoint(place.url).build(), place.token

    def __getattr__(self, method: str) -> Any:
        invoker = getattr(self.client, f"{method}_invoker")
        return lambda request: invoker(request).add_header("X-Auth-Token", self.token).invoke()


@pytest.fixture(params=[signing, regional, WithToken])
def client(place: Place, request: pytest.FixtureRequest) -> Any:
    return request.param(place)


def batch_edit(client: Any, place: Place, items: list[int]) -> Any:
    body = sdk.BatchUpdateRequest(
        assigned_to_id=place.rosa, issue_ids=",".join(map(str, items)), project_id=place.project
    )
    return client.batch_update_scrum_issues(sdk.BatchUpdateScrumIssuesRequest(body=body))


def create(client: Any, place: Place, **values: Any) -> Any:
    body = sdk.CreateIssueRequestV4(**{"name": "Paint the buoy", "tracker_id": 2, "priority_id": 2, **values})
    return client.create_issue_v4(sdk.CreateIssueV4Request(project_id=place.project, body=body))


def show(client: Any, place: Place, item: int) -> Any:
    return client.show_issue_v4(sdk.ShowIssueV4Request(project_id=place.project, issue_id=item))


# --- batch edit ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 60])
def test_the_sdk_edits_items_in_a_batch(client: Any, place: Place, count: int) -> None:
    items = place.make_issues(count)
    answer = batch_edit(client, place, [*items, 9191020])
    assert (answer.status_code, answer.status) == (200, "success")
    assert answer.result.success_issues == [str(item) for item in items]
    assert answer.result.error_issues == [9191020]
    assert (answer.result.project.total, answer.result.project.identifier) == (count, place.project)
    assert show(client, place, items[0]).assigned_user.name == "rosa"


def test_the_sdk_edits_five_thousand_items_in_a_batch(place: Place) -> None:
    items = place.make_issues(5000)
    answer = batch_edit(signing(place), place, items)
    assert answer.result.success_issues == [str(item) for item in items]
    assert len(set(answer.result.journal_ids)) == 5000


def test_a_journal_id_is_a_records(client: Any, place: Place) -> None:
    (item,) = place.make_issues(1)
    (journal,) = batch_edit(client, place, [item]).result.journal_ids
    request = sdk.ListIssueRecordsV4Request(project_id=place.project, issue_id=item)
    newest = client.list_issue_records_v4(request).records[0]
    assert (str(newest.id), newest.user.user_name) == (journal, "rosa")
    assert [(one.name, one.new_value) for one in newest.details] == [("assigned_to", "rosa")]


def test_the_sdk_is_told_what_is_wrong(client: Any, place: Place) -> None:
    body = sdk.BatchUpdateRequest(assigned_to_id="424242", issue_ids="1", project_id=place.project)
    with pytest.raises(ClientRequestException) as refused:
        client.batch_update_scrum_issues(sdk.BatchUpdateScrumIssuesRequest(body=body))
    assert (refused.value.status_code, refused.value.error_code) == (400, "PM.02150010")
    assert refused.value.error_msg
    assert refused.value.request_id


# --- one item ------------------------------------------------------------------------------------------------------


def test_an_item_lives_and_dies(client: Any, place: Place) -> None:
    made = create(client, place, description="red", assigned_id=place.world.rosa.user_id, expected_work_hours=2.5)
    shown = show(client, place, made.id)
    assert (shown.name, shown.description, shown.status.id, shown.severity.id) == ("Paint the buoy", "red", 1, 12)
    assert (shown.assigned_user.nick_name, shown.expected_work_hours) == ("Rosa Prado", 2.5)
    body = sdk.IssueRequestV4(status_id=2, done_ratio=50)
    request = sdk.UpdateIssueV4Request(project_id=place.project, issue_id=made.id, body=body)
    assert (client.update_issue_v4(request).status.id, show(client, place, made.id).done_ratio) == (2, 50)
    gone = client.delete_issue_v4(sdk.DeleteIssueV4Request(project_id=place.project, issue_id=made.id))
    assert gone.status_code == 204
    with pytest.raises(ClientRequestException) as refused:
        show(client, place, made.id)
    assert refused.value.status_code == 400


def test_items_are_found(client: Any, place: Place) -> None:
    story = create(client, place, tracker_id=7, name="Light the harbour")
    task = create(client, place, parent_issue_id=story.id, priority_id=3)
    body = sdk.ListIssueRequestV4(tracker_ids=[2], priority_ids=[3], limit=1, offset=0)
    page = client.list_issues_v4(sdk.ListIssuesV4Request(project_id=place.project, body=body))
    assert (page.issues[0].id, page.issues[0].parent_issue.name) == (task.id, "Light the harbour")
    below = client.list_child_issues_v4(sdk.ListChildIssuesV4Request(project_id=place.project, issue_id=story.id))
    assert ([one.id for one in below.issues], below.total) == ([task.id], 1)
    older = client.list_issues_sf_v4(
        sdk.ListIssuesSfV4Request(project_id=place.project, offset=0, limit=10, tracker_id=7)
    )
    assert older.issues[0].subject == "Light the harbour"
    everywhere = sdk.ListWorkTableIssueRequestV4RequestBody(offset=0, limit=10, subject="harbour")
    found = client.search_issues(sdk.SearchIssuesRequest(body=everywhere))
    assert story.id in [one.id for one in found.issue_list]


def test_items_are_deleted_in_batches(client: Any, place: Place) -> None:
    first, second, third = place.make_issues(3)
    body = sdk.BatchDeleteModuleRequestBody(project_id=place.project, issue_ids=f"{first},999999999")
    answer = client.batch_delete_scrum_workitem(sdk.BatchDeleteScrumWorkitemRequest(body=body))
    assert answer.result.delete_issue.del_issue_id == [first]
    assert answer.result.delete_issue.del_issue[0].deleted is True
    listed = sdk.BatchDeleteIssuesRequestV4(issue_ids=[second, third])
    gone = client.batch_delete_issues_v4(sdk.BatchDeleteIssuesV4Request(project_id=place.project, body=listed))
    assert gone.status_code == 204


def test_an_item_flows_to_another_status(client: Any, place: Place) -> None:
    (item,) = place.make_issues(1)
    body = sdk.IssueFlowRequest(id=item, status_id=2, project_uu_id=place.project, type="scrum", notes="On it")
    answer = client.update_scrum_issue_workflow(sdk.UpdateScrumIssueWorkflowRequest(body=body))
    assert (answer.result.issue.status.id, answer.result.issue.id) == (2, item)


def test_the_ipd_edit_reaches_the_same_items(client: Any, place: Place) -> None:
    (item,) = place.make_issues(1)
    attribute = sdk.IssueUpdateAttribute(category="Task", priority="3", assignee=sdk.UserUpdateAttribute(id=place.rosa))
    body = sdk.BatchUpdateIssuesParam(id=[ipd_id(item)], attribute=attribute)
    answer = client.batch_update_ipd_issues(sdk.BatchUpdateIpdIssuesRequest(project_id=place.project, body=body))
    assert [one.id for one in answer.result[0].success] == [ipd_id(item)]
    assert show(client, place, item).priority.id == 3


def test_comments_are_said_changed_and_unsaid(client: Any, place: Place) -> None:
    (item,) = place.make_issues(1)
    said = sdk.AddCommentsRequest(
        id=str(item), notes=quote("Ready, 100 %"), inner_text="Ready, 100 %", project_uu_id=place.project, type="scrum"
    )
    answer = client.update_scrum_issue_notes(sdk.UpdateScrumIssueNotesRequest(body=said))
    assert answer.result.issue.inner_text == "Ready, 100 %"
    listed = sdk.ListIssueCommentsV4Request(project_id=place.project, issue_id=item)
    (comment,) = client.list_issue_comments_v4(listed).comments
    assert (comment.comment, comment.user.nick_name) == ("Ready, 100 %", "Rosa Prado")
    other = sdk.UpdateCommentsRequest(
        id=item, note_id=comment.id, notes="Not yet", inner_text="Not yet", project_uu_id=place.project, type="scrum"
    )
    assert client.update_scrum_my_issue_notes(sdk.UpdateScrumMyIssueNotesRequest(body=other)).status == "success"
    assert client.list_issue_comments_v4(listed).comments[0].comment == "Not yet"
    gone = sdk.DeleteIssueNoteParam(id=comment.id, project_id=place.project, type="scrum")
    client.delete_scrum_my_issue_notes(sdk.DeleteScrumMyIssueNotesRequest(body=gone))
    assert client.list_issue_comments_v4(listed).total == 0


def test_a_projects_records_are_listed(client: Any, place: Place) -> None:
    item = create(client, place).id
    request = sdk.ListProjectIssuesRecordsV4Request(project_id=place.project, offset=0, limit=1)
    (row,) = client.list_project_issues_records_v4(request).records
    assert (row.issue_id, row.operation, row.operator.name) == (item, "create", "rosa")
