"""Issues looked for: by pages, counted, or scrolled through."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, post
from msgspec import Meta

from shoal.actions import Database, searches
from shoal.dialects import http
from shoal.dialects.idempotency import READING
from shoal.dialects.yandex import custom_names, ids, issues, paging, query
from shoal.dialects.yandex.dependencies import ParamsOf, Payload, TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.issue_shapes import IssueAnswer, Json
from shoal.dialects.yandex.issues import IssueParameters
from shoal.dialects.yandex.shapes import Body
from shoal.dialects.yandex.view import View
from shoal.domain.actor import Actor
from shoal.domain.errors import Malformed, NotFound, TooMuch, WrongParameter
from shoal.domain.found import Scrolled
from shoal.domain.issue import IssueRef
from shoal.domain.query import And, Query, Sort

DEFAULT_SCROLL, LARGEST_SCROLL = 100, 1000
"""The most issues in one page of a scroll; a larger number is cut to it, so that no answer is very large."""
MOST_SCROLLS = 1000
"""What one request may close."""


class SearchBody(Body):
    keys: Any = None
    queue: Any = None
    filter: Any = None
    filter_id: Any = None
    query: Any = None
    order: Any = None
    expand: Any = None


ScrollsBody = Annotated[dict[str, str], Meta(description="The token of each scroll, by its id.")]


class SearchParameters(IssueParameters, frozen=True):
    order: str | None = None
    scroll_type: str | None = None
    per_scroll: Annotated[int, Meta(ge=1, le=LARGEST_SCROLL)] = DEFAULT_SCROLL
    scroll_id: str | None = None
    scroll_token: str | None = None


@post("/issues/_search", status_code=200, opt=READING, request_max_body_size=http.LISTS)
async def search_issues(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: ParamsOf[SearchParameters],
    page: ThePage,
    payload: Payload[SearchBody | None],
) -> Response[list[IssueAnswer]]:
    if params.scroll_id is not None or params.scroll_type is not None:
        return await _scroll(db, actor, view, params, payload or SearchBody())
    search = await _read(payload or SearchBody(), params.order)
    async with custom_names.in_errors(db, actor):
        found = await searches.search(
            db,
            actor,
            search.query,
            refs=search.refs,
            now=datetime.now(UTC),
            limit=page.size,
            offset=page.offset,
            depth=issues.depth(params, search.expand),
        )
    written = issues.write_all(view, params, search.expand, found)
    return await http.json_list(written, headers=paging.headers(view, page, found.total))


@post("/issues/_count", status_code=200, opt=READING, request_max_body_size=http.LISTS)
async def count_issues(
    db: TheDatabase,
    actor: TheActor,
    params: ParamsOf[SearchParameters],
    payload: Payload[SearchBody | None],
) -> int:
    search = await _read(payload or SearchBody(), params.order)
    async with custom_names.in_errors(db, actor):
        return await searches.count(db, actor, search.query, refs=search.refs, now=datetime.now(UTC))


async def _read(sent: SearchBody, order: str | None) -> Search:
    """In a thread: a long query takes its time, in which others are answered."""
    return await asyncio.to_thread(read, sent, order)


async def _scroll(
    db: Database, actor: Actor, view: View, params: SearchParameters, payload: SearchBody
) -> Response[list[Json]]:
    """A page of a snapshot: the first by what is looked for, the others by the scroll's id."""
    limit = params.per_scroll
    search = await _read(payload if params.scroll_id is None else SearchBody(), params.order)
    depth = issues.depth(params, search.expand)
    if params.scroll_id is not None:
        scroll_id, token = _scroll_id(params.scroll_id), params.scroll_token
        scrolled = await searches.read_scroll(db, actor, scroll_id, token=token, limit=limit, depth=depth)
    else:
        check_scrollable(search, params.scroll_type)
        now = datetime.now(UTC)
        async with custom_names.in_errors(db, actor):
            scrolled = await searches.open_scroll(db, actor, search.query, now=now, limit=limit, depth=depth)
    written = issues.write_all(view, params, search.expand, scrolled.found)
    return await http.json_list(written, headers=_scroll_headers(view, scrolled))


