"""Schemathesis against `shoal serve`: whatever is sent, good or broken, the answer is one that the description of the
dialect has, and never a failure of the server.

The examples are the same in every run. In most of them what a path or a body names is replaced by things that are
there: or nearly every request would end at a project that nobody knows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.description import document
from shoal.dialects.codearts.ipd import ipd_id
from tests.wire.codearts.conftest import PASSWORD
from tests.wire.codearts.test_sdk_iam import Place, place

__all__ = ["place"]  # the fixture

EXAMPLES = int(os.environ.get("SHOAL_FUZZ_EXAMPLES", "10"))
"""Of every operation, in each mode: with data that fit the description, and with data that do not."""

load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (found.ok() for found in schemathesis.openapi.from_dict(document()).get_all_operations())
}
_numbers = count(1)


@dataclass(frozen=True)
class Caller:
    """Rosa, with a token of hers."""

    place: Place
    session: requests.Session

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.place.url}{path}", json=body)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def sign_in(self) -> dict[str, Any]:
        user = {"name": "rosa", "password": PASSWORD, "domain": {"name": self.place.domain}}
        return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}

    def new_token(self) -> str:
        return self.session.post(f"{self.place.url}/v3/auth/tokens", json=self.sign_in()).headers["X-Subject-Token"]


@pytest.fixture(scope="module")
def caller(place: Place) -> Iterator[Caller]:
    with closing(requests.Session()) as session:
        found = Caller(place, session)
        session.headers["X-Auth-Token"] = found.new_token()
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_is_described(name: str, caller: Caller) -> None:
    things = make_things(caller, name)
    for mode in modes(name):

        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=[*HealthCheck]
        )
        @given(case=OPERATIONS[name].as_strategy(generation_mode=mode), lot=st.integers(0, 5))
        def send(case: Case, lot: int) -> None:
            if lot < 5:
                put_in(things, case)
            case.call_and_validate(base_url=caller.place.url, session=caller.session, checks=CHECKED)

        send()


def modes(name: str) -> list[GenerationMode]:
    """Where nothing is to be sent nothing can be broken."""
    operation = OPERATIONS[name].definition.raw
    return [*GenerationMode] if operation["parameters"] or "requestBody" in operation else [GenerationMode.POSITIVE]


# --- things that are there -----------------------------------------------------------------------------------------

Things = Mapping[str, Any]
"""By the name of the parameter of a path or header, or of the field of a body."""


def make_things(caller: Caller, name: str) -> Things:
    """A project of the operation's own, with one of everything in it."""
    project = caller.send(
        "POST", "/v4/project", {"project_name": f"Harbour {next(_numbers)} {name}", "project_type": "scrum"}
    )["project_id"]
    here = f"/v4/projects/{project}"
    ivan = caller.place.world.ivan.user_id
    caller.send("POST", f"{here}/member", {"user_id": ids.user(ivan), "role_id": 4})
    item = {"name": "Paint the buoy", "tracker_id": 2, "priority_id": 2, "assigned_id": ivan}
    first, second = (caller.send("POST", f"{here}/issue", item)["id"] for _ in range(2))
    note = {"id": first, "projectUUId": project, "innerText": "Red, not orange"}
    caller.send("POST", "/v2/issues/update-issue-notes", note)
    comment = caller.send("GET", f"{here}/issues/{first}/comments")["comments"][0]["id"]
    iteration = caller.send("POST", f"{here}/iteration", {"name": "Week 1", "begin_time": "2026-01-05"})["id"]
    field = caller.send("POST", f"/v3/{project}/custom-fields", {"name": "Berth", "type": "text"})["custom_field"]
    return {
        **dict.fromkeys(("project_id", "projectUUId", "project_uuid", "projectId"), project),
        **dict.fromkeys(("assigned_to_id", "assigned_id", "developer_id"), ivan),
        "issue_id": first,
        "issue_ids": [first, second],
        "id": {
            "delete_scrum_my_issue_notes": comment,
            "batch_update_issues": f"{first},{second}",
            "batch_update_ipd_issues": [ipd_id(first), ipd_id(second)],
        }.get(name, first),
        "noteId": comment,
        "iteration_id": iteration,
        "iteration_ids": [iteration],
        "module_id": caller.send("POST", f"{here}/module", {"module_name": "Cranes"})["module_id"],
        "domain_id": caller.send("POST", f"{here}/domain", {"domain_name": "Rigging"})["domain_id"],
        "user_id": ids.user(ivan),
        "user_ids": [ids.user(ivan)],
        "custom_field": field,
        **dict.fromkeys(("tracker_id", "status_id"), 3),
        "priority_id": 1,
        "severity_id": 13,
        "parent_issue_id": None,
        "X-Subject-Token": caller.new_token() if name == "revoke_token" else caller.session.headers["X-Auth-Token"],
        "auth": caller.sign_in()["auth"] if name == "keystone_create_user_token_by_password" else None,
    }


def put_in(things: Things, case: Case) -> None:
    """Only where the data are meant to be good: broken ones stay as they are."""
    assert case.meta is not None
    good = {place for place, part in case.meta.components.items() if part.mode is GenerationMode.POSITIVE}
    if ParameterLocation.PATH in good:
        case.path_parameters.update({name: things[name] for name in case.path_parameters})
    if ParameterLocation.HEADER in good:
        case.headers.update({name: things[name] for name in case.headers if name in things})
    if ParameterLocation.BODY in good:
        case.body = _filled(case.body, things)


def _filled(body: Any, things: Things) -> Any:
    if isinstance(body, list):
        return [_filled(part, things) for part in body]
    if not isinstance(body, dict):
        return body
    return {name: things[name] if name in things else _filled(part, things) for name, part in body.items()}
