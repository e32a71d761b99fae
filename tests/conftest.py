"""One PostgreSQL for the session, one database a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server: our own for the session, or the one of SHOAL_TEST_DATABASE_URL (see tests/database.py)."""
    with database.server() as url:
        yield url


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> Iterator[str]:
    """The name of a database at the head of the migrations."""
    with database.migrated_template(postgres_url) as name:
        yield name


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """A database of the test's own, migrated and empty."""
    with database.database(postgres_url, template=template_database) as url:
        yield url