def _scroll_headers(view: View, scrolled: Scrolled) -> Mapping[str, str]:
    """A client reads on until it gets no id, or an empty page: an id comes with every page that holds something."""
    headers = {"X-Total-Count": str(scrolled.found.total)}
    if scrolled.found.issues:
        headers |= {"X-Scroll-Id": scrolled.id, "X-Scroll-Token": scrolled.token}
    if not scrolled.is_last:
        url = view.page_url(scrollId=scrolled.id, scrollToken=scrolled.token)
        headers["Link"] = f'<{url}>; rel="next"'
    return headers


@post("/system/search/scroll/_clear", status_code=200, opt=READING, request_max_body_size=http.LISTS)
async def clear_scrolls(db: TheDatabase, actor: TheActor, payload: Payload[ScrollsBody]) -> Response[None]:
    if len(payload) > MOST_SCROLLS:
        raise TooMuch("too_many_at_once", most=MOST_SCROLLS)
    known = {_scroll_id(scroll_id): token for scroll_id, token in payload.items() if _is_scroll_id(scroll_id)}
    await searches.close_scrolls(db, actor, known)
    return http.empty(200)


def _scroll_id(text: str) -> UUID:
    if not _is_scroll_id(text):
        raise NotFound("no_scroll")
    return UUID(hex=text)


def _is_scroll_id(text: str) -> bool:
    return len(text) == 32 and all(digit in "0123456789abcdef" for digit in text)


# --- in ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: issues by key (of no keys none), those of a queue, or those that a query finds; and how to
    answer."""

    query: Query
    in_queue: bool
    refs: tuple[IssueRef, ...] | None
    expand: frozenset[str]


def read(sent: SearchBody, order: str | None) -> Search:
    """What `_search` and `_count` ask for. Keys, a queue, and a filter or query exclude one another."""
    if sent.filter_id is not None:
        raise NotFound("unknown_value", thing="filter", value=str(sent.filter_id))
    if sum((sent.keys is not None, sent.queue is not None, sent.filter is not None or bool(sent.query))) > 1:
        raise Malformed("search_exclusive")
    refs = None if sent.keys is None else _keys(sent.keys)
    return Search(_query(sent, _order(sent.order or order)), sent.queue is not None, refs, _words(sent.expand))


def check_scrollable(search: Search, scroll_type: str | None) -> None:
    """Keys and a queue are read by pages; and there are two ways to scroll."""
    if search.refs is not None or search.in_queue:
        raise Malformed("scroll_exclusive")
    if scroll_type not in ("sorted", "unsorted"):
        raise WrongParameter("scrollType", "scroll_type")


def _query(sent: SearchBody, order: tuple[Sort, ...]) -> Query:
    """The query, the filter and the queue together; an `order` goes before the query's own."""
    parsed = Query() if sent.query is None else query.parse(_text(sent.query))
    parts = [parsed.where]
    if sent.filter is not None:
        parts.append(query.filter_query(_mapping(sent.filter)).where)
    if sent.queue is not None:
        parts.append(query.filter_query({"queue": sent.queue}).where)
    terms = tuple(part for part in parts if part is not None)
    where = terms[0] if len(terms) == 1 else And(terms) if terms else None
    return Query(where, order or parsed.sort)


def _order(order: object) -> tuple[Sort, ...]:
    if order is not None and not isinstance(order, str | list):
        raise WrongParameter("order", "fields_expected")
    return query.order(order)


def _keys(value: object) -> tuple[IssueRef, ...]:
    keys = value.split(",", http.LONGEST_LIST) if isinstance(value, str) else value
    if isinstance(keys, list) and len(keys) > http.LONGEST_LIST:
        raise TooMuch("too_many_at_once", "keys", most=http.LONGEST_LIST)
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise WrongParameter("keys", "keys_expected")
    return tuple(ids.issue_ref(key.strip()) for key in dict.fromkeys(keys) if key.strip())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongParameter("query", "string_expected")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WrongParameter("filter", "object_of_fields")
    return value


def _words(value: object) -> frozenset[str]:
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(word.strip() for word in words if isinstance(word, str))
