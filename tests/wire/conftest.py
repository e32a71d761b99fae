"""What the wires share: one database and one application for all tests. Each test has organisations of its own in it,
and those are the wall between them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shoal.app import build
from shoal.dialects.front import Front
from shoal.settings import Settings
from shoal.store.db import Database
from tests import database
from tests.world import World, make_world

SECRET_KEY = "a secret key of 32 characters, for tests"


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
def app(db: Database) -> Front:
    return build(Settings(secret_key=SECRET_KEY, sign_in_failures=1000), db)


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)
