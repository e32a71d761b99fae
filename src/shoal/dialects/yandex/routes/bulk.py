"""Bulk changes: started, looked at, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import Database, bulk, issues
from shoal.dialects import http
from shoal.dialects.front import AnyRequest
from shoal.dialects.http import Params
from shoal.dialects.yandex import custom_names, ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, TheLimits, ThePage, TheParams, TheView
from shoal.dialects.yandex.read import bulk as read
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import bulk as write
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Limits, Move, Outcome
from shoal.domain.errors import NotFound


@post("/bulkchange/_update")
async def update_issues(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: TheParams,
    limits: TheLimits,
    body: RawBody,
) -> Response[bytes]:
    asked = _read(request, params, body)
    return await _submit(db, actor, view, limits, asked, read.update(asked.given), body)


@post("/bulkchange/_transition")
async def transition_issues(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: TheParams,
    limits: TheLimits,
    body: RawBody,
) -> Response[bytes]:
    asked = _read(request, params, body)
    return await _submit(db, actor, view, limits, asked, read.transition(asked.given), body)


@post("/bulkchange/_move")
async def move_issues(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: TheParams,
    limits: TheLimits,
    body: RawBody,
) -> Response[bytes]:
    asked = _read(request, params, body)
    target = read.move(asked.given)
    queue_id = await issues.target_queue(db, actor, target.queue)
    move = Move(queue_id, target.keep_fields, target.initial_status, target.patch)
    return await _submit(db, actor, view, limits, asked, move, body)


@get("/bulkchange")
async def list_bulk_changes(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[bytes]:
    listed, total = await bulk.list_own(db, actor, page=page.number, per_page=page.size)
    return paging.json(view, page, write.bulk_changes(view, listed), total)


@get("/bulkchange/{bulk_id:str}")
async def get_bulk_change(db: TheDatabase, actor: TheActor, view: TheView, bulk_id: FromPath[str]) -> Response[bytes]:
    with called(bulk_id):
        return http.json(write.bulk_change(view, await bulk.get(db, actor, _id(bulk_id))))


@get("/bulkchange/{bulk_id:str}/issues")
async def list_outcomes(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, page: ThePage, bulk_id: FromPath[str]
) -> Response[bytes]:
    """The issues that were not changed, and why; with `?all=true` the others as well. Not paged unless asked."""
    with called(bulk_id):
        outcomes = await bulk.outcomes(
            db,
            actor,
            _id(bulk_id),
            include_all=params.flag("all"),
            page=page.number,
            per_page=page.size if params.text("perPage") else None,
        )
    names = await custom_names.of(db, actor, _problem_fields(outcomes))
    return await http.json_list(write.outcomes(view, outcomes, names))


@post("/bulkchange/{bulk_id:str}/_cancel", status_code=200)
async def cancel_bulk_change(
    db: TheDatabase, actor: TheActor, view: TheView, bulk_id: FromPath[str]
) -> Response[bytes]:
    with called(bulk_id):
        return http.json(write.bulk_change(view, await bulk.cancel(db, actor, _id(bulk_id))))


@contextmanager
def called(bulk_id: str) -> Iterator[None]:
    """What is not there is not there under the id that the caller has for it."""
    try:
        yield
    except NotFound:
        raise NotFound(f"there is no bulk change {bulk_id}") from None


def _read(request: AnyRequest, params: Params, body: bytes) -> read.Request:
    path = request.scope["path"].replace("//", "/").strip("/").partition("/")[2]
    headers = request.headers
    return read.request(body, params, path=path, key=headers.get("idempotency-key"), dedup=headers.get("x-shoal-dedup"))


async def _submit(
    db: Database, actor: Actor, view: View, limits: Limits, asked: read.Request, change: Change, body: bytes
) -> Response[bytes]:
    """Store it; the work is done by a worker, and the answer does not wait for it."""
    new = asked.with_change(change, limit=limits.issues)
    async with custom_names.in_errors(db, actor, body):
        made = await bulk.submit(db, actor, new, chunk_size=limits.chunk_size)
    return http.json(write.created(view, made), status=201)


def _id(text: str) -> int:
    own = ids.read(ids.BULK_CHANGE, text)
    if own is None:
        raise NotFound
    return own


def _problem_fields(outcomes: list[Outcome]) -> set[str]:
    return {problem.field for one in outcomes for problem in one.problems if problem.field is not None}


handlers = [
    update_issues,
    transition_issues,
    move_issues,
    list_bulk_changes,
    get_bulk_change,
    list_outcomes,
    cancel_bulk_change,
]
