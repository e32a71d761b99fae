"""The vendor's own SDK against `shoal serve`: every method of the directories, signed, with nothing changed but the
endpoint."""

from __future__ import annotations

import secrets
from typing import Any

import huaweicloudsdkprojectman.v4 as sdk
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from shoal.dialects.codearts import ids
from tests.wire.codearts.test_sdk_iam import Place, place, service

__all__ = ["place"]  # the fixture


@pytest.fixture(name="client")
def _client(place: Place) -> Any:
    return service(place)


@pytest.fixture(name="project")
def _project(client: Any) -> Any:
    """A project of this test's own."""
    body = sdk.CreateProjectV4RequestBody(project_name=f"Harbour {secrets.token_hex(4)}", project_type="scrum")
    return client.create_project_v4(sdk.CreateProjectV4Request(body=body))


def test_projects(client: Any, project: Any) -> None:
    shown = client.show_project_info_v4(sdk.ShowProjectInfoV4Request(project.project_id)).project
    assert (shown.name, shown.archive, shown.creator.user_name) == (project.project_name, 0, "rosa")
    found = client.list_projects_v4(sdk.ListProjectsV4Request(offset=0, limit=5, search=project.project_name))
    assert [it.project_id for it in found.projects] == [project.project_id]
    name = sdk.CheckProjectNameRequestV4(project.project_name)
    assert client.check_project_name_v4(sdk.CheckProjectNameV4Request(name)).exist is True
    other = sdk.UpdateProjectRequestV4(description="Boats", project_name=f"{project.project_name}!")
    client.update_project_v4(sdk.UpdateProjectV4Request(project.project_id, other))
    assert client.check_project_name_v4(sdk.CheckProjectNameV4Request(name)).exist is False
    assert client.show_project_summary_v4(sdk.ShowProjectSummaryV4Request(project.project_id)).bug_statistics == []
    client.delete_project_v4(sdk.DeleteProjectV4Request(project.project_id))
    with pytest.raises(ClientRequestException) as refused:
        client.show_project_info_v4(sdk.ShowProjectInfoV4Request(project.project_id))
    assert (refused.value.status_code, refused.value.error_code) == (400, "PM.02152005")


def test_members(client: Any, project: Any, place: Place) -> None:
    ivan, olga = ids.user(place.world.ivan.user_id), ids.user(place.world.olga.user_id)
    one = sdk.AddMemberRequestV4(role_id=4, user_id=ivan)
    client.add_member_v4(sdk.AddMemberV4Request(project.project_id, one))
    more = sdk.BatchAddMembersV4RequestBody([sdk.BatchAddMemberRequestV4(role_id=7, user_id=olga)])
    client.batch_add_members_v4(sdk.BatchAddMembersV4Request(project.project_id, more))
    roles = sdk.UpdateMembersRoleV4RequestBody(role_id=6, user_ids=[ivan])
    client.update_membes_role_v4(sdk.UpdateMembesRoleV4Request(project.project_id, roles))
    listed = client.list_project_members_v4(sdk.ListProjectMembersV4Request(project.project_id, offset=0, limit=10))
    assert {it.user_name: it.role_id for it in listed.members} == {"rosa": -1, "ivan": 6, "olga": 7}
    gone = sdk.BatchDeleteMembersV4RequestBody([ivan, olga])
    client.batch_delete_members_v4(sdk.BatchDeleteMembersV4Request(project.project_id, gone))
    listed = client.list_project_members_v4(sdk.ListProjectMembersV4Request(project.project_id, offset=0, limit=10))
    assert listed.total == 1
    assert client.show_cur_user_role(sdk.ShowCurUserRoleRequest(project.project_id)).user_role == -1
    with pytest.raises(ClientRequestException) as refused:
        client.remove_project(sdk.RemoveProjectRequest(project.project_id))
    assert refused.value.error_code == "PM.02150302"


def test_oneself(client: Any) -> None:
    client.update_nick_name_v4(sdk.UpdateNickNameV4Request(sdk.UpdateUserNickNameRequestV4(nick_name="Rosa the Red")))
    me = client.show_cur_user_info(sdk.ShowCurUserInfoRequest())
    assert (me.user_name, me.nick_name) == ("rosa", "Rosa the Red")


