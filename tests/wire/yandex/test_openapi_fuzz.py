"""Schemathesis against `shoal serve`: whatever is sent, good or broken, the answer is one that the description of the
dialect has, and never a failure of the server.

The examples are the same in every run. In most of them what a path or a body names is replaced by things that are
there: or nearly every request would end at an issue that nobody knows.
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

from shoal.dialects.yandex.openapi import document
from tests.wire.yandex.test_official_client import Place, place

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
THINGS_OF_PATH = {
    "queues": "queue",
    "issues": "issue",
    "components": "component",
    "versions": "version",
    "boards": "board",
    "sprints": "sprint",
    "projects": "project",
    "users": "user",
    "issuetypes": "type",
    "statuses": "status",
    "priorities": "priority",
    "resolutions": "resolution",
    "workflows": "workflow",
}
"""What `{ref}` is, by the first word of the path."""
_numbers = count(1)


@dataclass(frozen=True)
class Caller:
    """Rosa, with her token, and a version of the wire."""

    place: Place
    url: str
    session: requests.Session

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.url}{path}", json=body)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="module", params=["v2", "v3"])
def caller(place: Place, request: pytest.FixtureRequest) -> Iterator[Caller]:
    with closing(requests.Session()) as session:
        session.headers["Authorization"] = f"OAuth {place.world.tokens['rosa']}"
        session.headers["X-Org-ID"] = str(place.world.org_id)
        yield Caller(place, f"{place.url}/{request.param}", session)


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_is_described(name: str, caller: Caller) -> None:
    things = make_things(caller)
    for mode in modes(name):

        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=[*HealthCheck]
        )
        @given(case=OPERATIONS[name].as_strategy(generation_mode=mode), lot=st.integers(0, 5))
        def send(case: Case, lot: int) -> None:
            if lot < 5:
                put_in(things, case)
            case.call_and_validate(base_url=caller.url, session=caller.session, checks=CHECKED)

        send()


def modes(name: str) -> list[GenerationMode]:
    """Some broken requests are without a credential, and GET /v3/projects without ours is the other wire's."""
    return [GenerationMode.POSITIVE] if name == "list_projects" else [*GenerationMode]


# --- things that are there -----------------------------------------------------------------------------------------

Things = Mapping[str, Any]
"""By what they are; those of a body also by the name of its field."""


def make_things(caller: Caller) -> Things:
    """One of everything, made for one test."""
    number = next(_numbers)
    issue, second = (
        caller.send("POST", "/issues", {"queue": "TEST", "summary": f"Leaky pump {number}"}) for _ in range(2)
    )
    comment = caller.send("POST", f"/issues/{issue['key']}/comments", {"text": "Red, not orange"})
    [entry, *_] = caller.send("GET", f"/issues/{issue['key']}/changelog")
    values = {"priority": "minor"}
    bulk = caller.send("POST", "/bulkchange/_update", {"issues": [issue["key"]], "values": values, "notify": False})
    part = {"queue": "TEST", "name": f"Part {number}"}
    return {
        "issue": issue["key"],
        "queue": "TEST",
        "component": str(caller.send("POST", "/components", part)["id"]),
        "version": str(caller.send("POST", "/versions", part)["id"]),
        "user": "ivan",
        "type": "bug",
        "status": "open",
        "priority": "minor",
        "resolution": "fixed",
        "workflow": "default",
        "comment_id": str(comment["id"]),
        "entry_id": entry["id"],
        "transition_id": "start_progress",
        "bulk_id": bulk["id"],
        "right": "read",
        "name": "summary",
        "key": "system",
        "issues": [issue["key"], second["id"]],
        "keys": [issue["key"]],
        "query": "Queue: TEST",
        "filter": {"queue": "TEST", "assignee": "empty()"},
        "order": "+key",
        "values": values,
        "transition": "start_progress",
        "lead": "rosa",
        "summonees": ["ivan"],
        "defaultType": "bug",
        "issueType": "bug",
    }


def put_in(things: Things, case: Case) -> None:
    """Only where the data are meant to be good: broken ones stay as they are."""
    assert case.meta is not None
    good = {place for place, part in case.meta.components.items() if part.mode is GenerationMode.POSITIVE}
    if ParameterLocation.PATH in good:
        thing = THINGS_OF_PATH.get(case.path.split("/")[1], "")
        known = {**things, "ref": things.get(thing)}
        case.path_parameters.update({name: known[name] for name in case.path_parameters if known.get(name)})
    if ParameterLocation.BODY in good and isinstance(case.body, dict):
        names = {"name": f"Thing {next(_numbers)}", "key": None, "type": things["type"]}
        case.body = {name: {**things, **names}.get(name, part) for name, part in case.body.items()}
