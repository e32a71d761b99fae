"""Errors on the CodeArts wire: the status and code of each kind, in the service's shape and in IAM's.

The service answers 400 to nearly every error of the business, "does not exist" among them; 404 is for unknown paths.
Codes that stand in no document of the vendor's are marked as ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from litestar import Response
from litestar.exceptions import HTTPException

from shoal import messages
from shoal.dialects import http
from shoal.dialects.front import NoSuchPath
from shoal.domain.errors import (
    FixedMembership,
    Forbidden,
    KeyUsed,
    Malformed,
    NotFound,
    NotMember,
    QuerySyntaxError,
    QueueNotFound,
    ShoalError,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
    WrongParameter,
)


class UnknownProject(NotFound):
    """The 32-character id in a path or a body is no project's that the caller may know of."""


class AssigneeNotMember(ShoalError):
    """Somebody who is no member of the project, where one work item was to become theirs."""


class UnknownRole(ShoalError):
    """There is no role of this number."""

    def __init__(self, role_id: int) -> None:
        super().__init__("no_role", role=role_id)


class WrongProjectType(ShoalError):
    """Projects are of one type here."""


class MissingParameter(WrongParameter):
    """A part of the request without which nothing can be done."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "required")


PARAMETER = "PM.02152001"
UNDEFINED = "PM.02152002"
NO_PATH = "APIGW.0101"  # ours: the gateway's word for a path that leads to no API
THROTTLED = "APIGW.0308"
NOT_READ = "APIGW.0201"  # ours: the gateway's word for a request that it does not pass on

CODES: Mapping[type[Exception], tuple[int, str]] = {
    Unauthenticated: (401, "APIGW.0301"),
    Forbidden: (403, "PM.02150302"),
    NoSuchPath: (404, NO_PATH),
    UnknownProject: (400, "PM.02152005"),
    QueueNotFound: (400, "PM.02152005"),
    NotMember: (400, "PM.02150010"),
    UnknownRole: (400, "PM.02150303"),
    FixedMembership: (400, "PM.02150302"),
    WrongProjectType: (400, "PM.02152010"),
    AssigneeNotMember: (400, "PM.02177003"),
    MissingParameter: (400, "PM.02100001"),
    QuerySyntaxError: (400, PARAMETER),
    WrongParameter: (400, PARAMETER),
    KeyUsed: (409, PARAMETER),
    Malformed: (400, "PARSE_REQUEST_DATA_EXCEPTION"),
    TooManyAttempts: (429, THROTTLED),
    Unavailable: (503, UNDEFINED),
    ShoalError: (400, PARAMETER),
}
"""By kind; a leaf error has the row of the first of its classes that is here."""

HTTP_CODES: Mapping[int, str] = {404: NO_PATH, 405: NO_PATH, 413: NOT_READ}
"""Of what the server says before a handler runs; PARAMETER for the rest of them."""

FAILURE = "Shoal failed to answer; the log has the reason by the X-Request-Id"


# --- the service ---------------------------------------------------------------------------------------------------


def refuse(error: Exception, language: str = "en") -> Response[bytes]:
    """The answer to any error. What is neither ours nor HTTP's is a bug: 500, and not a word of it to the caller."""
    match error:
        case ShoalError():
            status, code = code_of(error)
            return answer(status, code, messages.text(error, language))
        case HTTPException():
            code = HTTP_CODES.get(error.status_code, PARAMETER)
            return answer(error.status_code, code, HTTPStatus(error.status_code).phrase, headers=error.headers)
        case _:
            return answer(500, UNDEFINED, FAILURE)


def code_of(error: ShoalError) -> tuple[int, str]:
    """Status and code of the nearest kind."""
    return next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)


def answer(status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The body of every error. Both texts are always there: the SDK knows them only as a pair."""
    body = {"error_code": code, "error_msg": sentence(message) or HTTPStatus(status).phrase}
    if status == 401:  # the gateway's shape
        body["request_id"] = structlog.contextvars.get_contextvars().get("request_id", "")
    return http.json(body, status=status, headers=headers)


def sentence(text: str) -> str:
    """With a capital, and without a full stop, as the vendor writes."""
    return text[:1].upper() + text[1:].rstrip(".")


# --- IAM -----------------------------------------------------------------------------------------------------------


def refuse_iam(error: Exception, language: str = "en") -> Response[bytes]:
    """The same for the paths of IAM, whose statuses mean what HTTP means by them."""
    match error:
        case NotFound():
            return answer_iam(404, messages.text(error, language))
        case ShoalError():
            return answer_iam(code_of(error)[0], messages.text(error, language))
        case HTTPException():
            return answer_iam(error.status_code, HTTPStatus(error.status_code).phrase, headers=error.headers)
        case _:
            return answer_iam(500, FAILURE)


def answer_iam(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    title = HTTPStatus(status).phrase
    error = {"code": status, "message": sentence(message) or title, "title": title}
    return http.json({"error": error}, status=status, headers=headers)
