"""The application over a real database, spoken to without a socket.

`api` is a client that rosa's token and organisation go with; `api_of(login)` is another's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from shoal.dialects.front import Front
from tests.world import World

Client = httpx2.AsyncClient
ORIGIN = "http://shoal.test"


@pytest.fixture
def api_of(app: Front, world: World) -> Callable[[str], Client]:
    """A client of the application for the user of this login."""

    def client(login: str) -> Client:
        org_id = world.other_org_id if login == "nina" else world.org_id
        return make_client(app, world.tokens[login], org_id)

    return client


@pytest.fixture
def api(api_of: Callable[[str], Client]) -> Client:
    return api_of("rosa")


def make_client(app: Front, token: str, org_id: int) -> Client:
    headers = {"Authorization": f"OAuth {token}", "X-Org-ID": str(org_id)}
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
    return Client(transport=transport, base_url=ORIGIN, headers=headers)


async def read(client: Client, path: str, **kwargs: Any) -> Any:
    """The JSON of a GET that succeeds."""
    answer = await client.get(path, **kwargs)
    assert answer.status_code == 200, answer.text
    return answer.json()