def test_iterations(client: Any, project: Any) -> None:
    project_id = project.project_id
    new = sdk.CreateIterationRequestV4("2026-01-05", "First", "2026-01-09", "Week 1")
    made = client.create_iteration_v4(sdk.CreateIterationV4Request(project_id, new)).id
    started = sdk.UpdateIterationRequestV4(name="Week one", status="1")
    client.update_iteration_v4(sdk.UpdateIterationV4Request(iteration_id=made, project_id=project_id, body=started))
    shown = client.show_iteration_v4(sdk.ShowIterationV4Request(iteration_id=made))
    assert (shown.name, shown.status, shown.total, shown.have_task) == ("Week one", "1", 0, False)
    listed = client.list_project_iterations_v4(sdk.ListProjectIterationsV4Request(project_id, include_deleted=False))
    assert [(it.id, it.begin_time, it.deleted) for it in listed.iterations] == [(made, "2026-01-05", False)]
    other = client.create_iteration_v4(
        sdk.CreateIterationV4Request(project_id, sdk.CreateIterationRequestV4("2026-01-12", "", "2026-01-16", "Week 2"))
    ).id
    client.delete_iteration_v4(sdk.DeleteIterationV4Request(iteration_id=made, project_id=project_id))
    body = sdk.BatchDeleteIterationsV4RequestBody([other])
    client.batch_delete_iterations_v4(sdk.BatchDeleteIterationsV4Request(project_id, body))
    listed = client.list_project_iterations_v4(sdk.ListProjectIterationsV4Request(project_id, include_deleted=True))
    assert [it.deleted for it in listed.iterations] == [True, True]
    history = client.list_iteration_histories(sdk.ListIterationHistoriesRequest(iteration_id=made, offset=0, limit=10))
    assert [it.operate for it in history.histories] == ["delete", "update", "create"]


def test_modules(client: Any, project: Any, place: Place) -> None:
    project_id = project.project_id
    owner = sdk.UserRequest(ids.user(place.world.ivan.user_id))
    body = sdk.CreateProjectModuleRequestBody(description="Lifts", module_name="Cranes", owner=owner)
    made = client.create_project_module(sdk.CreateProjectModuleRequest(project_id, body))
    below = sdk.CreateProjectModuleRequestBody(module_name="Boom", parent_module_id=made.module_id)
    boom = client.create_project_module(sdk.CreateProjectModuleRequest(project_id, below))
    (listed,) = client.list_project_modules(sdk.ListProjectModulesRequest(project_id)).modules
    assert (listed.owner.user_name, listed.is_parent, listed.children[0].module_name) == ("ivan", True, "Boom")
    edit = sdk.UpdateProjectModuleRequestBody(module_name="Hoists")
    edited = client.update_project_module(
        sdk.UpdateProjectModuleRequest(module_id=made.module_id, project_id=project_id, body=edit)
    )
    assert (edited.module_name, edited.description) == ("Hoists", "Lifts")
    for module in (boom, made):
        client.delete_project_module(sdk.DeleteProjectModuleRequest(module_id=module.module_id, project_id=project_id))
    assert client.list_project_modules(sdk.ListProjectModulesRequest(project_id)).total == 0


def test_domains_statuses_and_severities(client: Any, project: Any) -> None:
    project_id = project.project_id
    body = sdk.CreateProjectDomainRequestBody("Rigging")
    made = client.create_project_domain(sdk.CreateProjectDomainRequest(project_id, body))
    edit = sdk.CreateProjectDomainRequestBody("Ropes")
    client.update_project_domain(
        sdk.UpdateProjectDomainRequest(domain_id=made.domain_id, project_id=project_id, body=edit)
    )
    listed = client.list_project_domains(sdk.ListProjectDomainsRequest(project_id, offset=0, limit=10))
    assert listed.domains[-1].domain_name == "Ropes"
    client.cancel_project_domain(sdk.CancelProjectDomainRequest(domain_id=made.domain_id, project_id=project_id))
    assert client.list_project_domains(sdk.ListProjectDomainsRequest(project_id)).total == 7
    asked = sdk.ListScrumProjectStatusesRequest(project_id, offset=0, limit=10, tracker_id=2)
    statuses = client.list_scrum_project_statuses(asked).issue_statuses
    assert {1, 2, 3, 4, 5, 6} <= {it.status_id for it in statuses}
    answer = client.show_scrum_issue_severities(sdk.ShowScrumIssueSeveritiesRequest())
    assert answer.status_code == 200
    assert b"Critical" in answer.raw_content


def test_custom_fields(client: Any, project: Any) -> None:
    new = sdk.CreateCustomfieldV1Req(name="Berth", type="select", options="a,b", memo="where", scrum_type="7")
    made = client.create_customfields(sdk.CreateCustomfieldsRequest(project_id=project.project_id, body=new))
    assert (made.custom_field, made.options, made.tracker_id) == (f"custom_field{made.id}", "a,b", 7)
    asked = sdk.ListIssueCustomFieldsRequestBody(names=["Berth"])
    found = client.list_issue_custom_fields(sdk.ListIssueCustomFieldsRequest(project.project_id, asked))
    assert [(it.custom_field, it.type) for it in found.datas] == [(made.custom_field, "select")]
