"""What the handlers may ask for by name: `db`, `actor`, `origin`; the `project` and the `item` of the path; the
`payload`, which is the body, and the `params` of the query string, as the types that they name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from shoal.actions import Database
from shoal.dialects import http
from shoal.dialects.codearts import bodies, rules
from shoal.dialects.codearts.issue_edits import ref
from shoal.dialects.front import AnyRequest, NoSuchPath
from shoal.dialects.http import Params
from shoal.domain.actor import Actor
from shoal.domain.issue import IssueRef
from shoal.domain.queue import QueueCard

T = TypeVar("T")
Origin = Callable[[Mapping[str, object]], str]

TheDatabase = NamedDependency[Database]
TheActor = NamedDependency[Actor]
TheOrigin = NamedDependency[str]
TheProject = NamedDependency[QueueCard]
TheItem = NamedDependency[IssueRef]
Payload: TypeAlias = NamedDependency[T]
Parameters: TypeAlias = NamedDependency[T]

FIXED_WORDS = frozenset({"batch-associated-issues", "custom-fields", "workflow"})
"""What other paths of the vendor have in the place of an id, and Shoal does not serve."""


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
        "item": provide_item,
    }
    return {
        "project": Provide(provide_project),
        "payload": Provide(provide_payload),
        **{name: Provide(maker, sync_to_thread=False) for name, maker in makers.items()},
    }


def provide_actor(request: AnyRequest) -> Actor:
    actor: Actor = request.user
    return actor


async def provide_project(db: TheDatabase, actor: TheActor, project_id: FromPath[str]) -> QueueCard:
    return await rules.project(db, actor, project_id)


def provide_item(project: TheProject, issue_id: FromPath[str]) -> IssueRef:
    if issue_id in FIXED_WORDS:
        raise NoSuchPath("no_path")
    return ref(issue_id, project.id)


async def provide_payload(request: AnyRequest) -> object:
    raw, shape = await request.body(), _named_type(request, "payload")
    return await http.beside(raw, lambda: bodies.decode(raw, shape))


def provide_params(request: AnyRequest) -> object:
    return bodies.parameters(Params(request.scope["query_string"]), _named_type(request, "params"))


def _named_type(request: AnyRequest, name: str) -> type[Any]:
    """What the handler says that this is."""
    found: type[Any] = request.route_handler.parsed_fn_signature.parameters[name].annotation
    return found
