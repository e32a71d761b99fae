"""What the handlers may ask for by name: `db`, `actor`, `view`, `params`, `page`, `limits`, `payload` (the body, as the
handler's annotation has it), `expected_version`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from inspect import iscoroutinefunction
from types import NoneType
from typing import Any, TypeAlias, TypeVar, get_args

from litestar.di import NamedDependency, Provide

from shoal.actions import Database
from shoal.dialects.front import AnyRequest
from shoal.dialects.http import Params, decode
from shoal.dialects.yandex import paging
from shoal.dialects.yandex.paging import Page
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.view import view as make_view
from shoal.domain.actor import Actor
from shoal.domain.bulk import Limits
from shoal.domain.errors import Conflict, Stale, WrongParameter

Origin = Callable[[Mapping[str, object]], str]

T = TypeVar("T")
Payload: TypeAlias = NamedDependency[T]
TheDatabase = NamedDependency[Database]
TheActor = NamedDependency[Actor]
TheParams = NamedDependency[Params]
TheView = NamedDependency[View]
TheLimits = NamedDependency[Limits]
ThePage = NamedDependency[Page]
TheVersion = NamedDependency[int | None]


def dependencies(db: Database, origin: Origin, limits: Limits) -> dict[str, Provide]:
    def provide_db() -> Database:
        return db

    def provide_limits() -> Limits:
        return limits

    def provide_view(request: AnyRequest, actor: TheActor, params: TheParams) -> View:
        asked = origin(request.scope)
        return make_view(request.scope, request.headers, params, origin=asked, language=actor.language)

    makers: dict[str, Callable[..., object]] = {
        "db": provide_db,
        "limits": provide_limits,
        "actor": provide_actor,
        "params": provide_params,
        "payload": provide_payload,
        "view": provide_view,
        "page": provide_page,
        "expected_version": provide_expected_version,
    }
    return {
        name: Provide(maker, sync_to_thread=None if iscoroutinefunction(maker) else False)
        for name, maker in makers.items()
    }


def provide_actor(request: AnyRequest) -> Actor:
    actor: Actor = request.user
    return actor


def provide_params(request: AnyRequest) -> Params:
    return Params(request.scope["query_string"])


async def provide_payload(request: AnyRequest) -> Any:
    """The body as the handler takes it; where that may be None it may be left out."""
    shape = request.route_handler.parsed_fn_signature.parameters["payload"].annotation
    raw = await request.body()
    return None if NoneType in get_args(shape) and not raw.strip() else decode(raw, shape)


def provide_page(params: TheParams) -> Page:
    return paging.read(params)


ENTITY_TAG = re.compile(r'(?:W/)?"?([0-9]{1,18})"?', re.ASCII)


def provide_expected_version(request: AnyRequest, params: TheParams) -> int | None:
    """The version that the caller has seen, by `If-Match` or `?version=`; None when any will do."""
    tag = request.headers.get("if-match", "").strip()
    if tag in ("", "*"):
        return params.integer("version", 0) or None
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
        raise Conflict(str(stale)) from None
