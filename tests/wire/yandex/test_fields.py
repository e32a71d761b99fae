"""Global and local custom fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.wire.yandex.conftest import Client, read

ClientOf = Callable[[str], Client]


WORDS = (
    "string text integer float date datetime timetracking user issuetype priority status resolution queue component"
    " version sprint project issue uri boolean"
)


async def test_every_field_has_what_the_official_client_needs(api: Client) -> None:
    fields = {field["id"]: field for field in await read(api, "/v2/fields/")}
    assert all(field["schema"]["type"] for field in fields.values())
    assert fields["fixVersions"]["schema"] == {"type": "array", "items": "version", "required": False}
    assert fields["originalEstimation"]["schema"]["type"] == "timetracking"
    assert fields["project"]["schema"]["type"] == "project"
    assert (fields["createdBy"]["readonly"], fields["tags"]["readonly"]) == (True, False)
    assert {"key", "queue", "status", "createdAt", "votes", "lastCommentUpdatedAt", "sprint", "project"} <= set(fields)


async def test_a_field_is_found_by_its_names_and_by_self(api: Client) -> None:
    field = await read(api, "/v3/fields/fixVersions")
    assert (field["name"], field["type"], field["category"]["id"]) == ("Fix version", "standard", "system")
    assert await read(api, field["self"]) == field
    assert (await read(api, field["category"]["self"]))["name"] == "System"
    assert (await read(api, "/v3/fields/author"))["id"] == "createdBy"
    assert (await api.get("/v3/fields/none")).status_code == 404


@pytest.mark.parametrize("word", WORDS.split())
async def test_a_local_field_of_every_kind_is_made(api: Client, word: str) -> None:
    made = await api.post("/v2/queues/TEST/localFields", json={"id": "bay", "name": "Bay", "type": word})
    assert made.status_code == 201, made.text
    field = made.json()
    assert (field["key"], field["type"], field["schema"]["type"]) == ("bay", "local", word)
    assert field["id"].endswith("--bay")
    assert field["queue"]["key"] == "TEST"
    assert await read(api, field["self"]) == field


async def test_local_fields_are_listed_by_queue_and_for_all(api: Client, api_of: ClientOf) -> None:
    body = {"id": "bay", "name": {"ru": "Отсек"}, "type": "array", "items": "user"}
    field = (await api.post("/v2/queues/TEST/localFields/", json=body)).json()
    assert field["schema"] == {"type": "array", "items": "user", "required": False}
    assert field["name"] == "Отсек"
    assert await read(api, "/v2/queues/TEST/localFields") == await read(api, "/v2/localFields/") == [field]
    for name in ("bay", field["id"]):
        assert await read(api, f"/v2/queues/TEST/localFields/{name}") == field
        assert (await api.get(f"/v2/queues/DEMO/localFields/{name}")).status_code == 404
    assert await read(api_of("ivan"), "/v2/localFields") == []
    assert (await api_of("ivan").get(f"/v2/fields/{field['id']}")).status_code == 404


async def test_the_original_names_of_the_kinds_are_understood(api: Client) -> None:
    body = {
        "id": "colour",
        "name": {"en": "Colour", "ru": "Цвет"},
        "category": "000000000000000000000003",
        "type": "ru.yandex.startrek.core.fields.StringFieldType",
        "optionsProvider": {"type": "FixedListOptionsProvider", "values": ["red", "blue"]},
        "container": True,
    }
    field = (await api.post("/v2/queues/TEST/localFields", json=body)).json()
    assert (field["schema"]["type"], field["schema"]["items"], field["options"]) == ("array", "string", True)
    assert field["optionsProvider"] == {"type": "FixedListOptionsProvider", "values": ["red", "blue"]}


async def test_a_global_field_is_made_by_an_administrator_only(api: Client, api_of: ClientOf) -> None:
    body = {"id": "cost", "name": "Cost", "schema": {"type": "float"}}
    assert (await api_of("ivan").post("/v2/fields/", json=body)).status_code == 403
    field = (await api.post("/v2/fields/", json=body)).json()
    assert (field["id"], field["type"], field["category"]["id"]) == ("cost", "standard", "custom")
    assert field in await read(api, "/v2/fields")
    assert field in await read(api, "/v2/queues/DEMO/fields")
    assert await read(api, field["self"]) == field
    assert (await api.post("/v2/fields/", json=body)).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1st"},
        {"id": "a" * 65},
        {"id": "поле"},
        {"id": None},
        {"name": ""},
        {"name": {}},
        {"name": {"en": None}},
        {"type": "money"},
        {"type": "array"},
        {"type": None},
        {"order": 2**40},
        {"type": "user", "optionsProvider": {"values": ["a"]}},
        {"optionsProvider": {"values": [1]}},
    ],
)
async def test_a_wrong_field_is_not_made(api: Client, change: dict[str, Any]) -> None:
    body = {"id": "bay", "name": "Bay", "type": "string"} | change
    answer = await api.post("/v2/queues/TEST/localFields", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert await read(api, "/v2/queues/TEST/localFields") == []


async def test_a_field_of_every_issue_keeps_its_key(api: Client) -> None:
    body = {"id": "priority", "name": "Mine", "type": "string"}
    assert (await api.post("/v2/queues/TEST/localFields", json=body)).status_code == 409
