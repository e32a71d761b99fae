"""The routes: by the tag that they are described under, the module of each noun. Paths are whole, since four versions
are one service.

A handler is called as the method of the vendor's SDK. One that changes nothing though its method is POST says so by
`opt=READING`: see `replay` and `idempotency`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from litestar import Router
from litestar.di import Provide
from litestar.types import Middleware

from shoal.dialects.codearts import (
    areas,
    batch,
    catalogues,
    comments,
    fields,
    flow,
    iam,
    ipd,
    issues,
    iterations,
    members,
    modules,
    projects,
    records,
    summary,
    work_table,
)
from shoal.dialects.openapi import handlers_of

Modules = Mapping[ModuleType, str]

SERVICE: Modules = {
    batch: "Batch operations",
    ipd: "Batch operations",
    issues: "Work items",
    flow: "Work items",
    work_table: "Work items",
    records: "History",
    comments: "Comments",
    projects: "Projects",
    summary: "Projects",
    members: "People",
    iterations: "Iterations",
    modules: "Modules, domains, statuses, custom fields",
    areas: "Modules, domains, statuses, custom fields",
    catalogues: "Modules, domains, statuses, custom fields",
    fields: "Modules, domains, statuses, custom fields",
}
IAM: Modules = {iam: "IAM"}


def router(modules: Modules, dependencies: dict[str, Provide], middleware: Sequence[Middleware]) -> Router:
    """Every route of these modules."""
    handlers = [handler for module in modules for handler in handlers_of(module)]
    return Router("/", route_handlers=handlers, dependencies=dependencies, middleware=middleware)
