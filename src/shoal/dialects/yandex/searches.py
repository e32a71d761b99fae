"""Issues looked for: by pages, counted, or scrolled through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import RawBody

from shoal.actions import Database, searches
from shoal.dialects import http
from shoal.dialects.http import Params
from shoal.dialects.yandex import custom_names, edits, ids, issues, paging, query
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheParams, TheView
from shoal.dialects.yandex.issues import Json
from shoal.dialects.yandex.view import View
from shoal.domain.actor import Actor
from shoal.domain.errors import Malformed, NotFound, WrongParameter
from shoal.domain.found import Scrolled
from shoal.domain.issue import IssueRef
from shoal.domain.query import And, Query, Sort

DEFAULT_SCROLL, LARGEST_SCROLL = 100, 1000
"""The most issues in one page of a scroll; a larger number is cut to it, so that no answer is very large."""


@post("/issues/_search", status_code=200)
async def search_issues(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, page: ThePage, body: RawBody
) -> Response[list[Json]]:
    if params.text("scrollId") is not None or params.text("scrollType") is not None:
        return await _scroll(db, actor, view, params, body)
    search = read(body, params)
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


@post("/issues/_count", status_code=200)
async def count_issues(db: TheDatabase, actor: TheActor, params: TheParams, body: RawBody) -> int:
    search = read(body, params)
    async with custom_names.in_errors(db, actor):
        return await searches.count(db, actor, search.query, refs=search.refs, now=datetime.now(UTC))


async def _scroll(db: Database, actor: Actor, view: View, params: Params, body: bytes) -> Response[list[Json]]:
    """A page of a snapshot: the first by what is looked for, the others by the scroll's id."""
    limit = params.integer("perScroll", DEFAULT_SCROLL, least=1, most=LARGEST_SCROLL)
    scroll_id = params.text("scrollId")
    search = read(body if scroll_id is None else b"", params)
    depth = issues.depth(params, search.expand)
    if scroll_id is not None:
        token = params.text("scrollToken")
        scrolled = await searches.read_scroll(db, actor, _scroll_id(scroll_id), token=token, limit=limit, depth=depth)
    else:
        check_scrollable(search, params)
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


@post("/system/search/scroll/_clear", status_code=200)
async def clear_scrolls(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[bytes]:
    sent = http.decode(body, dict[str, str])
    known = {_scroll_id(scroll_id): token for scroll_id, token in sent.items() if _is_scroll_id(scroll_id)}
    await searches.close_scrolls(db, actor, known)
    return Response(b"", status_code=200)


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


def read(raw: bytes, params: Params) -> Search:
    """The body of `_search` and `_count`. Keys, a queue, and a filter or query exclude one another."""
    sent = {name: value for name, value in edits.body(raw).items() if value is not None}
    if "filterId" in sent:
        raise NotFound("unknown_value", thing="filter", value=str(sent["filterId"]))
    if sum(("keys" in sent, "queue" in sent, "filter" in sent or sent.get("query", "") != "")) > 1:
        raise Malformed("search_exclusive")
    order = _order(sent, params)
    refs = _keys(sent["keys"]) if "keys" in sent else None
    return Search(_query(sent, order), "queue" in sent, refs, _words(sent.get("expand")))


def check_scrollable(search: Search, params: Params) -> None:
    """Keys and a queue are read by pages; and there are two ways to scroll."""
    if search.refs is not None or search.in_queue:
        raise Malformed("scroll_exclusive")
    if params.text("scrollType") not in ("sorted", "unsorted"):
        raise WrongParameter("scrollType", "scroll_type")


def _query(sent: Mapping[str, Any], order: tuple[Sort, ...]) -> Query:
    """The query, the filter and the queue together; an `order` goes before the query's own."""
    parsed = query.parse(_text(sent, "query")) if "query" in sent else Query()
    parts = [parsed.where]
    if "filter" in sent:
        parts.append(query.filter_query(_mapping(sent, "filter")).where)
    if "queue" in sent:
        parts.append(query.filter_query({"queue": sent["queue"]}).where)
    terms = tuple(part for part in parts if part is not None)
    where = terms[0] if len(terms) == 1 else And(terms) if terms else None
    return Query(where, order or parsed.sort)


def _order(sent: Mapping[str, Any], params: Params) -> tuple[Sort, ...]:
    order = sent.get("order") or params.text("order")
    if order is not None and not isinstance(order, str | list):
        raise WrongParameter("order", "fields_expected")
    return query.order(order)


def _keys(value: object) -> tuple[IssueRef, ...]:
    keys = value.split(",") if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise WrongParameter("keys", "keys_expected")
    return tuple(ids.issue_ref(key.strip()) for key in dict.fromkeys(keys) if key.strip())


def _text(sent: Mapping[str, Any], name: str) -> str:
    if not isinstance(sent[name], str):
        raise WrongParameter(name, "string_expected")
    return str(sent[name])


def _mapping(sent: Mapping[str, Any], name: str) -> Mapping[str, object]:
    if not isinstance(sent[name], dict):
        raise WrongParameter(name, "object_of_fields")
    return dict(sent[name])


def _words(value: object) -> frozenset[str]:
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(word.strip() for word in words if isinstance(word, str))


handlers = [search_issues, count_issues, clear_scrolls]
