"""The document, put together from the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import shoal
from shoal.dialects.codearts.openapi import models
from shoal.dialects.codearts.openapi.models import reference
from shoal.dialects.codearts.openapi.operations import IAM, IN_HEADER, IN_PATH, QUERY, SERVICE, SIGN_IN, Operation
from shoal.dialects.codearts.openapi.words import Schema

ABOUT = """The API of CodeArts Req as this server speaks it. Operations and models have the names of the vendor's SDK.
Bodies may come in more forms than the vendor's document has; answers have exactly its types. No path is ever answered
by a redirect."""

TOKEN, SIGNATURE = "token", "signature"
SCHEMES: Mapping[str, Schema] = {
    TOKEN: {
        "type": "apiKey",
        "in": "header",
        "name": "X-Auth-Token",
        "description": "A token of `POST /v3/auth/tokens`. It wins over a signature.",
    },
    SIGNATURE: {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": (
            "`SDK-HMAC-SHA256 Access=<access key>, SignedHeaders=<names>, Signature=<64 hex digits>`: the request "
            "signed with the secret key, as the vendor's SDK does. `host` and `x-sdk-date` must be among the signed "
            "headers; the date may be 15 minutes off; a signature changes something once."
        ),
    },
}

ERRORS: Mapping[int, str] = {
    400: "It cannot be done: the body cannot be read, a value does not fit, or the thing is not there.",
    401: "Nobody known is asking.",
    403: "The caller is known, and may not do this.",
    404: "There is no such path.",
    405: "The path has no such method.",
    413: "The body is too large.",
    503: "The database is away for the moment: `Retry-After` says when to try again.",
}
IAM_NOT_FOUND = "There is no such path, account, region or token."
REQUEST_ID: Schema = {
    "description": "By which the log knows the request: the caller's own, or one of the server's.",
    "schema": {"type": "string"},
}
SUBJECT: Schema = {"description": "The token itself.", "schema": {"type": "string"}}
REQUEST_ID_HEADER = "X-Request-Id"
SUBJECT_HEADER = "X-Subject-Token"


def build() -> Schema:
    return {
        "openapi": "3.1.0",
        "info": {"title": "CodeArts Req on Shoal", "version": shoal.__version__, "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{TOKEN: []}, {SIGNATURE: []}],
        "tags": [{"name": tag} for tag in (*SERVICE, *IAM)],
        "paths": _paths(),
        "components": {
            "schemas": models.schemas(),
            "responses": {
                **{f"Service{status}": _error("ServiceError", ERRORS[status]) for status in ERRORS},
                **{
                    f"Iam{status}": _error("IamError", IAM_NOT_FOUND if status == 404 else ERRORS[status])
                    for status in ERRORS
                },
            },
            "securitySchemes": dict(SCHEMES),
        },
    }


def _error(model: str, description: str) -> Schema:
    return {
        "description": description,
        "headers": {REQUEST_ID_HEADER: REQUEST_ID},
        "content": {"application/json": {"schema": reference("schemas", model)}},
    }


def _paths() -> dict[str, dict[str, Schema]]:
    found: dict[str, dict[str, Schema]] = {}
    for errors, operations in (("Service", SERVICE), ("Iam", IAM)):
        for tag, operation in _tagged(operations):
            here = found.setdefault(operation.path, {})
            here[operation.method.lower()] = _operation(operation, tag, errors)
    return found


def _tagged(operations: Mapping[str, Sequence[Operation]]) -> Iterator[tuple[str, Operation]]:
    return ((tag, operation) for tag, listed in operations.items() for operation in listed)


def _operation(one: Operation, tag: str, errors: str) -> Schema:
    described: Schema = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [tag],
        "parameters": [*_path_parameters(one), *map(_parameter, one.query)],
        "responses": _responses(one, errors),
    }
    if one.body is not None:
        content = {"application/json": {"schema": reference("schemas", one.body)}}
        described["requestBody"] = {"required": True, "content": content}
    if one is SIGN_IN:
        described["security"] = []
    return described


def _path_parameters(one: Operation) -> Iterator[Schema]:
    for name in re.findall(r"\{(\w+)\}", one.path):
        yield {"name": name, "in": "path", "required": True, "schema": IN_PATH[name]}


def _parameter(key: str) -> Schema:
    name, schema = QUERY[key]
    is_header = key in IN_HEADER
    return {"name": name, "in": "header" if is_header else "query", "required": is_header, "schema": schema}


def _responses(one: Operation, errors: str) -> dict[str, Schema]:
    refused = {str(status): reference("responses", f"{errors}{status}") for status in ERRORS}
    if one.answer is None:
        return {"204": {"description": "It is done.", "headers": {REQUEST_ID_HEADER: REQUEST_ID}}, **refused}
    subject = {SUBJECT_HEADER: SUBJECT} if one.answer == SIGN_IN.answer else {}
    answered: Schema = {
        "description": one.summary,
        "headers": {REQUEST_ID_HEADER: REQUEST_ID, **subject},
        "content": {"application/json": {"schema": reference("schemas", one.answer)}},
    }
    return {"201" if one is SIGN_IN else "200": answered, **refused}
