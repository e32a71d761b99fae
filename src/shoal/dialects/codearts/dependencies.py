"""What the handlers may ask for by name: `db`, `actor`, `params`, `origin`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar.di import NamedDependency, Provide

from shoal.actions import Database
from shoal.dialects.front import AnyRequest
from shoal.dialects.http import Params
from shoal.domain.actor import Actor

Origin = Callable[[Mapping[str, object]], str]

TheDatabase = NamedDependency[Database]
TheActor = NamedDependency[Actor]
TheParams = NamedDependency[Params]
TheOrigin = NamedDependency[str]


def dependencies(db: Database, origin: Origin) -> dict[str, Provide]:
    def provide_db() -> Database:
        return db

    def provide_origin(request: AnyRequest) -> str:
        return origin(request.scope)

    makers: dict[str, Callable[..., object]] = {
        "db": provide_db,
        "actor": provide_actor,
        "params": provide_params,
        "origin": provide_origin,
    }
    return {name: Provide(maker, sync_to_thread=False) for name, maker in makers.items()}


def provide_actor(request: AnyRequest) -> Actor:
    actor: Actor = request.user
    return actor


def provide_params(request: AnyRequest) -> Params:
    return Params(request.scope["query_string"])
