"""Errors on the Yandex wire: the status of each kind, and the one shape of the body."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from litestar import Response
from litestar.exceptions import HTTPException

from shoal.dialects import http
from shoal.dialects.yandex.field_names import wire_name
from shoal.dialects.yandex.query_names import NAMES
from shoal.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    QuerySyntaxError,
    ShoalError,
    Stale,
    Unauthenticated,
    Unavailable,
    WrongParameter,
)

STATUS: Mapping[type[ShoalError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    Invalid: 422,
    Unavailable: 503,
    ShoalError: 400,
}
"""By kind; a leaf error has the status of the first of its classes that is here."""


def refuse(error: Exception) -> Response[bytes]:
    """The answer to any error. What is neither ours nor HTTP's is a bug: 500, and not a word of it to the caller."""
    match error:
        case Invalid():
            return answer(status(error), fields=error.fields, messages=[error.message] if error.message else [])
        case WrongParameter():
            return answer(status(error), fields={error.name: error.problem})
        case QuerySyntaxError(field=str() as name) if name in NAMES:
            return answer(status(error), messages=[str(error.calling(NAMES[name][0]))])
        case ShoalError():
            return answer(status(error), messages=[str(error)])
        case HTTPException():
            return answer(error.status_code, messages=[_phrase(error)], headers=error.headers)
        case _:
            return answer(500, messages=["Shoal failed to answer; the log has the reason by the X-Request-Id"])


def status(error: ShoalError) -> int:
    """The status of the nearest kind."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer(
    status: int,
    *,
    fields: Mapping[str, str] | None = None,
    messages: list[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """The body of every error; it always says at least one thing."""
    said = body(fields or {}, messages or [])
    if not said["errors"] and not said["errorMessages"]:
        said["errorMessages"] = [sentence(HTTPStatus(status).phrase)]
    return http.json({**said, "statusCode": status}, status=status, headers=headers)


def body(fields: Mapping[str, str], messages: list[str]) -> dict[str, object]:
    """The part of it that also stands beside each issue which a bulk change could not change."""
    return {
        "errors": {wire_name(name): sentence(problem) for name, problem in fields.items()},
        "errorMessages": [sentence(message) for message in messages],
        "errorsData": {},
    }


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _phrase(error: HTTPException) -> str:
    # Litestar's own words speak of its classes; the phrase of the status says as much to the caller.
    return HTTPStatus(error.status_code).phrase
