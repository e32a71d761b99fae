"""Whatever is put in place of anything, the directories answer it: with an error of the one shape, or by doing it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shoal.dialects.codearts import ids
from tests.wire.codearts.conftest import Client
from tests.world import World

NASTY: list[Any] = [
    *(None, True, -1, 0, 1, 2**31, 2**63 - 1, 2**63, 2**70, 1.5, 1e308),
    *(
        "",
        " ",
        "x",
        "-1",
        "0",
        "²",
        "１",
        "9" * 18,
        "9" * 19,
        "9" * 40,
        "a\0b",
        "\ud800",
        "x" * 5000,
        "🌊",
        "2026-01-05",
    ),
    *(
        "0001-01-01",
        "9999-12-31",
        "2026-01-05T00:00:00",
        "1,2",
        "%00",
        "'; --",
        "a" * 32,
        "5b0ac0dea2700002" + "f" * 16,
    ),
    *([], {}, [None], [1], ["x"], [[]], [{}], {"user_id": 1}, {"user_id": "x"}, [{"user_id": "x", "role_id": 4}]),
]

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v4/project"): {"project_name": "n", "project_type": "scrum", "template_id": 1, "description": "d"},
    ("POST", "/v4/projects/check-name"): {"project_name": "n"},
    ("PUT", "/v4/projects/{p}"): {"project_name": "n", "description": "d"},
    ("PUT", "/v4/user"): {"nick_name": "n"},
    ("POST", "/v4/projects/{p}/member"): {"user_id": "{u}", "role_id": 4, "domain_id": None, "domain_name": "d"},
    ("POST", "/v4/projects/{p}/members"): {"users": [{"user_id": "{u}", "role_id": 4}]},
    ("DELETE", "/v4/projects/{p}/members"): {"user_ids": ["{u}"]},
    ("POST", "/v4/projects/{p}/members/role"): {"user_ids": ["{u}"], "role_id": 4},
    ("POST", "/v4/projects/{p}/iteration"): {"name": "n", "begin_time": None, "end_time": None, "description": ""},
    ("PUT", "/v4/projects/{p}/iterations/{i}"): {"name": "n", "begin_time": None, "status": "1", "over_type": "close"},
    ("DELETE", "/v4/projects/{p}/iterations"): {"iteration_ids": [1]},
    ("POST", "/v4/projects/{p}/module"): {"module_name": "n", "parent_module_id": 1, "owner": None, "description": ""},
    ("PUT", "/v4/projects/{p}/modules/{m}"): {"module_name": "n", "owner": {"user_id": "{u}"}, "description": ""},
    ("POST", "/v4/projects/{p}/domain"): {"domain_name": "n"},
    ("PUT", "/v4/projects/{p}/domains/20"): {"domain_name": "n"},
    ("POST", "/v4/projects/{p}/issues/custom-fields"): {"custom_fields": [], "names": [], "included_not_in_use": True},
    ("POST", "/v3/{p}/custom-fields"): {"name": "n", "type": "select", "options": "a", "memo": "", "scrum_type": "7"},
}
LISTS = {
    "/v4/projects": ["offset", "limit", "search", "project_type", "sort", "archive", "query_type"],
    "/v4/projects/{p}/members": ["offset", "limit"],
    "/v4/projects/{p}/iterations": ["updated_time_interval", "include_deleted"],
    "/v4/iterations/{i}/histories": ["offset", "limit"],
    "/v4/projects/{p}/modules": ["offset", "limit"],
    "/v4/projects/{p}/domains": ["offset", "limit"],
    "/v4/projects/{p}/statuses": ["offset", "limit", "tracker_id"],
}


def filled(world: World, text: str) -> str:
    """With ids of the world in place of the letters."""
    own = {
        "{p}": ids.project(world.test),
        "{u}": ids.user(world.ivan.user_id),
        "{m}": str(world.components["Core"]),
        "{i}": "1",
    }
    for letter, value in own.items():
        text = text.replace(letter, value)
    return text


async def assert_answered(client: Client, method: str, url: str, **options: Any) -> None:
    answer = await client.request(method, url, **options)
    what = f"{method} {url} {options}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code < 500, what
    if not answer.is_success:
        body = answer.json()
        assert isinstance(body["error_code"], str), what
        assert isinstance(body["error_msg"], str), what


@pytest.mark.parametrize(("method", "url"), BODIES)
async def test_any_value_in_a_body_is_answered(api: Client, world: World, method: str, url: str) -> None:
    example = json.loads(filled(world, json.dumps(BODIES[method, url])))
    for key in example:
        for value in NASTY:
            content = json.dumps({**example, key: value}).encode()
            await assert_answered(api, method, filled(world, url), content=content)


@pytest.mark.parametrize("url", LISTS)
async def test_any_parameter_is_answered(api: Client, world: World, url: str) -> None:
    values = [str(value).encode("utf-8", "replace").decode() for value in NASTY]
    for name in LISTS[url]:
        for value in values:
            await assert_answered(api, "GET", filled(world, url), params={name: value})


async def test_any_id_in_a_path_is_answered(api: Client, world: World) -> None:
    words = [
        "0",
        "-1",
        "x",
        "²",
        "9" * 18,
        "9" * 19,
        "9" * 40,
        "%00",
        "%ff",
        "%F0%9F%8C%8A",
        "a%2Fb",
        "5B0AC0DEA2700001" + "f" * 16,
    ]
    under = ["", "/members", "/user-role", "/summary", "/iterations", "/modules", "/domains", "/statuses"]
    for word in words:
        for last in under:
            await assert_answered(api, "GET", f"/v4/projects/{word}{last}")
        for folder in ("iterations", "modules", "domains"):
            await assert_answered(api, "DELETE", filled(world, f"/v4/projects/{{p}}/{folder}/{word}"))
        await assert_answered(api, "GET", f"/v4/iterations/{word}")
