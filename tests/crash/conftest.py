"""Whatever happened to the processes: what is stored is sound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shoal.store.verify import verify


@pytest.fixture(autouse=True)
def sound_afterwards(database_url: str) -> Iterator[None]:
    """Every invariant holds at the end of the test."""
    yield
    assert list(verify(database_url)) == []
