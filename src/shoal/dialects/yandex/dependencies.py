"""What the handlers may ask for by name: `db`, `actor`, `view`, `page`, `limits`, `expected_version`; the `payload`,
which is the body, and the `params` of the query string, as the types that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import NoneType
from typing import Any, TypeAlias, TypeVar, get_args

from litestar.di import NamedDependency, Provide

from shoal.actions import Database
from shoal.dialects.front import AnyRequest
from shoal.dialects.http import Params, beside, decode
from shoal.dialects.yandex import parameters
from shoal.dialects.yandex.paging import PageParameters
from shoal.dialects.yandex.parameters import Parameters
from shoal.dialects.yandex.view import View, ViewParameters
from shoal.dialects.yandex.view import view as make_view
from shoal.domain.actor import Actor
from shoal.domain.bulk import Limits
from shoal.domain.errors import Conflict, Stale, WrongParameter

Origin = Callable[[Mapping[str, object]], str]

T = TypeVar("T")
Payload: TypeAlias = NamedDependency[T]
ParamsOf: TypeAlias = NamedDependency[T]
TheDatabase = NamedDependency[Database]
TheActor = NamedDependency[Actor]
TheQueryString = NamedDependency[Params]
TheView = NamedDependency[View]
TheLimits = NamedDependency[Limits]
ThePage = NamedDependency[PageParameters]
TheVersion = NamedDependency[int | None]


class VersionParameters(Parameters, frozen=True):
    version: int | None = None


QUERY_STRINGS: Mapping[str, type[Parameters]] = {
    "page": PageParameters,
    "view": ViewParameters,
    "expected_version": VersionParameters,
}
"""What the dependencies of these names read from the query string."""


def dependencies(db: Database, origin: Origin, limits: Limits) -> dict[str, Provide]:
    def provide_db() -> Database:
        return db

    def provide_limits() -> Limits:
        return limits

    def provide_view(request: AnyRequest, actor: TheActor, query_string: TheQueryString) -> View:
        asked = origin(request.scope)
        return make_view(request.scope, request.headers, query_string, origin=asked, language=actor.language)

    makers: dict[str, Callable[..., object]] = {
        "db": provide_db,
        "limits": provide_limits,
        "actor": provide_actor,
        "query_string": provide_query_string,
        "params": provide_params,
        "view": provide_view,
        "page": provide_page,
        "expected_version": provide_expected_version,
    }
    return {
        "payload": Provide(provide_payload),
        **{name: Provide(maker, sync_to_thread=False) for name, maker in makers.items()},
    }


def provide_actor(request: AnyRequest) -> Actor:
    actor: Actor = request.user
    return actor


def provide_query_string(request: AnyRequest) -> Params:
    return Params(request.scope["query_string"])


def provide_params(request: AnyRequest, query_string: TheQueryString) -> object:
    return parameters.read(query_string, _named_type(request, "params"))


def provide_page(query_string: TheQueryString) -> PageParameters:
    return parameters.read(query_string, PageParameters)


async def provide_payload(request: AnyRequest) -> object:
    """Where it may be None it may be left out."""
    shape = _named_type(request, "payload")
    raw = await request.body()
    return None if NoneType in get_args(shape) and not raw.strip() else await beside(raw, lambda: decode(raw, shape))


def _named_type(request: AnyRequest, name: str) -> Any:
    """What the handler says that this is."""
    return request.route_handler.parsed_fn_signature.parameters[name].annotation


ENTITY_TAG = re.compile(r'(?:W/)?"?([0-9]{1,18})"?', re.ASCII)


def provide_expected_version(request: AnyRequest, query_string: TheQueryString) -> int | None:
    """The version that the caller has seen, by `If-Match` or `?version=`; None when any will do."""
    tag = request.headers.get("if-match", "").strip()
    if tag in ("", "*"):
        return parameters.read(query_string, VersionParameters).version
    if not (match := ENTITY_TAG.fullmatch(tag)):
        raise WrongParameter("If-Match", "etag_expected")
    return int(match[1])


@contextmanager
def conflict_by_parameter(request: AnyRequest) -> Iterator[None]:
    """A stale `?version=` is answered 409, a stale `If-Match` 412."""
    try:
        yield
    except Stale as stale:
        if request.headers.get("if-match"):
            raise
        raise Conflict.of(stale.problems) from None
