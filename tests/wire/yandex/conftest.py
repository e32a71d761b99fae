"""The application over a real database, spoken to without a socket.

`api` is a client that rosa's token and organisation go with; `api_of(login)` is another's. All tests share one database
and one application: each has organisations of its own in it, and those are the wall between them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from litestar import Litestar

from shoal.app import build
from shoal.settings import Settings
from shoal.store.db import Database
from tests import database
from tests.world import World, make_world

Client = httpx2.AsyncClient
ORIGIN = "http://shoal.test"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def db(postgres_url: str, template_database: str) -> AsyncIterator[Database]:
    with database.database(postgres_url, template=template_database) as url:
        shared = Database(url, max_size=4)
        await shared.open()
        yield shared
        await shared.close()


@pytest.fixture(scope="session")
def app(db: Database) -> Litestar:
    return build(Settings(), db)


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


@pytest.fixture
def api_of(app: Litestar, world: World) -> Callable[[str], Client]:
    """A client of the application for the user of this login."""

    def client(login: str) -> Client:
        org_id = world.other_org_id if login == "nina" else world.org_id
        return make_client(app, world.tokens[login], org_id)

    return client


@pytest.fixture
def api(api_of: Callable[[str], Client]) -> Client:
    return api_of("rosa")


def make_client(app: Litestar, token: str, org_id: int) -> Client:
    headers = {"Authorization": f"OAuth {token}", "X-Org-ID": str(org_id)}
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
    return Client(transport=transport, base_url=ORIGIN, headers=headers)
