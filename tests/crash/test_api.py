"""The API killed with SIGKILL in the middle of a request with an idempotency key: the repetition does it once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx2
import pytest

from shoal.store.db import Database
from tests.crash.test_processes import wait_until
from tests.ports import free_port
from tests.processes import program
from tests.world import World, make_issues, make_world

pytestmark = pytest.mark.crash

PATH = "/v3/issues/TEST-1/comments"
WRITTEN = """
SELECT (SELECT count(*) FROM comment WHERE org_id = %(org)s),
       (SELECT count(*) FROM changelog WHERE org_id = %(org)s AND kind = 'comment_added'),
       (SELECT version FROM issue WHERE org_id = %(org)s),
       (SELECT count(*) FROM idempotency_key WHERE org_id = %(org)s AND answer IS NOT NULL)"""


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url, max_size=2)
    await db.open()
    yield db
    await db.close()


@contextmanager
def client(url: str, world: World, *, dies: str = "never") -> Iterator[httpx2.Client]:
    """Of an API of its own."""
    port = free_port()
    headers = {
        "Authorization": f"OAuth {world.tokens['rosa']}",
        "X-Org-ID": str(world.org_id),
        "Idempotency-Key": "once",
    }
    environment = {"SHOAL_DATABASE_URL": url, "SHOAL_PORT": str(port)}
    with (
        program("tests.crash.dying_api", dies, environment=environment),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client,
    ):
        wait_until(lambda: is_up(client))
        yield client


def is_up(client: httpx2.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx2.TransportError:
        return False


async def written(db: Database, world: World) -> tuple[int, ...]:
    async with db.transaction(world.org_id) as tx:
        return (await tx.tuples(WRITTEN))[0]


@pytest.mark.parametrize(("step", "left"), [("kept", (0, 0, 1, 0)), ("committed", (1, 1, 2, 1))])
async def test_a_comment_is_written_once(db: Database, database_url: str, step: str, left: tuple[int, ...]) -> None:
    world = await make_world(db)
    await make_issues(db, world, 1)
    with client(database_url, world, dies=step) as api, pytest.raises(httpx2.TransportError):
        api.post(PATH, json={"text": "Once"})
    assert await written(db, world) == left
    with client(database_url, world) as api:
        answers = [api.post(PATH, json={"text": "Once"}) for _ in range(2)]
        shown = api.get(PATH).json()
    assert [it.status_code for it in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert [it["id"] for it in shown] == [answers[0].json()["id"]]
    assert await written(db, world) == (1, 1, 2, 1)
