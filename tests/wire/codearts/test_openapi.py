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

from shoal.dialects.codearts.description import document
from shoal.dialects.described import path_of
from tests.wire.codearts.conftest import Client, assert_error
from tests.wire.codearts.models import LIST

DOCUMENT: Any = document()
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {here["operationId"]: here for path in DOCUMENT["paths"].values() for here in path.values()}
NOT_IN_THE_SDK = {"batch_update_issues", "revoke_token"}
SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


async def test_anybody_may_have_the_document(anybody: Client) -> None:
    answer = await anybody.get(path_of("codearts"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == DOCUMENT


@pytest.mark.parametrize("credential", [{"X-Auth-Token": "unknown"}, {"Authorization": "OAuth unknown"}])
async def test_no_credential_is_in_its_way(anybody: Client, credential: dict[str, str]) -> None:
    assert (await anybody.get(path_of("codearts"), headers=credential)).status_code == 200


async def test_the_document_is_only_to_be_read(anybody: Client) -> None:
    assert_error(await anybody.post(path_of("codearts")), 405, "APIGW.0101")


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


def test_models_have_names_of_one_word() -> None:
    assert [name for name in SCHEMAS if not re.fullmatch(r"\w+", name)] == []


def test_operations_are_called_by_the_names_of_the_methods_of_the_sdk() -> None:
    ours = {name for name in OPERATIONS if not (hasattr(sdk.ProjectManClient, name) or name.startswith("keystone_"))}
    assert ours == NOT_IN_THE_SDK


# --- the models of the SDK -----------------------------------------------------------------------------------------


def model(name: str) -> Any:
    """The SDK's, which has two of IAM's operations and all of the service's."""
    return getattr(sdk, name, None) or getattr(iam_sdk, name)


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


MORE_IN_ANSWERS = {
    "create_issue_v4": {  # what was made is shown like any other item
        *("name", "description", "created_time", "updated_time", "closed_time", "order", "story_point"),
        *("release_dev", "find_release_dev", "env", "accessories", "new_custom_fields.[].field_type"),
        "new_custom_fields.[].description",
    },
    "list_issues_sf_v4": {"issues.[].id"},
}
"""What is sent beyond what the SDK declares, by the operation."""
AS_KEYSTONE_HAS_IT = {
    "keystone_list_auth_domains": {"links.next: more", "links.previous: more"},
    "keystone_list_projects": {"projects.[].links.next: missing", "projects.[].links.previous: missing"},
}
"""Lists have a next and a previous page, things do not; the SDK has them the other way round."""
NO_MODEL = {
    "show_scrum_issue_severities",
    "keystone_create_user_token_by_password",  # the SDK declares more than is told here
    "keystone_validate_token",
}


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - NOT_IN_THE_SDK - NO_MODEL))
def test_an_answer_is_what_the_sdk_declares(name: str) -> None:
    done = next(answer for status, answer in OPERATIONS[name]["responses"].items() if status.startswith("2"))
    if "content" not in done:
        assert "204" in OPERATIONS[name]["responses"]
        return
    schema = done["content"]["application/json"]["schema"]
    found = set(differences(schema, f"{camel(name)}Response", ""))
    more = {f"{place}: more" for place in MORE_IN_ANSWERS.get(name, ())}
    assert found == more | AS_KEYSTONE_HAS_IT.get(name, set())


def differences(schema: Any, kind: str, place: str) -> Iterator[str]:
    """Where what is answered is not of the type that the SDK declares, has more, or has less."""
    schema = _resolved(schema)
    if schema["type"] == "null" or kind == "object":
        return
    if match := LIST.fullmatch(kind):
        assert schema["type"] == "array", place
        if schema.get("maxItems") != 0:
            yield from differences(schema["items"], match[1], _under(place, "[]"))
    elif kind in SCALARS:
        fits = schema["type"] == SCALARS[kind] or (kind, schema["type"]) == ("float", "integer")
        if not fits:
            yield f"{place}: {kind}"
    else:
        declared = declared_fields(model(kind))
        yield from (f"{_under(place, name)}: more" for name in schema["properties"].keys() - declared.keys())
        yield from (f"{_under(place, name)}: missing" for name in declared.keys() - set(schema["required"]))
        for name in declared.keys() & schema["properties"].keys():
            yield from differences(schema["properties"][name], declared[name], _under(place, name))


