"""Comments on one issue. Whoever may read the issue may read them; whoever may write there may add one, and change or
remove their own; whoever may grant rights in the queue, anybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shoal.actions import apply, references, values
from shoal.actions.issues import locate
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import Update
from shoal.domain.changelog import ChangeKind
from shoal.domain.comment import Comment
from shoal.domain.errors import Forbidden, NotFound
from shoal.domain.fields import Kind
from shoal.domain.found import Thread
from shoal.domain.issue import IssueRef
from shoal.domain.patch import NewComment, Patch
from shoal.domain.plan import EditComment, Plan, RemoveComment
from shoal.domain.reference import References
from shoal.store import comments as store
from shoal.store import rights
from shoal.store.db import Database, Transaction


async def list_after(db: Database, actor: Actor, ref: IssueRef, *, after: int = 0, limit: int) -> Thread:
    """Comments after this one, oldest first."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        listed = await store.list_after(tx, issue_id, after=after, limit=limit + 1)
        return await _thread(tx, allowed, issue_id, listed[:limit], has_more=len(listed) > limit)


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Comments, newest first, and of how many they are a page."""

    comments: Sequence[Comment]
    total: int
    references: References


async def list_newest(db: Database, actor: Actor, ref: IssueRef, *, limit: int, offset: int) -> CommentPage:
    """A page of an issue's comments, newest first."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        listed, total = await store.newest(tx, await locate(tx, allowed, ref), limit=limit, offset=offset)
        return CommentPage(listed, total, await references.load(tx, allowed, comments=listed))


async def locate_issue(db: Database, actor: Actor, comment_id: int) -> IssueRef:
    """The issue of a comment that is named alone. Raises NotFound, also where it may not be read."""
    async with db.transaction(actor.org_id) as tx:
        readable = (await rights.load(tx, actor)).queues(Right.READ)
        issue_id = await store.issue_of(tx, comment_id, readable=readable)
    if issue_id is None:
        raise NotFound("no_comment", comment=comment_id)
    return IssueRef(str(issue_id), id=issue_id)


async def get(db: Database, actor: Actor, ref: IssueRef, comment_id: int) -> Thread:
    """One comment. NotFound if it is none of this issue's."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        return await _thread(tx, allowed, issue_id, [await _find(tx, ref, issue_id, comment_id)])


async def add(db: Database, actor: Actor, ref: IssueRef, new: NewComment, *, via: str = "api") -> Thread:
    """Say something. Forbidden without the right to write, Invalid for summonees who are nobody."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        written = await apply.one(tx, actor, issue_id, Update(Patch(comment=new)), via=via)
        assert written.comment_id is not None
        return await _thread(tx, allowed, issue_id, [await _find(tx, ref, issue_id, written.comment_id)])


async def edit(
    db: Database, actor: Actor, ref: IssueRef, comment_id: int, new: NewComment, *, via: str = "api"
) -> Thread:
    """Give a comment another text and other summonees. The same again changes nothing."""
    async with db.transaction(actor.org_id) as tx:
        allowed, comment = await _lock_own(tx, actor, ref, comment_id)
        called = await _summonees(tx, allowed, new)
        if (comment.text, comment.summonees) != (new.text, called):
            edited = EditComment(comment.id, new.text, tuple(called))
            plan = Plan(comment=edited, kind=ChangeKind.COMMENT_UPDATED)
            await apply.write(tx, actor, comment.issue_id, plan, via=via)
        return await _thread(tx, allowed, comment.issue_id, [await _find(tx, ref, comment.issue_id, comment.id)])


async def delete(db: Database, actor: Actor, ref: IssueRef, comment_id: int, *, via: str = "api") -> None:
    """Take a comment away; the issue's history keeps that there was one."""
    async with db.transaction(actor.org_id) as tx:
        _, comment = await _lock_own(tx, actor, ref, comment_id)
        plan = Plan(comment=RemoveComment(comment.id), kind=ChangeKind.COMMENT_REMOVED)
        await apply.write(tx, actor, comment.issue_id, plan, via=via)


async def _lock_own(tx: Transaction, actor: Actor, ref: IssueRef, comment_id: int) -> tuple[Rights, Comment]:
    """The actor's rights, and a comment that they may change, its issue locked."""
    allowed = await rights.load(tx, actor)
    issue_id = await locate(tx, allowed, ref)
    group = await apply.lock(tx, allowed, issue_id)
    comment = await _find(tx, ref, issue_id, comment_id)
    if comment.author_id != actor.user_id and not allowed.has(group.queue_id, Right.GRANT):
        raise Forbidden("others_comment")
    return allowed, comment


async def _find(tx: Transaction, ref: IssueRef, issue_id: int, comment_id: int) -> Comment:
    comment = await store.find(tx, issue_id, comment_id)
    if comment is None:
        raise NotFound("no_comment_on", comment=comment_id, issue=str(ref))
    return comment


async def _summonees(tx: Transaction, allowed: Rights, new: NewComment) -> list[int]:
    if not new.summonees:
        return []
    return (await values.resolve(tx, Patch(comment=new), rights=allowed)).summonees()


async def _thread(
    tx: Transaction, allowed: Rights, issue_id: int, listed: Sequence[Comment], *, has_more: bool = False
) -> Thread:
    known = await references.load(tx, allowed, comments=listed, issue_ids=[issue_id])
    return Thread(known.things[Kind.ISSUE, issue_id], listed, known, has_more)
