"""The routes, one module a noun, each with its list `handlers`; paths are whole, since four versions are one service.

A handler that changes nothing though its method is POST says so by `opt=READING`: see `replay`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler, Guard

from shoal.dialects.codearts.routes import (
    areas,
    batch,
    comments,
    fields,
    iam,
    issues,
    iterations,
    members,
    modules,
    projects,
    records,
    statuses,
    users,
)

IAM: Sequence[ModuleType] = (iam,)
SERVICE: Sequence[ModuleType] = (
    projects,
    members,
    users,
    iterations,
    modules,
    areas,
    statuses,
    fields,
    batch,
    issues,
    records,
    comments,
)


def routers(modules: Sequence[ModuleType], dependencies: dict[str, Provide], guard: Guard) -> list[Router]:
    """Every route of these modules."""
    handlers: list[ControllerRouterHandler] = [handler for module in modules for handler in module.handlers]
    return [Router("/", route_handlers=handlers, dependencies=dependencies, guards=[guard])]
