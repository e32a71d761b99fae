"""The dialect's own description, OpenAPI 3.1, at `GET /openapi/yandex.json`; for everybody, without a credential."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects import openapi
from shoal.dialects.openapi import About, Errors, Part, Schema
from shoal.dialects.yandex.bulk import ReasonAnswer, SubmissionParameters
from shoal.dialects.yandex.dependencies import QUERY_STRINGS
from shoal.dialects.yandex.routes import NOUNS, PREFIXES


class ErrorAnswer(ReasonAnswer):
    """What is wrong: by field where one is at fault, else as messages."""

    status_code: int


STATUSES: Mapping[int, str] = {
    400: "It cannot be read.",
    401: "Nobody known asks.",
    403: "The caller may not do it.",
    404: "It is not there, or the caller may not know of it.",
    409: "It is taken, or not in the state for it.",
    412: "Somebody changed it meanwhile.",
    413: "It is too large.",
    422: "It is well-formed, and not valid.",
    429: "Too many attempts; `Retry-After` says when to try again.",
    503: "The database does not answer at the moment.",
}
ABOUT = About(
    title="Shoal's Yandex Tracker API",
    version="3",
    description="Clients of Yandex Tracker work with it; every path is the same under /v2 and /v3.",
    schemes={
        "OAuth": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`OAuth <token>` or `Bearer <token>`; the organisation's number goes in `X-Org-ID`.",
        }
    },
    path_parameters={},
    query_strings={**QUERY_STRINGS, "submission": SubmissionParameters},
    servers=tuple(reversed(PREFIXES)),
    response_headers={"X-Request-Id": "The id of the request, the one in the log."},
)


def document() -> Schema:
    refused = Errors("Error", ErrorAnswer, STATUSES)
    return openapi.document(ABOUT, [Part(tag, openapi.handlers_of(noun), refused) for tag, noun in NOUNS.items()])
