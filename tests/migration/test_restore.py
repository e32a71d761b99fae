"""A dump, restored in a cluster that knows nothing of Shoal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shoal.domain.errors import Unavailable
from shoal.postgres import binaries
from shoal.store import migrate
from shoal.store.db import Database
from tests import database
from tests.world import make_issues, make_world

HAS_WORD = "SELECT count(*) FROM issues_matching('''needl''')"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """An empty database of a cluster of its own."""
    if "SHOAL_TEST_DATABASE_URL" in os.environ:
        pytest.skip("there is one cluster only")
    with database.server() as server, database.database(server) as url:
        yield url


async def test_restored_dump_is_closed_until_it_is_upgraded_and_whole_then(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    here = Database(database_url, max_size=1)
    await here.open()
    world = await make_world(here)
    await make_issues(here, world, 3, summary="Needle")
    await here.close()
    programs, file = binaries.find(), tmp_path / "shoal.dump"
    subprocess.run([programs / "pg_dump", "-Fc", "-f", file, database_url], check=True)
    restore = [programs / "pg_restore", "--clean", "--if-exists", "--no-privileges", "-d", elsewhere, file]
    subprocess.run(restore, check=True)
    there = Database(elsewhere, max_size=1)
    await there.open()
    with pytest.raises(migrate.NotWalled):
        migrate.check(elsewhere)
    with pytest.raises(Unavailable):
        async with there.transaction(world.org_id):
            pass
    await there.close()
    migrate.upgrade(elsewhere)
    there = Database(elsewhere, max_size=1)
    await there.open()
    for org_id, seen in ((world.org_id, 3), (world.other_org_id, 0)):
        async with there.transaction(org_id) as tx:
            assert await tx.value("SELECT count(*) FROM issue") == seen
            assert await tx.value(HAS_WORD) == seen
    await there.close()
