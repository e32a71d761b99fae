"""Comments on an issue."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import comments
from shoal.dialects.yandex import edits, ids, paging, references
from shoal.dialects.yandex.dependencies import ParamsOf, Payload, TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.parameters import Parameters
from shoal.dialects.yandex.references import Short, instant
from shoal.dialects.yandex.shapes import Body, LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.comment import Comment
from shoal.domain.errors import Invalid, NotFound, WrongParameter
from shoal.domain.fields import Kind
from shoal.domain.found import Thread
from shoal.domain.patch import NewComment
from shoal.domain.reference import References


class CommentBody(Body):
    text: str = ""
    summonees: Any = None
    attachment_ids: Any = None


class AfterParameters(Parameters, frozen=True):
    id: str | None = None


class CommentAnswer(LinkedAnswer):
    id: int
    long_id: str
    text: str
    created_by: Short | None
    created_at: str
    updated_by: Short | None
    updated_at: str
    version: int
    type: str
    transport: str
    summonees: list[Short] | UnsetType = UNSET


@get("/issues/{ref:str}/comments")
async def list_comments(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: ParamsOf[AfterParameters],
    page: ThePage,
    ref: FromPath[str],
) -> Response[list[CommentAnswer]]:
    thread = await comments.list_after(db, actor, ids.issue_ref(ref), after=_after(params.id), limit=page.size)
    last = thread.comments[-1].id if thread.has_more else None
    return Response(_write_all(view, thread), headers=paging.after_id(view, page.size, last))


@post("/issues/{ref:str}/comments")
async def add_comment(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], payload: Payload[CommentBody]
) -> CommentAnswer:
    return _write_all(view, await comments.add(db, actor, ids.issue_ref(ref), read(payload)))[0]


@get("/issues/{ref:str}/comments/{comment_id:str}")
async def get_comment(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], comment_id: FromPath[str]
) -> CommentAnswer:
    return _write_all(view, await comments.get(db, actor, ids.issue_ref(ref), _id(comment_id)))[0]


@patch("/issues/{ref:str}/comments/{comment_id:str}")
async def edit_comment(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    ref: FromPath[str],
    comment_id: FromPath[str],
    payload: Payload[CommentBody],
) -> CommentAnswer:
    return _write_all(view, await comments.edit(db, actor, ids.issue_ref(ref), _id(comment_id), read(payload)))[0]


@delete("/issues/{ref:str}/comments/{comment_id:str}")
async def delete_comment(db: TheDatabase, actor: TheActor, ref: FromPath[str], comment_id: FromPath[str]) -> None:
    await comments.delete(db, actor, ids.issue_ref(ref), _id(comment_id))


def _id(text: str) -> int:
    own = _find_id(text)
    if own is None:
        raise NotFound("no_comment", comment=text)
    return own


def _after(text: str | None) -> int:
    if text is None:
        return 0
    own = _find_id(text)
    if own is None:
        raise WrongParameter("id", "comment_id_expected")
    return own


def _find_id(text: str) -> int | None:
    """The number of a comment, or its long form."""
    return ids.number(text) or ids.read(ids.COMMENT, text)


def read(sent: CommentBody) -> NewComment:
    """Raises Invalid without a text, and for attachments, which cannot be here."""
    if not sent.text.strip():
        raise Invalid("comment_empty", "text")
    if sent.attachment_ids:
        raise Invalid("no_attachment", "attachmentIds")
    return edits.comment("text", {"text": sent.text, "summonees": sent.summonees}, summonees_name="summonees")


def _write_all(view: View, thread: Thread) -> list[CommentAnswer]:
    return [write(view, str(thread.issue.key), comment, thread.references) for comment in thread.comments]


def write(view: View, key: str, comment: Comment, known: References) -> CommentAnswer:
    """`key` is the issue's."""
    return CommentAnswer(
        link=view.link("issues", key, "comments", comment.id),
        id=comment.id,
        long_id=ids.write(ids.COMMENT, comment.id),
        text=comment.text,
        created_by=references.find_or_null(view, known, Kind.USER, comment.author_id),
        created_at=instant(comment.created_at),
        updated_by=references.find_or_null(view, known, Kind.USER, comment.updated_by),
        updated_at=instant(comment.updated_at),
        version=comment.version,
        type="standard",
        transport="internal",
        summonees=references.references(view, known.all(Kind.USER, comment.summonees)) if comment.summonees else UNSET,
    )
