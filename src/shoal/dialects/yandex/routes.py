"""The one table of routes: the nouns, the same under both versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler, Middleware

from shoal.dialects.openapi import handlers_of
from shoal.dialects.yandex import (
    absent,
    boards,
    bulk,
    catalogues,
    changelog,
    comments,
    components,
    fields,
    issues,
    projects,
    queues,
    searches,
    sprints,
    transitions,
    users,
    versions,
)

PREFIXES = ("/v2", "/v3")
NOUNS: Mapping[str, ModuleType] = {
    "Users": users,
    "Catalogues": catalogues,
    "Queues": queues,
    "Components": components,
    "Versions": versions,
    "Fields": fields,
    "Boards": boards,
    "Sprints": sprints,
    "Projects": projects,
    "Issues": issues,
    "Search": searches,
    "Comments": comments,
    "Changelog": changelog,
    "Transitions": transitions,
    "Bulk changes": bulk,
    "Empty lists": absent,
}


def routers(dependencies: dict[str, Provide], middleware: Sequence[Middleware]) -> list[Router]:
    """Every route, under each version."""
    handlers: list[ControllerRouterHandler] = [handler for noun in NOUNS.values() for handler in handlers_of(noun)]
    return [
        Router(prefix, route_handlers=handlers, dependencies=dependencies, middleware=middleware) for prefix in PREFIXES
    ]
