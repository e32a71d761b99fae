"""What the tests of the directories have in common: a caller that holds every answer against the vendor's model."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.dialects.codearts import ids
from tests.wire.codearts import models
from tests.wire.codearts.conftest import Client, assert_error

UNKNOWN_PROJECT = "PM.02152005"
NO_MEMBER = "PM.02150010"
NO_ROLE = "PM.02150303"
FIXED = "PM.02150302"
PARAMETER = "PM.02152001"
UNREADABLE = "PARSE_REQUEST_DATA_EXCEPTION"

BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b'{"project_name": "\xff"}',
    b'{"name": "\\ud800", "project_name": "\\ud800", "domain_name": "\\ud800", "module_name": "\\ud800"}',
    b'{"name": 7, "project_name": 7, "domain_name": 7, "module_name": 7, "nick_name": 7, "users": 7, "user_ids": 7}',
    b'{"name": "a\\u0000b", "project_name": "a\\u0000b", "domain_name": "a\\u0000b", "module_name": "a\\u0000b"}',
    b'{"name": "", "project_name": "", "domain_name": " ", "module_name": "", "nick_name": " "}',
    b'{"iteration_ids": [1e400], "user_ids": [null], "users": [{}], "template_id": 99999999999999999999}',
]
"""No body of ours: each is refused everywhere."""


def path(queue_id: int, *parts: object) -> str:
    """A path under the project."""
    return "/".join(("/v4/projects", ids.project(queue_id), *map(str, parts)))


async def read(client: Client, url: str, model: str, **params: Any) -> Any:
    """The JSON of a GET that succeeds, which is of this model to the last key."""
    answer = await client.get(url, params=params)
    assert answer.status_code == 200, answer.text
    return models.check(answer.json(), model)


async def send(client: Client, method: str, url: str, body: object, model: str | None = None) -> Any:
    """The JSON of a change that succeeds; without a model there is none."""
    answer = await client.request(method, url, json=body)
    assert answer.is_success, answer.text
    if model is None:
        assert (answer.status_code, answer.content) == (204, b"")
        return None
    assert answer.status_code == 200
    return models.check(answer.json(), model)


async def refused(
    client: Client, method: str, url: str, body: object = None, *, code: str = PARAMETER, status: int = 400
) -> None:
    answer = await client.request(method, url, json=body)
    assert_error(answer, status, code)


async def assert_refuses_bad_bodies(client: Client, method: str, url: str) -> None:
    for body in BAD_BODIES:
        answer = await client.request(method, url, content=body)
        if answer.status_code != 400 or not answer.json().get("error_code"):
            pytest.fail(f"{method} {url} with {body!r}: {answer.status_code} {answer.text}")


async def assert_needs_a_known_project(client: Client, method: str, foreign: int, *parts: object) -> None:
    """A project that one may not know of, one that is not there, and what is no project's id."""
    for url in (path(foreign, *parts), path(2**40, *parts)):
        await refused(client, method, url, {}, code=UNKNOWN_PROJECT)
    for text in ("x", "0" * 31, "z" * 31 + "é", "0" * 33):
        answer = await client.request(method, "/".join(("/v4/projects", text, *map(str, parts))), json={})
        assert_error(answer, 400, PARAMETER)
    await refused(client, method, "/".join(("/v4/projects", "0" * 32, *map(str, parts))), {}, code=UNKNOWN_PROJECT)
