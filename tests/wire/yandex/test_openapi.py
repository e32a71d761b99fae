"""The description of the dialect against what it describes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from shoal.dialects.described import path_of
from shoal.dialects.yandex import errors
from shoal.dialects.yandex.openapi import STATUSES, document
from shoal.domain.fields import STANDARD
from tests.wire.routes import routes
from tests.wire.yandex.conftest import ORIGIN, Client

DOCUMENT: Any = document()
OPERATIONS = [here for path in DOCUMENT["paths"].values() for here in path.values()]


@pytest.mark.anyio
@pytest.mark.parametrize("credential", [{}, {"Authorization": "OAuth unknown"}, {"X-Auth-Token": "unknown"}])
async def test_anybody_may_have_the_document(api: Client, credential: dict[str, str]) -> None:
    async with Client(transport=api._transport, base_url=ORIGIN) as anybody:
        answer = await anybody.get(path_of("yandex"), headers=credential)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == DOCUMENT


@pytest.mark.anyio
async def test_the_document_is_only_to_be_read(api: Client) -> None:
    answer = await api.post(path_of("yandex"))
    assert (answer.status_code, answer.json()["statusCode"]) == (405, 405)


def test_the_document_is_valid() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_reference_leads_somewhere_and_every_part_is_referred_to() -> None:
    parts = DOCUMENT["components"]
    there = {f"{kind}/{name}" for kind in ("schemas", "responses") for name in parts[kind]}
    assert set(references(DOCUMENT)) == there


def references(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if "$ref" in tree:
            yield tree["$ref"].removeprefix("#/components/")
        for part in tree.values():
            yield from references(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from references(part)


@pytest.mark.parametrize("prefix", ["/v2", "/v3"])
def test_the_document_has_every_route_and_no_other(prefix: str) -> None:
    served = {
        (str(method), re.sub(r"\{(\w+):str\}", r"{\1}", route.path.removeprefix(prefix)))
        for route in routes("yandex")
        if route.path.startswith(prefix + "/")
        for method in route.methods - {"OPTIONS"}
    }
    described = {(method.upper(), path) for path, here in DOCUMENT["paths"].items() for method in here}
    assert described == served
    assert {"url": prefix} in DOCUMENT["servers"]


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_every_answer_but_an_empty_one_has_a_shape() -> None:
    empty = {
        operation["operationId"]
        for operation in OPERATIONS
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "content" not in answer
    }
    assert empty == {"delete_component", "delete_version", "delete_comment", "clear_scrolls"}


def test_every_status_of_the_dialect_is_described() -> None:
    assert set(errors.STATUS.values()) <= STATUSES.keys()


def test_every_standard_field_of_an_issue_is_described() -> None:
    answer = DOCUMENT["paths"]["/issues/{ref}"]["get"]["responses"]["200"]
    shape = answer["content"]["application/json"]["schema"]["properties"]
    assert len(shape.keys() & {errors.wire_name(name) for name in STANDARD}) == len(STANDARD)


def test_what_dependencies_read_of_the_query_string_is_described() -> None:
    parameters = DOCUMENT["paths"]["/issues/_search"]["post"]["parameters"]
    names = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
    assert names >= {"page", "perPage", "expand", "fields", "scrollId", "language", "localized"}
