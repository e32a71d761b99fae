"""The operations, by the names of the methods of the vendor's SDK; each with its models and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.dialects.codearts.openapi.words import PROJECT_ID, WORDS, Schema
from shoal.dialects.codearts.read.projects import TYPES


@dataclass(frozen=True, slots=True)
class Operation:
    """Without the name of an answer it is an empty 204."""

    name: str
    call: str
    """Method and path."""
    summary: str
    body: str | None = None
    answer: str | None = None
    query: Sequence[str] = ()
    """By their names in QUERY."""

    @property
    def method(self) -> str:
        return self.call.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.call.partition(" ")[2]


PROJECT = "/v4/projects/{project_id}"
ITEM = f"{PROJECT}/issues/{{issue_id}}"
IPD = "/v1/ipdprojectservice/projects/{project_id}"
ONLY_SOME = ("offset, cut", "limit, cut to 100")

SERVICE: Mapping[str, Sequence[Operation]] = {
    "Batch operations": (
        Operation(
            "batch_update_scrum_issues",
            "POST /v2/workitem/issues",
            "Give work items to another owner",
            "BatchUpdateRequest",
            "BatchUpdateScrumIssuesResponse",
        ),
        Operation(
            "batch_delete_scrum_workitem",
            "POST /v2/workitem/batch-delete",
            "Delete work items, and see them",
            "BatchDeleteModuleRequestBody",
            "BatchDeleteScrumWorkitemResponse",
        ),
        Operation(
            "batch_delete_issues_v4",
            f"DELETE {PROJECT}/issues",
            "Delete up to 100 work items",
            "BatchDeleteIssuesRequestV4",
        ),
        Operation(
            "batch_update_issues",
            "PUT /v2/projects/{project_id}/issues/batch-update",
            "Set several values of many work items",
            "BatchUpdateIssuesBody",
            "BatchUpdateScrumIssuesResponse",
        ),
        Operation(
            "batch_update_ipd_issues",
            f"PUT {IPD}/issues/batch",
            "The same in the words of IPD",
            "BatchUpdateIssuesParam",
            "BatchUpdateIpdIssuesResponse",
        ),
    ),
    "Work items": (
        Operation(
            "create_issue_v4",
            f"POST {PROJECT}/issue",
            "Make a work item",
            "CreateIssueRequestV4",
            "CreateIssueV4Response",
        ),
        Operation("show_issue_v4", f"GET {ITEM}", "A work item, whole", answer="ShowIssueV4Response"),
        Operation("update_issue_v4", f"PUT {ITEM}", "Change a work item", "IssueRequestV4", "UpdateIssueV4Response"),
        Operation("delete_issue_v4", f"DELETE {ITEM}", "Delete a work item"),
        Operation("list_child_issues_v4", f"GET {ITEM}/child", "Its parts", answer="ListChildIssuesV4Response"),
        Operation(
            "update_scrum_issue_workflow",
            "POST /v2/workitem/issue-flowage",
            "Take a work item to another status",
            "IssueFlowRequest",
            "UpdateScrumIssueWorkflowResponse",
        ),
        Operation(
            "list_issues_v4",
            f"POST {PROJECT}/issues",
            "The advanced query",
            "ListIssueRequestV4",
            "ListIssuesV4Response",
        ),
        Operation(
            "list_issues_sf_v4",
            f"GET {PROJECT}/issues",
            "Work items, in the older shape",
            answer="ListIssuesSfV4Response",
            query=(
                "offset",
                "limit to 100",
                "tracker_ids",
                "created_time_interval",
                "updated_time_interval",
                "closed_time_interval",
            ),
        ),
        Operation(
            "search_issues",
            "POST /v4/issues",
            "Work items of all projects",
            "ListWorkTableIssueRequestV4RequestBody",
            "SearchIssuesResponse",
        ),
    ),
    "History": (
        Operation(
            "list_issue_records_v4",
            f"GET {PROJECT}/issue/{{issue_id}}/records",
            "What changed in a work item",
            answer="ListIssueRecordsV4Response",
            query=("offset", "limit to 1000"),
        ),
        Operation(
            "list_project_issues_records_v4",
            f"GET {PROJECT}/issues/records",
            "What changed in the work items of a project",
            answer="ListProjectIssuesRecordsV4Response",
            query=("offset", "limit to 100", "operated_time_interval"),
        ),
    ),
    "Comments": (
        Operation(
            "list_issue_comments_v4",
            f"GET {ITEM}/comments",
            "Comments, the newest first",
            answer="ListIssueCommentsV4Response",
            query=("offset", "limit to 100"),
        ),
        Operation(
            "update_scrum_issue_notes",
            "POST /v2/issues/update-issue-notes",
            "Comment on a work item",
            "AddCommentsRequest",
            "UpdateScrumIssueNotesResponse",
        ),
        Operation(
            "update_scrum_my_issue_notes",
            "POST /v2/workitem/issue-note",
            "Change a comment of one's own",
            "UpdateCommentsRequest",
            "UpdateScrumMyIssueNotesResponse",
        ),
        Operation(
            "delete_scrum_my_issue_notes",
            "DELETE /v2/workitem/issue-note",
            "Delete a comment of one's own",
            "DeleteIssueNoteParam",
            "DeleteScrumMyIssueNotesResponse",
        ),
    ),
    "Projects": (
        Operation(
            "list_projects_v4",
            "GET /v4/projects",
            "Projects",
            answer="ListProjectsV4Response",
            query=("offset, cut", "limit, cut to 1000", "search", "project_type", "sort", "archive", "query_type"),
        ),
        Operation(
            "create_project_v4",
            "POST /v4/project",
            "Make a project",
            "CreateProjectV4RequestBody",
            "CreateProjectV4Response",
        ),
        Operation(
            "check_project_name_v4",
            "POST /v4/projects/check-name",
            "Whether a name is taken",
            "CheckProjectNameRequestV4",
            "CheckProjectNameV4Response",
        ),
        Operation("show_project_info_v4", f"GET {PROJECT}", "A project", answer="ShowProjectInfoV4Response"),
        Operation("update_project_v4", f"PUT {PROJECT}", "Change a project", "UpdateProjectRequestV4"),
        Operation("delete_project_v4", f"DELETE {PROJECT}", "Delete a project"),
        Operation("remove_project", f"DELETE {PROJECT}/quit", "Leave a project"),
        Operation(
            "show_project_summary_v4",
            f"GET {PROJECT}/summary",
            "A project in numbers",
            answer="ShowProjectSummaryV4Response",
        ),
    ),
    "People": (
        Operation(
            "list_project_members_v4",
            f"GET {PROJECT}/members",
            "Members",
            answer="ListProjectMembersV4Response",
            query=("offset, cut", "limit, cut to 1000"),
        ),
        Operation("add_member_v4", f"POST {PROJECT}/member", "Take in a member", "AddMemberRequestV4"),
        Operation("batch_add_members_v4", f"POST {PROJECT}/members", "Take in several", "BatchAddMembersV4RequestBody"),
        Operation(
            "batch_delete_members_v4",
            f"DELETE {PROJECT}/members",
            "Send members away",
            "BatchDeleteMembersV4RequestBody",
        ),
        Operation(
            "update_membes_role_v4",
            f"POST {PROJECT}/members/role",
            "Give members another role",
            "UpdateMembersRoleV4RequestBody",
        ),
        Operation("show_cur_user_role", f"GET {PROJECT}/user-role", "One's own role", answer="ShowCurUserRoleResponse"),
        Operation("show_cur_user_info", "GET /v4/user", "Oneself", answer="ShowCurUserInfoResponse"),
        Operation("update_nick_name_v4", "PUT /v4/user", "Change one's own name", "UpdateUserNickNameRequestV4"),
    ),
    "Iterations": (
        Operation(
            "create_iteration_v4",
            f"POST {PROJECT}/iteration",
            "Make an iteration",
            "CreateIterationRequestV4",
            "CreateIterationV4Response",
        ),
        Operation(
            "list_project_iterations_v4",
            f"GET {PROJECT}/iterations",
            "Iterations",
            answer="ListProjectIterationsV4Response",
            query=("updated_time_interval", "include_deleted"),
        ),
        Operation(
            "update_iteration_v4",
            f"PUT {PROJECT}/iterations/{{iteration_id}}",
            "Change an iteration",
            "UpdateIterationRequestV4",
        ),
        Operation("delete_iteration_v4", f"DELETE {PROJECT}/iterations/{{iteration_id}}", "Delete an iteration"),
        Operation(
            "batch_delete_iterations_v4",
            f"DELETE {PROJECT}/iterations",
            "Delete several",
            "BatchDeleteIterationsV4RequestBody",
        ),
        Operation(
            "show_iteration_v4",
            "GET /v4/iterations/{iteration_id}",
            "An iteration, and how far it is",
            answer="ShowIterationV4Response",
        ),
        Operation(
            "list_iteration_histories",
            "GET /v4/iterations/{iteration_id}/histories",
            "What changed in an iteration",
            answer="ListIterationHistoriesResponse",
            query=ONLY_SOME,
        ),
    ),
    "Modules, domains, statuses, custom fields": (
        Operation(
            "create_project_module",
            f"POST {PROJECT}/module",
            "Make a module",
            "CreateProjectModuleRequestBody",
            "CreateProjectModuleResponse",
        ),
        Operation(
            "list_project_modules",
            f"GET {PROJECT}/modules",
            "Modules, with all that is below them",
            answer="ListProjectModulesResponse",
            query=ONLY_SOME,
        ),
        Operation(
            "update_project_module",
            f"PUT {PROJECT}/modules/{{module_id}}",
            "Change a module",
            "UpdateProjectModuleRequestBody",
            "UpdateProjectModuleResponse",
        ),
        Operation("delete_project_module", f"DELETE {PROJECT}/modules/{{module_id}}", "Delete a module"),
        Operation(
            "create_project_domain",
            f"POST {PROJECT}/domain",
            "Make a domain",
            "CreateProjectDomainRequestBody",
            "CreateProjectDomainResponse",
        ),
        Operation(
            "list_project_domains",
            f"GET {PROJECT}/domains",
            "Domains, built in and own",
            answer="ListProjectDomainsResponse",
            query=ONLY_SOME,
        ),
        Operation(
            "update_project_domain",
            f"PUT {PROJECT}/domains/{{domain_id}}",
            "Change a domain of one's own",
            "CreateProjectDomainRequestBody",
            "UpdateProjectDomainResponse",
        ),
        Operation("cancel_project_domain", f"DELETE {PROJECT}/domains/{{domain_id}}", "Delete a domain of one's own"),
        Operation(
            "list_scrum_project_statuses",
            f"GET {PROJECT}/statuses",
            "Statuses, with the types that have them",
            answer="ListScrumProjectStatusesResponse",
            query=(*ONLY_SOME, "tracker_id"),
        ),
        Operation(
            "show_scrum_issue_severities",
            "GET /v2/issue-severity/all",
            "Severities",
            answer="IssueSeveritiesResponse",
        ),
        Operation(
            "list_issue_custom_fields",
            f"POST {PROJECT}/issues/custom-fields",
            "Custom fields",
            "ListIssueCustomFieldsRequestBody",
            "ListIssueCustomFieldsResponse",
        ),
        Operation(
            "create_customfields",
            "POST /v3/{project_id}/custom-fields",
            "Make a custom field",
            "CreateCustomfieldV1Req",
            "CreateCustomfieldsResponse",
        ),
    ),
}

IAM: Mapping[str, Sequence[Operation]] = {
    "IAM": (
        Operation(
            "keystone_create_user_token_by_password",
            "POST /v3/auth/tokens",
            "A token for a password",
            "KeystoneCreateUserTokenByPasswordRequestBody",
            "TokenResponse",
            query=("nocatalog",),
        ),
        Operation(
            "keystone_validate_token",
            "GET /v3/auth/tokens",
            "What a token is",
            answer="TokenResponse",
            query=("subject", "nocatalog"),
        ),
        Operation("revoke_token", "DELETE /v3/auth/tokens", "End a token", query=("subject",)),
        Operation(
            "keystone_list_projects",
            "GET /v3/projects",
            "The region of a name",
            answer="KeystoneListProjectsResponse",
            query=("name",),
        ),
        Operation(
            "keystone_list_auth_domains",
            "GET /v3/auth/domains",
            "The account",
            answer="KeystoneListAuthDomainsResponse",
        ),
    ),
}

SIGN_IN = IAM["IAM"][0]


# --- parameters ----------------------------------------------------------------------------------------------------

_ID: Schema = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}

IN_PATH: Mapping[str, Schema] = {
    "project_id": PROJECT_ID,
    "issue_id": _ID,
    "iteration_id": _ID,
    "module_id": _ID,
    "domain_id": {"type": "string", "pattern": "^[0-9]{1,18}$"},
}


def _limit(most: int, default: int, *, is_cut: bool = False) -> Schema:
    ceiling: Schema = {"description": f"More than {most} is cut to it."} if is_cut else {"maximum": most}
    return {"type": "integer", "minimum": 1, "default": default, **ceiling}


QUERY: Mapping[str, tuple[str, Schema]] = {
    "offset": ("offset", {"type": "integer", "minimum": 0, "maximum": 10**18 - 1, "default": 0}),
    "offset, cut": ("offset", {"type": "integer", "minimum": 0, "default": 0}),
    "limit to 100": ("limit", _limit(100, 10)),
    "limit to 1000": ("limit", _limit(1000, 10)),
    "limit, cut to 100": ("limit", _limit(100, 100, is_cut=True)),
    "limit, cut to 1000": ("limit", _limit(1000, 10, is_cut=True)),
    "search": ("search", {"type": "string", "description": "A part of the name or the description."}),
    "project_type": ("project_type", {"enum": ["", *sorted(TYPES)]}),
    "sort": (
        "sort",
        {
            "type": "string",
            "description": (
                "Up to four of `name`, `author_name`, `created_on`, `memcount`, with commas between; each with `:asc` "
                "or `:desc`."
            ),
        },
    ),
    "archive": ("archive", {"type": "boolean", "description": "Only projects that are archived, or that are not."}),
    "query_type": ("query_type", {"enum": ["", "domain_projects", "absent"]}),
    "tracker_id": ("tracker_id", {"type": "integer", "minimum": 0}),
    "tracker_ids": ("tracker_id", {"type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18})*$"}),
    "include_deleted": ("include_deleted", {"type": "boolean", "default": False}),
    "name": ("name", {"type": "string", "description": "Of a region; without it the first."}),
    "nocatalog": ("nocatalog", {"type": "string", "description": "Leaves the catalog out; with or without a value."}),
    **{
        name: (name, WORDS["Interval"])
        for name in (
            "created_time_interval",
            "updated_time_interval",
            "closed_time_interval",
            "operated_time_interval",
        )
    },
    "subject": ("X-Subject-Token", {"type": "string", "minLength": 1}),
}
"""What an operation may ask for, by a name of its own: the parameter's name, and its schema. An empty one is none."""

IN_HEADER = frozenset({"subject"})
"""Those of them that are a header, and required."""
