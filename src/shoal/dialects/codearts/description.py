"""The dialect's own description, OpenAPI 3.1, at `GET /openapi/codearts.json`; for everybody, without a credential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

import shoal
from shoal.dialects import openapi
from shoal.dialects.codearts.bodies import ProjectId
from shoal.dialects.codearts.routes import IAM, SERVICE
from shoal.dialects.codearts.values import Answer
from shoal.dialects.openapi import About, Errors, Part, handlers_of

ItemNumber = Annotated[int, Meta(ge=0, le=10**18 - 1)]
DomainNumber = Annotated[str, Meta(pattern="^[0-9]{1,18}$")]

ABOUT = About(
    title="CodeArts Req on Shoal",
    version=shoal.__version__,
    description=(
        "The API of CodeArts Req as this server speaks it. Operations have the names of the vendor's SDK, and so have "
        "the fields. Bodies may come in more forms than the vendor's document has; answers have exactly its types. "
        "Fields of bodies that are not here are ignored. No path is ever answered by a redirect."
    ),
    schemes={
        "token": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Auth-Token",
            "description": "A token of `POST /v3/auth/tokens`. It wins over a signature.",
        },
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "`SDK-HMAC-SHA256 Access=<access key>, SignedHeaders=<names>, Signature=<64 hex digits>`: the request "
                "signed with the secret key, as the vendor's SDK does. `host` and `x-sdk-date` must be among the "
                "signed headers; the date may be 15 minutes off; a signature changes something once."
            ),
        },
    },
    path_parameters={
        "project_id": ProjectId,
        "issue_id": ItemNumber,
        "iteration_id": ItemNumber,
        "module_id": ItemNumber,
        "domain_id": DomainNumber,
    },
    response_headers={"X-Request-Id": "By which the log knows the request: the caller's own, or one of the server's."},
)

STATUSES: Mapping[int, str] = {
    400: "It cannot be done: the body cannot be read, a value does not fit, or the thing is not there.",
    401: "Nobody known is asking.",
    403: "The caller is known, and may not do this.",
    404: "There is no such path.",
    405: "The path has no such method.",
    409: "The idempotency key was used by another request.",
    413: "The body is too large.",
    503: "The database is away for the moment: `Retry-After` says when to try again.",
}


class ServiceError(Answer):
    error_code: str
    error_msg: str
    request_id: str | UnsetType = UNSET


class IamErrorDetail(Answer):
    code: int
    message: str
    title: str


class IamError(Answer):
    error: IamErrorDetail


SERVICE_ERRORS = Errors("Service", ServiceError, STATUSES)
IAM_ERRORS = Errors("Iam", IamError, {**STATUSES, 404: "There is no such path, account, region or token."})


def document() -> openapi.Schema:
    service = [Part(tag, handlers_of(module), SERVICE_ERRORS) for module, tag in SERVICE.items()]
    iam = [Part(tag, handlers_of(module), IAM_ERRORS) for module, tag in IAM.items()]
    return openapi.document(ABOUT, [*service, *iam])
