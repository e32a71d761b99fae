"""Looking for issues (wire 4, 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import World, make_issues

pytestmark = pytest.mark.anyio
SEARCH = "/v3/issues/_search"


@pytest.fixture(autouse=True)
async def issues(db: Database, world: World) -> None:
    """TEST-1..5 open, rosa's; TEST-6..7 closed; DEMO-1 open; FOREIGN-1 not to be seen."""
    await make_issues(db, world, 5, summary="Leaky pump", description="Bay", assignee=world.rosa, tags=("wet",))
    await make_issues(db, world, 2, summary="Dry pump", status="closed", resolution="fixed", priority="minor")
    await make_issues(db, world, 1, summary="Leaky roof", queue="DEMO")
    await make_issues(db, world, 1, summary="Leaky secret", queue="FOREIGN", author=world.olga)


async def search(api: Client, params: str = "", **body: Any) -> list[str]:
    answer = await api.post(f"{SEARCH}{params}", json=body)
    assert answer.status_code == 200, answer.text
    return [issue["key"] for issue in answer.json()]


ALL_TEST = {f"TEST-{number}" for number in range(1, 8)}
OPEN = {f"TEST-{number}" for number in range(1, 6)}
FOUND: list[tuple[dict[str, Any], set[str]]] = [
    ({}, ALL_TEST | {"DEMO-1"}),
    ({"query": "Queue: TEST AND Status: Open"}, OPEN),
    ({"query": "Summary: leaky"}, OPEN | {"DEMO-1"}),
    ({"query": "Leaky"}, OPEN | {"DEMO-1"}),
    ({"filter": {"queue": "TEST", "status": ["closed", "resolved"]}}, {"TEST-6", "TEST-7"}),
    ({"filter": {"assignee": "me()"}}, OPEN),
    ({"filter": {"assignee": "empty()"}}, {"TEST-6", "TEST-7", "DEMO-1"}),
    ({"filter": {"resolution": "notEmpty()"}}, {"TEST-6", "TEST-7"}),
    ({"filter": {"createdAt": {"from": "2000-01-01", "to": "2001-01-01"}}}, set()),
    ({"filter": {"createdAt": {"from": "2000-01-01"}}}, ALL_TEST | {"DEMO-1"}),
    ({"filter": {"tags": "wet"}, "query": "Key: TEST-2, TEST-6"}, {"TEST-2"}),
    ({"queue": "DEMO"}, {"DEMO-1"}),
    ({"keys": ["TEST-2", "TEST-99", "FOREIGN-1", "x"]}, {"TEST-2"}),
    ({"keys": "TEST-2, TEST-3"}, {"TEST-2", "TEST-3"}),
    ({"keys": []}, set()),
    ({"keys": ""}, set()),
    ({"keys": " , "}, set()),
    ({"filter": {}}, ALL_TEST | {"DEMO-1"}),
    ({"query": None, "filter": None, "filterId": None, "keys": None, "queue": "TEST", "order": None}, ALL_TEST),
]


async def test_every_way_to_look_finds_what_it_should(api: Client) -> None:
    for body, keys in FOUND:
        assert set(await search(api, **body)) == keys, body


async def test_count_is_a_bare_number(api: Client) -> None:
    for body, count in (
        ({"query": "Status: closed"}, 2),
        ({"filter": {"queue": "TEST"}}, 7),
        ({"keys": ["TEST-1", "TEST-2", "TEST-99"]}, 2),
        ({"keys": []}, 0),
        ({"keys": ""}, 0),
        ({}, 8),
    ):
        answer = await api.post("/v2/issues/_count", json=body)
        assert (answer.status_code, answer.json()) == (200, count)


async def test_order_is_as_asked_in_the_body_or_beside_it(api: Client) -> None:
    up = [f"TEST-{number}" for number in range(1, 8)]
    assert await search(api, queue="TEST", order=["+key"]) == up
    assert await search(api, "?order=-key", queue="TEST") == up[::-1]
    assert await search(api, queue="TEST", order=["-priority", "+key"]) == [*up[:5], *up[5:]]
    assert await search(api, keys=["TEST-3", "TEST-1"], order="+key") == ["TEST-1", "TEST-3"]
    assert await search(api, query='Queue: TEST "Sort by": Key DESC') == up[::-1]


async def test_the_newest_change_comes_first(api: Client) -> None:
    await api.patch("/v2/issues/TEST-3", json={"summary": "Changed"})
    assert (await search(api))[0] == "TEST-3"


