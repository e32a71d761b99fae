"""Issues: made, read, edited, moved and looked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, RawBody

from shoal.actions import Database, issues, searches
from shoal.dialects import http
from shoal.dialects.front import AnyRequest
from shoal.dialects.http import Params
from shoal.dialects.yandex import custom_names, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheParams, TheVersion, TheView
from shoal.dialects.yandex.read import issues as read
from shoal.dialects.yandex.read import values
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import issue as write
from shoal.domain.actor import Actor
from shoal.domain.bulk import Move, Update
from shoal.domain.errors import Conflict, NotFound, Stale, WrongParameter
from shoal.domain.found import Found, Scrolled

DEFAULT_SCROLL, LARGEST_SCROLL = 100, 1000
"""The most issues in one page of a scroll; a larger number is cut to it, so that no answer is very large."""


@post("/issues")
async def create_issue(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, body: RawBody
) -> Response[bytes]:
    async with custom_names.in_errors(db, actor, body):
        found = await issues.create(db, actor, read.new(body), read.depth(params))
    return _issue(view, params, found, status=201)


@get("/issues/{ref:str}")
async def get_issue(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, ref: FromPath[str]
) -> Response[bytes]:
    return _issue(view, params, await issues.get(db, actor, read.ref(ref), read.depth(params)))


@patch("/issues/{ref:str}")
async def edit_issue(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: TheParams,
    ref: FromPath[str],
    body: RawBody,
    expected_version: TheVersion,
) -> Response[bytes]:
    change, queue = read.edit(body)
    with conflict_by_parameter(request):
        async with custom_names.in_errors(db, actor, body):
            found = await issues.change(
                db,
                actor,
                read.ref(ref),
                Update(change),
                version=expected_version,
                stays_in=queue,
                depth=read.depth(params),
            )
    return _issue(view, params, found)


@post("/issues/{ref:str}/_move")
async def move_issue(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: TheParams,
    ref: FromPath[str],
    body: RawBody,
    expected_version: TheVersion,
) -> Response[bytes]:
    queue = params.text("queue")
    if queue is None:
        raise WrongParameter("queue", "the queue to move to is required")
    move = Move(
        await issues.target_queue(db, actor, queue),
        keep_fields=params.flag("moveAllFields"),
        initial_status=params.flag("initialStatus"),
        patch=values.patch(read.body(body)),
    )
    with conflict_by_parameter(request):
        async with custom_names.in_errors(db, actor, body):
            found = await issues.change(
                db, actor, read.ref(ref), move, version=expected_version, depth=read.depth(params)
            )
    return _issue(view, params, found)


@contextmanager
def conflict_by_parameter(request: AnyRequest) -> Iterator[None]:
    """A stale `?version=` is answered 409, a stale `If-Match` 412."""
    try:
        yield
    except Stale as stale:
        if request.headers.get("if-match"):
            raise
        raise Conflict(str(stale)) from None


def _issue(view: View, params: Params, found: Found, *, status: int = 200) -> Response[bytes]:
    written = write.issue(view, found.issue, found, only=params.words("fields"), expand=params.words("expand"))
    return http.json(written, status=status)


# --- looking for them ----------------------------------------------------------------------------------------------


@post("/issues/_search", status_code=200)
async def search_issues(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, page: ThePage, body: RawBody
) -> Response[bytes]:
    if params.text("scrollId") is not None or params.text("scrollType") is not None:
        return await _scroll(db, actor, view, params, body)
    asked = read.search(body, params)
    async with custom_names.in_errors(db, actor, body):
        found = await searches.search(
            db,
            actor,
            asked.query,
            refs=asked.refs,
            now=datetime.now(UTC),
            limit=page.size,
            offset=page.offset,
            depth=read.depth(params, asked.expand),
        )
    written = _issues(view, params, asked.expand, found)
    return await http.json_list(written, headers=paging.headers(view, page, found.total))


@post("/issues/_count", status_code=200)
async def count_issues(db: TheDatabase, actor: TheActor, params: TheParams, body: RawBody) -> Response[bytes]:
    asked = read.search(body, params)
    async with custom_names.in_errors(db, actor, body):
        return http.json(await searches.count(db, actor, asked.query, refs=asked.refs, now=datetime.now(UTC)))


@post("/issues/_findByUnique", status_code=200)
async def find_by_unique(db: TheDatabase, actor: TheActor, view: TheView, params: TheParams) -> Response[bytes]:
    found = await issues.find_by_unique(db, actor, params.text("unique") or "", read.depth(params))
    return _issue(view, params, found)


def _issues(view: View, params: Params, expand: frozenset[str], found: Found) -> Iterator[dict[str, object]]:
    return write.issues(view, found, only=params.words("fields"), expand=params.words("expand") | expand)


async def _scroll(db: Database, actor: Actor, view: View, params: Params, body: bytes) -> Response[bytes]:
    """A page of a snapshot: the first by what is looked for, the others by the scroll's id."""
    limit = params.integer("perScroll", DEFAULT_SCROLL, least=1, most=LARGEST_SCROLL)
    named = params.text("scrollId")
    asked = read.search(body if named is None else b"", params)
    depth = read.depth(params, asked.expand)
    if named is not None:
        token = params.text("scrollToken")
        scrolled = await searches.read_scroll(db, actor, _scroll_id(named), token=token, limit=limit, depth=depth)
    else:
        read.check_scrollable(asked, params)
        now = datetime.now(UTC)
        async with custom_names.in_errors(db, actor, body):
            scrolled = await searches.open_scroll(db, actor, asked.query, now=now, limit=limit, depth=depth)
    written = _issues(view, params, asked.expand, scrolled.found)
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
    given = http.decode(body, dict[str, str])
    known = {_scroll_id(named): token for named, token in given.items() if _is_scroll_id(named)}
    await searches.close_scrolls(db, actor, known)
    return Response(b"", status_code=200)


def _scroll_id(named: str) -> UUID:
    if not _is_scroll_id(named):
        raise NotFound("there is no such scroll, or it has expired")
    return UUID(hex=named)


def _is_scroll_id(named: str) -> bool:
    return len(named) == 32 and all(digit in "0123456789abcdef" for digit in named)


# --- what no issue has ---------------------------------------------------------------------------------------------


@get(
    [
        f"/issues/{{ref:str}}/{collection}"
        for collection in ("links", "attachments", "worklog", "checklistItems", "remotelinks")
    ]
)
async def list_nothing(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> Response[bytes]:
    await issues.check_readable(db, actor, read.ref(ref))
    return http.json([])


handlers = [
    create_issue,
    get_issue,
    edit_issue,
    move_issue,
    search_issues,
    count_issues,
    find_by_unique,
    clear_scrolls,
    list_nothing,
]
