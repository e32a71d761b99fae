"""The one table of routes: those of every noun, the same under both versions."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

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
HANDLERS: list[ControllerRouterHandler] = [
    *users.handlers,
    *catalogues.handlers,
    *queues.handlers,
    *components.handlers,
    *versions.handlers,
    *fields.handlers,
    *boards.handlers,
    *sprints.handlers,
    *projects.handlers,
    *issues.handlers,
    *searches.handlers,
    *comments.handlers,
    *changelog.handlers,
    *transitions.handlers,
    *bulk.handlers,
    *absent.handlers,
]


def routers(dependencies: dict[str, Provide]) -> list[Router]:
    """Every route, under each version."""
    return [Router(prefix, route_handlers=HANDLERS, dependencies=dependencies) for prefix in PREFIXES]
