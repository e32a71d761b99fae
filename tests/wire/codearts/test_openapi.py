"""The description of the dialect against what it describes: the routes, the vendor's models, and, by Schemathesis, the
answers of a server that listens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import huaweicloudsdkiam.v3.model as iam_sdk
import huaweicloudsdkprojectman.v4 as sdk
import pytest
import schemathesis

from shoal.dialects.codearts import routes
from shoal.dialects.codearts.openapi import PATH
from shoal.dialects.codearts.openapi.document import build
from shoal.dialects.codearts.openapi.models import ARRAY, table
from shoal.dialects.codearts.openapi.words import WORDS
from tests.wire.codearts.conftest import Client, assert_error
from tests.wire.codearts.models import LIST

DOCUMENT: Any = build()
SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "object": "any"}
OWN_TYPE = {("CreateIssueV4Response", "new_custom_fields"): "array<IssueDetailCustomField>"}
"""Where an answer has a field of another type than the vendor declares: one with more in it."""
OWN_NAMES = {"NewCustomFieldBody": "NewCustomField"}


async def test_anybody_may_have_the_document(anybody: Client) -> None:
    answer = await anybody.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == DOCUMENT


@pytest.mark.parametrize("credential", [{"X-Auth-Token": "unknown"}, {"Authorization": "OAuth unknown"}])
async def test_no_credential_is_in_its_way(anybody: Client, credential: dict[str, str]) -> None:
    assert (await anybody.get(PATH, headers=credential)).status_code == 200


async def test_the_document_is_only_to_be_read(anybody: Client) -> None:
    assert_error(await anybody.post(PATH), 405, "APIGW.0101")


def test_the_document_is_valid() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_reference_leads_somewhere_and_every_part_is_referred_to() -> None:
    parts = DOCUMENT["components"]
    there = {f"{kind}/{name}" for kind in ("schemas", "responses") for name in parts[kind]}
    assert set(_references(DOCUMENT)) == there


def _references(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if "$ref" in tree:
            yield tree["$ref"].removeprefix("#/components/")
        for part in tree.values():
            yield from _references(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _references(part)


def test_the_document_has_every_route_and_no_other() -> None:
    handlers = [handler for module in (*routes.IAM, *routes.SERVICE) for handler in module.handlers]
    served = {
        (method, re.sub(r"\{(\w+):str\}", r"{\1}", path))
        for handler in handlers
        for path in handler.paths
        for method in handler.http_methods
    }
    described = {(method.upper(), path) for path, here in DOCUMENT["paths"].items() for method in here}
    assert described == served


def test_operations_are_called_by_the_names_of_the_methods_of_the_sdk() -> None:
    names = {here["operationId"] for path in DOCUMENT["paths"].values() for here in path.values()}
    ours = {name for name in names if not (hasattr(sdk.ProjectManClient, name) or name.startswith("keystone_"))}
    assert ours == {"batch_update_issues", "revoke_token"}  # neither is in the SDK


# --- the models of the SDK -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", sorted(name for name in table("answers.txt") if hasattr(sdk, name)))
def test_an_answer_is_what_the_sdk_declares(model: str) -> None:
    fields = {field.name: field.type for field in table("answers.txt")[model] if not field.is_more}
    declared = {name: OWN_TYPE.get((model, name), kind) for name, kind in _declared(getattr(sdk, model)).items()}
    assert fields == declared


def test_only_what_the_sdk_has_no_model_of_is_not_held_against_it() -> None:
    names = {name for name in table("answers.txt") if not hasattr(sdk, name)}
    assert {name for name in names if not hasattr(iam_sdk, name)} == {
        "IssueSeveritiesResponse",
        "IssueSeveritiesResult",
        "TokenResponse",
        "NamedResult",
        "ServiceError",
        "IamError",
        "IamErrorDetail",
    }


@pytest.mark.parametrize("model", sorted(table("bodies.txt").keys() - {"BatchUpdateIssuesBody"}))
def test_a_body_may_be_what_the_sdk_sends(model: str) -> None:
    name = OWN_NAMES.get(model, model)
    sent = getattr(sdk, name, None) or getattr(iam_sdk, name, None)
    if sent is None:
        assert model == "BatchUpdateIssuesAttribute"  # of an operation that is not in the SDK
        return
    fields = {field.name: field for field in table("bodies.txt")[model]}
    assert {name for name, field in fields.items() if not field.is_more} == _declared(sent).keys()
    assert [name for name, kind in _declared(sent).items() if not _takes(fields[name].type, kind)] == []


def _declared(model: Any) -> dict[str, str]:
    return {model.attribute_map[name]: _kind(kind) for name, kind in model.openapi_types.items()}


def _kind(kind: str) -> str:
    """The SDK's word for a type, in those of the tables."""
    if match := LIST.fullmatch(kind):
        return f"array<{_kind(match[1])}>"
    return SCALARS.get(kind, kind)


def _takes(kind: str, sent: str) -> bool:
    """Whether a field of this kind may have what is sent as a value of that type."""
    if kind == "any" or OWN_NAMES.get(kind, kind) == sent:
        return True
    parts = [ARRAY.fullmatch(kind), ARRAY.fullmatch(sent)]
    if parts[0] and parts[1]:
        return _takes(parts[0][1], parts[1][1])
    sent = sent.partition("<")[0]
    return kind in WORDS and (sent if sent in (*SCALARS.values(), "array") else "object") in _types(WORDS[kind])


def _types(word: Any) -> set[str]:
    """The types of JSON that a word of the table of bodies allows."""
    if "enum" in word:
        return {SCALARS[type(value).__name__] for value in word["enum"]}
    return {word["type"]} if isinstance(word["type"], str) else set(word["type"])
