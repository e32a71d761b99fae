"""A database that does not answer: 503 in the shape of each wire, and one line in the log."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from shoal.app import build
from shoal.settings import Settings
from shoal.store.db import Database

YANDEX = ("GET", "/v2/myself", {"Authorization": "OAuth abc", "X-Org-ID": "1"})
SERVICE = ("GET", "/v4/projects", {"X-Auth-Token": "abc"})
IAM = ("GET", "/v3/projects", {"X-Auth-Token": "abc"})


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (YANDEX, {"statusCode": 503, "errorMessages": ["The database does not answer at the moment; try again."]}),
        (SERVICE, {"error_code": "PM.02152002", "error_msg": "The database does not answer at the moment; try again"}),
        (IAM, {"code": 503, "title": "Service Unavailable"}),
    ],
    ids=["yandex", "codearts", "codearts-iam"],
)
async def test_it_is_a_503_in_the_shape_of_the_wire(request_: tuple[str, str, Any], body: dict[str, Any]) -> None:
    method, path, headers = request_
    app = build(Settings(), Database("postgresql://nowhere"))  # never opened
    transport = httpx2.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url="http://shoal.test") as client:
        with capture_logs() as logs:
            answer = await client.request(method, path, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1"), answer.text
    said = answer.json()
    assert body.items() <= said.get("error", said).items()
    assert [(line["log_level"], line["path"], "exc_info" in line) for line in logs] == [("warning", path, False)]