CONTRADICTIONS: list[tuple[dict[str, Any], int]] = [
    ({"keys": ["TEST-1"], "queue": "TEST"}, 400),
    ({"keys": ["TEST-1"], "query": "Status: Open"}, 400),
    ({"queue": "TEST", "filter": {}}, 400),
    ({"queue": "TEST", "filter": {"status": "open"}}, 400),
    ({"query": "Status: ("}, 400),
    ({"query": "NoSuchField: 5"}, 400),
    ({"query": 5}, 400),
    ({"query": []}, 400),
    ({"query": 0}, 400),
    ({"query": False}, 400),
    ({"keys": [], "query": "Status: Open"}, 400),
    ({"keys": {}}, 400),
    ({"keys": False}, 400),
    ({"queue": []}, 400),
    ({"queue": ""}, 422),
    ({"filter": "status"}, 400),
    ({"filter": []}, 400),
    ({"filter": ""}, 400),
    ({"filter": 0}, 400),
    ({"filter": {"noSuchField": 5}}, 400),
    ({"filter": {"status": []}}, 400),
    ({"keys": 5}, 400),
    ({"keys": [5]}, 400),
    ({"order": {"a": 1}}, 400),
    ({"order": ["+noSuchField"]}, 400),
    ({"query": "Status: no-such"}, 422),
    ({"filter": {"priority": "no-such"}}, 422),
    ({"queue": "NOPE"}, 422),
    ({"queue": "FOREIGN"}, 422),
    ({"filterId": 5}, 404),
    ({"query": "(" * 10_000}, 400),
]


async def test_what_makes_no_sense_is_told_and_never_everything(api: Client) -> None:
    for body, status in CONTRADICTIONS:
        for path in (SEARCH, "/v2/issues/_count"):
            answer = await api.post(path, json=body)
            assert answer.status_code == status, (body, answer.text[:300])
            assert answer.json()["errors"] or answer.json()["errorMessages"], body


BAY = "5b0a10040000000000000009--bay"
SAID: list[tuple[dict[str, Any], dict[str, str] | str]] = [
    ({"query": "Created: x"}, "The field Created is a date, such as 2026-03-04 or today() at position 9."),
    ({"query": "Created: 9999-12-31"}, "The date is outside the calendar at position 9."),
    ({"filter": {"storyPoints": "x"}}, "The field Story Points is a number."),
    ({"query": "Sort by: Linked to"}, "There is no sorting by Linked to at position 9."),
    ({"query": '"Old Queue": today()'}, "This is no value of the field Old Queue at position 13."),
    (
        {"query": "Key: TEST-1..TEST-3"},
        "A range does not fit the field Key: name its values one by one at position 5.",
    ),
    ({"query": f"{BAY}: x"}, f'There is no field "{BAY}" at position 0.'),
    ({"filter": {BAY: "x"}}, f'There is no field "{BAY}".'),
    ({"query": '"Linked to": TEST-99'}, {"linkedTo": "There is no issue TEST-99."}),
    ({"query": '"Old Queue": NOPE'}, {"previousQueue": "There is no queue NOPE."}),
    ({"query": "Components: 99999"}, {"components": "There is no component 99999."}),
    ({"filter": {"fixVersions": 98}}, {"fixVersions": "There is no fix version 98."}),
    ({"filter": {"sprint": 5}}, {"sprint": "There is no sprint 5."}),
    ({"filter": {"author": "nobody"}}, {"author": "There is no author nobody."}),
    ({"filter": {"createdBy": "nobody"}}, {"createdBy": "There is no author nobody."}),
    (
        {"filter": {"parent": "5b0a1001000000000000ffff"}},
        {"parent": "There is no parent 5b0a1001000000000000ffff."},
    ),
]


async def test_problems_are_told_in_the_words_of_the_asker(api: Client) -> None:
    for body, said in SAID:
        answer = (await api.post(SEARCH, json=body)).json()
        assert (answer["errors"] or answer["errorMessages"][0]) == said, body


async def test_what_may_not_be_seen_is_left_out(api_of: Callable[[str], Client]) -> None:
    assert await search(api_of("ivan")) == []
    assert await search(api_of("olga")) == ["FOREIGN-1"]
    assert await search(api_of("nina")) == []
    assert (await api_of("ivan").post("/v2/issues/_count", json={})).json() == 0


async def test_pages_are_walked_by_the_next_link(api: Client) -> None:
    seen, url = [], f"{SEARCH}?perPage=3&fields=summary"
    while url:
        answer = await api.post(url, json={"order": ["+key"]})
        assert (answer.headers["X-Total-Count"], answer.headers["X-Total-Pages"]) == ("8", "3")
        assert answer.json()[0].keys() == {"self", "id", "key", "version", "favorite", "summary"}
        seen += [issue["key"] for issue in answer.json()]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert len(seen) == len(set(seen)) == 8
    assert "{&page}" in answer.links["seek"]["url"]
    assert await search(api, "?perPage=3&page=9") == []


async def test_a_page_is_answered_with_what_was_asked_to_expand(api: Client) -> None:
    answer = await api.post(f"{SEARCH}?expand=transitions", json={"keys": ["TEST-1", "TEST-6"], "order": ["+key"]})
    listed = [{transition["id"] for transition in issue["transitions"]} for issue in answer.json()]
    assert "close" in listed[0]
    assert listed[1] == {"reopen"}
    body = await api.post(SEARCH, json={"keys": ["TEST-1"], "expand": "comments"})
    assert body.json()[0]["comments"] == []


