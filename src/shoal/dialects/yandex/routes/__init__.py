"""The routes, one module a noun; each has three lines: read, act, write. The same ones under both versions."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from shoal.dialects.yandex.routes import (
    boards,
    bulk,
    changelog,
    comments,
    components,
    directories,
    fields,
    issues,
    lists,
    queues,
    transitions,
    users,
    versions,
)

PREFIXES = ("/v2", "/v3")
MODULES = (
    users,
    directories,
    queues,
    components,
    versions,
    fields,
    boards,
    lists,
    issues,
    comments,
    changelog,
    transitions,
    bulk,
)


def routers(dependencies: dict[str, Provide]) -> list[Router]:
    """Every route, under each version."""
    handlers: list[ControllerRouterHandler] = [handler for module in MODULES for handler in module.handlers]
    return [Router(prefix, route_handlers=handlers, dependencies=dependencies) for prefix in PREFIXES]
