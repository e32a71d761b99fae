"""What is in no dialect: whether the server lives, and the answer to a path that nobody claims."""

from __future__ import annotations

from http import HTTPStatus

from litestar import Response, Router, get
from litestar.datastructures import Headers
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException

from shoal.actions import Database
from shoal.actions.health import Health
from shoal.dialects import http
from shoal.dialects.front import Dialect
from shoal.domain.errors import NotFound, Unavailable


@get("/health")
async def get_health(health: NamedDependency[Health]) -> Response[bytes]:
    problem = await health.problem()
    if problem is None:
        return http.json({"status": "ok"})
    return http.json({"status": "unavailable", "problem": problem}, status=503)


def dialect(db: Database) -> Dialect:
    """Claims whatever is left."""
    health = Health(db)

    def provide_health() -> Health:
        return health

    provided = {"health": Provide(provide_health, sync_to_thread=False)}
    return Dialect("plain", [Router("/", route_handlers=[get_health], dependencies=provided)], claims, None, refuse)


def claims(path: str, headers: Headers) -> bool:
    return True


def refuse(error: Exception, language: str = "en") -> Response[bytes]:
    status, headers = 500, None
    if isinstance(error, HTTPException):
        status, headers = error.status_code, error.headers
    elif isinstance(error, NotFound):
        status = 404
    elif isinstance(error, Unavailable):
        status = 503
    return http.json(
        {"error": {"status": status, "message": HTTPStatus(status).phrase}}, status=status, headers=headers
    )
