"""The composition root: settings, database and dialects are put together here, and only here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from litestar import Litestar, Response

from shoal import settings
from shoal.actions.attempts import Gate
from shoal.actions.sealing import Seal
from shoal.dialects import codearts, front, http, plain, yandex
from shoal.dialects.front import AnyRequest, Dialect, Front
from shoal.dialects.head import answering_head
from shoal.domain.bulk import Limits
from shoal.settings import BadSettings, Settings
from shoal.store.db import INTERACTIVE, Database

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def asgi() -> Front:
    """The application of a server process, by the environment."""
    given = settings.from_environment()
    if given.database_url is None:
        raise BadSettings("SHOAL_DATABASE_URL is not set: `shoal serve` sets it for the server that it starts.")
    database = Database(
        given.database_url,
        max_size=given.api_connections,
        door_size=given.door_connections,
        purpose=INTERACTIVE,
    )
    return build(given, database)


def build(given: Settings, database: Database) -> Front:
    """The application over this database, which it opens when it starts and closes when it stops."""
    limits = Limits(given.yandex_bulk_limit, given.chunk_size)
    origin = partial(http.origin, public_url=given.public_url, trust_forwarded=given.trust_forwarded)
    address = partial(http.client_address, trust_forwarded=given.trust_forwarded)
    seal = Seal(given.secret_key) if given.secret_key else None
    # CodeArts and Yandex both have GET /v3/projects: each wire has a table of routes of its own.
    codearts_wire = codearts.dialects(database, origin=origin, seal=seal, gate=Gate(given.sign_in_failures))
    other_wires = [yandex.dialect(database, origin=origin, limits=limits), plain.dialect(database)]
    described = [codearts.describe(), yandex.describe()]
    codearts_app = _application(given, codearts_wire)
    other_app = _application(given, [*described, *other_wires], lifespan=[partial(_opened, database)])
    # Litestar's own middleware runs only once a route is found; who asks is settled before.
    applications = [(it, answering_head(other_app)) for it in described]
    applications += [(it, answering_head(codearts_app)) for it in codearts_wire]
    applications += [(it, answering_head(other_app)) for it in other_wires]
    return Front(applications, lifespan=other_app, body_limit=given.body_limit, address=address)


def _application(given: Settings, dialects: Sequence[Dialect], lifespan: Sequence[Lifespan] = ()) -> Litestar:
    return Litestar(
        route_handlers=[router for dialect in dialects for router in dialect.routers],
        exception_handlers={Exception: handle},
        lifespan=list(lifespan),
        request_max_body_size=given.body_limit,
        logging_config=None,
        openapi_config=None,
    )


def handle(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Whatever went wrong, in the dialect of the request."""
    return front.answer(error, request.scope)


@asynccontextmanager
async def _opened(database: Database, app: Litestar) -> AsyncIterator[None]:
    await database.open()
    try:
        yield
    finally:
        await database.close()
