"""Comments on an issue."""

from __future__ import annotations

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, RawBody

from shoal.actions import comments
from shoal.dialects import http
from shoal.dialects.http import Params
from shoal.dialects.yandex import ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheParams, TheView
from shoal.dialects.yandex.read import comments as read
from shoal.dialects.yandex.read import issues as read_issues
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import comment as write
from shoal.domain.errors import NotFound, WrongParameter
from shoal.domain.found import Thread


@get("/issues/{ref:str}/comments")
async def list_comments(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, page: ThePage, ref: FromPath[str]
) -> Response[bytes]:
    thread = await comments.list_after(db, actor, read_issues.ref(ref), after=_after(params), limit=page.size)
    last = thread.comments[-1].id if thread.has_more else None
    return http.json(write.comments(view, thread), headers=paging.after_id(view, page.size, last))


@post("/issues/{ref:str}/comments")
async def add_comment(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], body: RawBody
) -> Response[bytes]:
    thread = await comments.add(db, actor, read_issues.ref(ref), read.new(body))
    return _comment(view, thread, status=201)


@get("/issues/{ref:str}/comments/{comment_id:str}")
async def get_comment(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], comment_id: FromPath[str]
) -> Response[bytes]:
    return _comment(view, await comments.get(db, actor, read_issues.ref(ref), _id(comment_id)))


@patch("/issues/{ref:str}/comments/{comment_id:str}")
async def edit_comment(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], comment_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    thread = await comments.edit(db, actor, read_issues.ref(ref), _id(comment_id), read.new(body))
    return _comment(view, thread)


@delete("/issues/{ref:str}/comments/{comment_id:str}")
async def delete_comment(
    db: TheDatabase, actor: TheActor, ref: FromPath[str], comment_id: FromPath[str]
) -> Response[None]:
    await comments.delete(db, actor, read_issues.ref(ref), _id(comment_id))
    return http.empty()


def _comment(view: View, thread: Thread, *, status: int = 200) -> Response[bytes]:
    return http.json(write.comments(view, thread)[0], status=status)


def _id(text: str) -> int:
    """The number of a comment, or its long form."""
    own = ids.number(text) or ids.read(ids.COMMENT, text)
    if own is None:
        raise NotFound(f"there is no comment {text}")
    return own


def _after(params: Params) -> int:
    text = params.text("id")
    if text is None:
        return 0
    own = ids.number(text) or ids.read(ids.COMMENT, text)
    if own is None:
        raise WrongParameter("id", "the id of a comment is expected")
    return own


handlers = [list_comments, add_comment, get_comment, edit_comment, delete_comment]