def _under(place: str, name: str) -> str:
    return f"{place}.{name}".removeprefix(".")


def _resolved(schema: Any) -> Any:
    """The schema itself, without its being perhaps null."""
    if "$ref" in schema:
        return SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema and "type" not in schema:
        (schema,) = (part for part in schema["anyOf"] if part != {"type": "null"})
        return _resolved(schema)
    if isinstance(schema["type"], list):
        (kind,) = (kind for kind in schema["type"] if kind != "null")
        return {**schema, "type": kind}
    return schema


def declared_fields(declared: Any) -> dict[str, str]:
    return {declared.attribute_map[name]: kind for name, kind in declared.openapi_types.items()}


MORE_IN_BODIES = {
    "update_scrum_issue_workflow": {"project_uuid"},
    "update_scrum_issue_notes": {"project_uuid", "projectId"},
    "update_scrum_my_issue_notes": {"project_uuid", "projectId"},
    "delete_scrum_my_issue_notes": {"project_uuid", "projectUUId"},
    "batch_update_ipd_issues": {"attribute.title"},
}
"""What is taken though the SDK does not send it."""
IGNORED = {"batch_update_ipd_issues": "attribute."}
"""Where fields that the SDK sends are ignored."""


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - NOT_IN_THE_SDK))
def test_a_body_may_be_what_the_sdk_sends(name: str) -> None:
    sent = declared_fields(model(f"{camel(name)}Request")).get("body")
    if "requestBody" not in OPERATIONS[name]:
        assert sent is None
        return
    schema = OPERATIONS[name]["requestBody"]["content"]["application/json"]["schema"]
    assert sent is not None
    found = set(refusals(schema, sent, ""))
    ignored = {it for it in found if name in IGNORED and it.startswith(IGNORED[name]) and it.endswith(": ignored")}
    assert found - ignored == {f"{place}: more" for place in MORE_IN_BODIES.get(name, ())}


def refusals(schema: Any, kind: str, place: str) -> Iterator[str]:
    """Where what the SDK sends as this type would not be taken, or would be ignored; and what else is taken."""
    kinds = list(_alternatives(schema))
    if kinds == [{}]:
        return
    if match := LIST.fullmatch(kind):
        arrays = [it for it in kinds if it.get("type") == "array"]
        if not arrays:
            yield f"{place}: {kind}"
        for array in arrays:
            yield from refusals(array["items"], match[1], _under(place, "[]"))
    elif kind in SCALARS or kind == "object":
        if not any(_takes(it, kind) for it in kinds):
            yield f"{place}: {kind}"
    else:
        (taken,) = (it for it in kinds if "properties" in it)
        declared = declared_fields(model(kind))
        yield from (f"{_under(place, name)}: ignored" for name in declared.keys() - taken["properties"].keys())
        yield from (f"{_under(place, name)}: more" for name in taken["properties"].keys() - declared.keys())
        for name in declared.keys() & taken["properties"].keys():
            yield from refusals(taken["properties"][name], declared[name], _under(place, name))


def _alternatives(schema: Any) -> Iterator[Any]:
    """Every form that a value may have, each with one type."""
    if "$ref" in schema:
        yield SCHEMAS[schema["$ref"].rpartition("/")[2]]
    elif "anyOf" in schema:
        for part in schema["anyOf"]:
            yield from _alternatives({**{word: it for word, it in schema.items() if word != "anyOf"}, **part})
    elif isinstance(schema.get("type"), list):
        yield from ({**schema, "type": kind} for kind in schema["type"])
    else:
        yield schema


def _takes(schema: Any, kind: str) -> bool:
    types = {type(value).__name__ for value in schema.get("enum", ())}
    if kind == "object":
        return schema.get("type") == "object"
    return schema.get("type") == SCALARS[kind] and (not types or kind in types)
