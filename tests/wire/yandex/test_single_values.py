"""Lists and nulls where one value belongs: refused by name, on create as on edit."""

from __future__ import annotations

import pytest

from tests.wire.yandex.conftest import Client
from tests.wire.yandex.test_issues import create, patch

pytestmark = pytest.mark.anyio
LISTS = {"type": ["bug"], "parent": ["TEST-1"], "deadline": ["2024-01-01"], "storyPoints": [3], "priority": []}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_is_refused_where_one_value_belongs(api: Client, name: str) -> None:
    await create(api)
    sent = {name: LISTS[name]}
    made = await api.post("/v3/issues", json={"queue": "TEST", "summary": "Leaky pump", **sent})
    for answer in (made, await patch(api, **sent), await patch(api, **{name: {"set": LISTS[name]}})):
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [name]), answer.text


async def test_an_assignee_may_come_as_an_array_of_one(api: Client) -> None:
    issue = await create(api, assignee=["ivan"])
    assert issue["assignee"]["display"] == "Иван Петров"
    assert (await patch(api, assignee=["rosa"])).json()["assignee"]["display"] == "Rosa Prado"
    assert (await patch(api, assignee=["rosa", "ivan"])).status_code == 422


async def test_nothing_is_not_to_be_added_or_removed(api: Client) -> None:
    await create(api, tags=["a"])
    for operator in ("add", "remove", "replace"):
        answer = await patch(api, tags={operator: None})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["tags"]), answer.text
