"""Errors on the Yandex wire: the status of each kind, and the one shape of the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TypedDict

from litestar import Response
from litestar.exceptions import HTTPException

from shoal import messages
from shoal.dialects import http, spelling
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
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)
from shoal.domain.problems import Problem


class Body(TypedDict):
    errors: dict[str, str]
    errorMessages: list[str]
    errorsData: dict[str, str]


NO_NAMES: Mapping[str, str] = {}

STATUS: Mapping[type[ShoalError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    Invalid: 422,
    TooManyAttempts: 429,
    Unavailable: 503,
    ShoalError: 400,
}
"""By kind; a leaf error has the status of the first of its classes that is here."""


class SaidTwice(Invalid):
    """What a transition lacks is told by field, and again where its clients look for it: in `errorMessages`."""


def refuse(error: Exception, language: str = "en") -> Response[bytes]:
    """The answer to any error. What is neither ours nor HTTP's is a bug: 500, and not a word of it to the caller."""
    match error:
        case QuerySyntaxError(about=str() as name) if name in NAMES:
            return answer(status(error), body(error.calling(NAMES[name][0]).problems, language))
        case ShoalError():
            said = body(error.problems, language)
            if isinstance(error, SaidTwice):
                said["errorMessages"] = [
                    *said["errorMessages"],
                    sentence("; ".join(f"{name}: {text}" for name, text in said["errors"].items())),
                ]
            return answer(status(error), said)
        case HTTPException():
            # Litestar's own words speak of its classes; the phrase of the status says as much to the caller.
            return answer(error.status_code, headers=error.headers)
        case _:
            return answer(500, body([Problem("bug")], language))


def status(error: ShoalError) -> int:
    """The status of the nearest kind."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer(status: int, said: Body | None = None, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The body of every error; it always says at least one thing."""
    if said is None or not (said["errors"] or said["errorMessages"]):
        said = Body(errors={}, errorMessages=[sentence(HTTPStatus(status).phrase)], errorsData={})
    return http.json({**said, "statusCode": status}, status=status, headers=headers)


def body(problems: Iterable[Problem], language: str, names: Mapping[str, str] = NO_NAMES) -> Body:
    """The part of it that also stands beside each issue which a bulk change could not change. `names` are the wire's
    names of custom fields."""
    said = Body(errors={}, errorMessages=[], errorsData={})
    for problem in map(_as_written, problems):
        text = sentence(messages.sentence(problem, language), language)
        if problem.field is None:
            said["errorMessages"].append(text)
        else:
            said["errors"][names.get(problem.field, problem.field)] = text
    return said


def _as_written(problem: Problem) -> Problem:
    """The problem with the names that the caller has for its field and for the issue that is not there."""
    name, value = problem.field, problem.facts.get("value")
    written = spelling.of(str(value)) if problem.code == "unknown_value" else None
    facts = problem.facts if written is None else {**problem.facts, "value": written}
    return replace(problem, field=None if name is None else spelling.of(name) or wire_name(name), facts=facts)


def sentence(text: str, language: str = "en") -> str:
    """With a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + ("。" if language == "zh" else ".")