# --- scrolling -----------------------------------------------------------------------------------------------------


async def scroll(api: Client, per: int, headers: list[str]) -> list[list[str]]:
    """Pages as a client gets them that sends back these headers."""
    body = {"filter": {"queue": "TEST"}, "order": ["+key"]}
    answer = await api.post(f"{SEARCH}?scrollType=sorted&perScroll={per}", json=body)
    pages = []
    while answer.json():
        pages.append([issue["key"] for issue in answer.json()])
        if len(pages) == 1:
            await api.patch("/v2/issues/TEST-7", json={"summary": "A changed while we read"})
        params = "&".join(f"{name}={answer.headers[header]}" for name, header in zip(NAMES, headers, strict=False))
        answer = await api.post(f"{SEARCH}?perScroll={per}&{params}", json=body)
    assert "X-Scroll-Id" not in answer.headers
    return pages


NAMES = ("scrollId", "scrollToken")


async def test_a_scroll_is_a_snapshot_read_to_its_end(api: Client) -> None:
    pages = await scroll(api, 3, ["X-Scroll-Id", "X-Scroll-Token"])
    assert pages == [["TEST-1", "TEST-2", "TEST-3"], ["TEST-4", "TEST-5", "TEST-6"], ["TEST-7"]]


async def test_a_scroll_of_nothing_is_at_its_end(api: Client) -> None:
    answer = await api.post(f"{SEARCH}?scrollType=sorted", json={"filter": {"assignee": "ivan"}})
    assert (answer.json(), answer.headers["X-Total-Count"]) == ([], "0")
    assert not {"x-scroll-id", "link"} & set(answer.headers)


async def test_a_page_of_a_scroll_has_at_most_a_thousand(api: Client, db: Database, world: World) -> None:
    await make_issues(db, world, 1001, queue="DEMO")
    answer = await api.post(f"{SEARCH}?scrollType=sorted&perScroll=10000&fields=key", json={})
    assert (len(answer.json()), answer.headers["X-Total-Count"]) == (1000, "1009")
    rest = await api.post(answer.links["next"]["url"], json={})
    assert len({issue["key"] for issue in answer.json() + rest.json()}) == 1009


async def test_the_token_of_ones_own_scroll_may_be_left_out(api: Client) -> None:
    assert [len(page) for page in await scroll(api, 5, ["X-Scroll-Id"])] == [5, 2]


async def test_a_scroll_is_walked_by_the_next_link(api: Client) -> None:
    answer = await api.post(f"{SEARCH}?scrollType=unsorted&perScroll=3", json={})
    assert answer.headers["X-Total-Count"] == "8"
    second = await api.post(answer.links["next"]["url"], json={})
    assert second.links["next"] == answer.links["next"]
    rest = await api.post(second.links["next"]["url"], json={})
    assert [len(page.json()) for page in (answer, second, rest)] == [3, 3, 2]
    assert "next" not in rest.links
    assert urlsplit(answer.links["next"]["url"]).path == SEARCH


async def test_a_scroll_is_its_owners_and_ends_when_freed(api: Client, api_of: Callable[[str], Client]) -> None:
    answer = await api.post(f"{SEARCH}?scrollType=sorted&perScroll=1", json={})
    scroll_id, token = answer.headers["X-Scroll-Id"], answer.headers["X-Scroll-Token"]
    again = f"{SEARCH}?scrollId={scroll_id}"
    assert (await api_of("olga").post(again)).status_code == 404
    assert (await api.post(f"{again}&scrollToken=wrong")).status_code == 404
    assert (await api.post("/v2/system/search/scroll/_clear", json={scroll_id: "wrong"})).status_code == 200
    assert (await api.post(again)).status_code == 200
    freed = await api.post("/v2/system/search/scroll/_clear", json={scroll_id: token, "nonsense": "x"})
    assert (freed.status_code, freed.content) == (200, b"")
    assert (await api.post(again)).status_code == 404


async def test_a_scroll_left_alone_expires(api: Client, db: Database, world: World) -> None:
    answer = await api.post(f"{SEARCH}?scrollType=sorted&perScroll=1", json={})
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE search_scroll SET used_at = now() - interval '2 minutes' WHERE org_id = %(org)s")
    gone = await api.post(f"{SEARCH}?scrollId={answer.headers['X-Scroll-Id']}", json={})
    assert gone.status_code == 404


async def test_what_cannot_be_scrolled_is_refused(api: Client) -> None:
    for params, body, status in (
        ("scrollType=sorted", {"queue": "TEST"}, 400),
        ("scrollType=sorted", {"keys": ["TEST-1"]}, 400),
        ("scrollType=sideways", {}, 400),
        ("scrollType=sorted&perScroll=x", {}, 400),
        ("scrollId=nonsense", {}, 404),
        ("scrollId=" + "0" * 32, {}, 404),
    ):
        assert (await api.post(f"{SEARCH}?{params}", json=body)).status_code == status, params
