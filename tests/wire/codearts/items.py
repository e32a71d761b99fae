"""What the tests of work items share: projects by their ids, and items made over the wire."""

from __future__ import annotations

from typing import Any

import httpx2

from shoal.dialects.codearts import ids
from tests.world import World

Client = httpx2.AsyncClient
TASK, BUG, EPIC, FEATURE, STORY = 2, 3, 5, 6, 7


def project_of(world: World, queue: str = "TEST") -> str:
    return ids.project(world.queues[queue])


async def make_item(api: Client, project: str, **values: Any) -> Any:
    """A work item, as the answer to its making shows it."""
    body = {"name": "Paint the buoy", "tracker_id": TASK, "priority_id": 2, **values}
    answer = await api.post(f"/v4/projects/{project}/issue", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def show(api: Client, project: str, item: int) -> Any:
    answer = await api.get(f"/v4/projects/{project}/issues/{item}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def records(api: Client, project: str, item: int) -> Any:
    answer = await api.get(f"/v4/projects/{project}/issue/{item}/records")
    assert answer.status_code == 200, answer.text
    return answer.json()
