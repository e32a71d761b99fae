"""Issues: looked at, made and changed, one at a time. Many at once are `actions.bulk`; looking for them is
`actions.searches`. A change goes through `actions.apply`, which holds the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import structs

from shoal.actions import apply, references
from shoal.domain import bulk
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.changelog import ChangeKind
from shoal.domain.comment import Comment
from shoal.domain.errors import Conflict, Forbidden, Invalid, IssueNotFound, NotFound, QueueNotFound, UnknownValue
from shoal.domain.fields import Kind
from shoal.domain.found import Depth, Found, History
from shoal.domain.issue import Issue, IssueRef, NewIssue
from shoal.domain.patch import Edit, Operand, Patch, Ref, Set
from shoal.domain.workflow import Transition, Workflows
from shoal.store import changelog, comments, issues, names, rights, workflows
from shoal.store.db import Database, Transaction

WHOLE = Depth()


async def get(db: Database, actor: Actor, ref: IssueRef, depth: Depth = WHOLE) -> Found:
    """One issue, by any of its names. IssueNotFound also where the actor may not read it."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        return await found(tx, allowed, [await locate(tx, allowed, ref)], depth)


async def check_readable(db: Database, actor: Actor, ref: IssueRef) -> None:
    """IssueNotFound unless there is such an issue and the actor may read it."""
    async with db.transaction(actor.org_id) as tx:
        await locate(tx, await rights.load(tx, actor), ref)


async def find_by_unique(db: Database, actor: Actor, token: str, depth: Depth = WHOLE) -> Found:
    """The issue that was made with this token. NotFound if there is none."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await issues.find_by_unique(tx, token, readable=allowed.queues(Right.READ))
        if issue_id is None:
            raise NotFound("no_unique")
        return await found(tx, allowed, [issue_id], depth)


async def history(
    db: Database,
    actor: Actor,
    ref: IssueRef,
    *,
    after: int = 0,
    limit: int,
    field: str | None = None,
    kinds: Sequence[ChangeKind] | None = None,
) -> History:
    """What happened to an issue after an entry, oldest first."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        entries = await changelog.list_after(tx, issue_id, after=after, limit=limit + 1, field=field, kinds=kinds)
        known = await references.load(tx, allowed, entries=entries[:limit], issue_ids=[issue_id])
        return History(known.things[Kind.ISSUE, issue_id], entries[:limit], known, len(entries) > limit)


async def entry(db: Database, actor: Actor, ref: IssueRef, entry_id: int) -> History:
    """One entry of an issue's history. NotFound if it is none of this issue's."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        one = await changelog.find(tx, issue_id, entry_id)
        if one is None:
            raise NotFound("no_entry", entry=entry_id, issue=str(ref))
        known = await references.load(tx, allowed, entries=[one], issue_ids=[issue_id])
        return History(known.things[Kind.ISSUE, issue_id], [one], known)


# --- changing ------------------------------------------------------------------------------------------------------


async def change(
    db: Database,
    actor: Actor,
    ref: IssueRef,
    new: bulk.Change,
    *,
    version: int | None = None,
    stays_in: Operand | None = None,
    depth: Depth = WHOLE,
) -> Found:
    """Edit or move an issue, or take it through a transition. All or nothing of it happens.

    Raises Stale if `version` is given and not its version any more; Invalid if it is not in the queue `stays_in`, which
    the caller takes it to be in; and what `actions.apply.one` raises.
    """
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        issue_id = await locate(tx, allowed, ref)
        if stays_in is not None and await _find_queue(tx, allowed, stays_in) != await issues.queue_of(tx, issue_id):
            raise Invalid("queue_not_by_edit", "queue")
        await apply.one(tx, actor, issue_id, new, version=version)
        return await found(tx, allowed, [issue_id], depth)


async def delete(db: Database, actor: Actor, ref: IssueRef) -> None:
    """Put an issue into the trash. Raises IssueNotFound and Forbidden."""
    async with db.transaction(actor.org_id) as tx:
        issue_id = await locate(tx, await rights.load(tx, actor), ref)
        await apply.one(tx, actor, issue_id, bulk.Delete())


async def sprints_of(db: Database, actor: Actor, ids: Sequence[int]) -> list[int]:
    """The sprints in which issues of these ids are now, each once: of an issue that was carried over the last. What the
    actor may not read is in none."""
    async with db.transaction(actor.org_id) as tx:
        return await issues.current_sprints(tx, ids, readable=(await rights.load(tx, actor)).queues(Right.READ))


async def roots(db: Database, actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """For each of these issues the topmost of those above it that the actor may read, or itself."""
    async with db.transaction(actor.org_id) as tx:
        return await issues.roots(tx, ids, readable=(await rights.load(tx, actor)).queues(Right.READ))


async def target_queue(db: Database, actor: Actor, queue: Operand) -> int:
    """The queue that issues are to be moved to. UnknownValue if there is none that the actor may see, Forbidden if they
    may not create issues there."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        queue_id = await _find_queue(tx, allowed, queue)
        if queue_id is None:
            raise UnknownValue("queue", str(queue))
        allowed.require(queue_id, Right.CREATE, queue=str(queue))
    return queue_id


# --- making one ----------------------------------------------------------------------------------------------------


async def create(
    db: Database, actor: Actor, new: NewIssue, depth: Depth = WHOLE, *, then: bulk.Transition | None = None
) -> Found:
    """Make an issue, and `then` take it on from the first status of its workflow. NotFound without the queue,
    Forbidden without the right to create in it, Conflict if its unique value was used before, Invalid for values that
    do not fit."""
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        queue_id = await _find_queue(tx, allowed, new.queue)
        if queue_id is None:
            raise QueueNotFound(new.queue)
        allowed.require(queue_id, Right.CREATE, queue=str(new.queue))
        await _check_unique(tx, actor, allowed, new.unique_token)
        issue_id = await apply.create(
            tx, actor, queue_id, await _first_patch(tx, new, queue_id), unique=new.unique_token
        )
        if then is not None:
            await apply.one(tx, actor, issue_id, then)
        return await found(tx, allowed, [issue_id], depth)


async def _check_unique(tx: Transaction, actor: Actor, allowed: Rights, token: str | None) -> None:
    readable = allowed.queues(Right.READ)
    if token is not None and await issues.is_taken(tx, token, readable=readable, author_id=actor.user_id):
        raise Conflict("issue_exists")


async def _first_patch(tx: Transaction, new: NewIssue, queue_id: int) -> Patch:
    """Everything that a new issue begins with; type and priority, if they are not said, as its queue has them."""
    defaults = await issues.defaults(tx, queue_id)
    own: dict[str, Edit] = {"type": Set(Ref(id=defaults.type_id)), "priority": Set(Ref(id=defaults.priority_id))}
    return structs.replace(new.patch, edits={**own, **new.patch.edits, "summary": Set(new.summary)})


# --- reading -------------------------------------------------------------------------------------------------------


async def locate(tx: Transaction, allowed: Rights, ref: IssueRef) -> int:
    """The id of an issue that the actor may read, else IssueNotFound."""
    ids = await issues.resolve(tx, [ref], readable=allowed.queues(Right.READ))
    if ref.text not in ids:
        raise IssueNotFound(ref)
    return ids[ref.text]


MOST_COMMENTS, LEAST_COMMENTS = 1000, 10
"""So many come with the issues of one answer, and at least so many with each. The others are read by pages."""


async def found(
    tx: Transaction, allowed: Rights, ids: Sequence[int], depth: Depth, *, total: int | None = None
) -> Found:
    """The issues with these ids, in this order, with what they refer to and what else was asked for."""
    page = await issues.by_ids(tx, ids, readable=allowed.queues(Right.READ), described=depth.description)
    if total is None and len(page) < len(ids):
        raise Forbidden("no_right_to_read")
    each = max(LEAST_COMMENTS, MOST_COMMENTS // max(1, len(page)))
    said = await comments.of_issues(tx, [issue.id for issue in page], each=each) if depth.comments else []
    ways = await _available(tx, allowed, page) if depth.transitions else {}
    statuses = [transition.to_status_id for listed in ways.values() for transition in listed]
    known = await references.load(tx, allowed, issues=page, comments=said, statuses=statuses)
    return Found(
        page,
        len(page) if total is None else total,
        known,
        _by_issue(said) if depth.comments else None,
        ways if depth.transitions else None,
    )


async def _available(tx: Transaction, allowed: Rights, page: Sequence[Issue]) -> dict[int, list[Transition]]:
    """What the actor can take each issue through now."""
    of_queues = await workflows.load(tx, sorted({issue.queue_id for issue in page}))
    return {issue.id: _ways(of_queues, issue) if allowed.has(issue.queue_id, Right.WRITE) else [] for issue in page}


def _ways(of_queues: Workflows, issue: Issue) -> list[Transition]:
    """One transition a key: the one from exactly this status before the one from anywhere."""
    workflow = of_queues.find(issue.queue_id, issue.type_id)
    if workflow is None:
        return []
    keys = dict.fromkeys(transition.key for transition in workflow.available(issue.status_id))
    ways = (workflow.find(key, issue.status_id) for key in keys)
    return [way for way in ways if way is not None]


def _by_issue(said: Sequence[Comment]) -> dict[int, list[Comment]]:
    grouped: dict[int, list[Comment]] = defaultdict(list)
    for comment in said:
        grouped[comment.issue_id].append(comment)
    return grouped


async def _find_queue(tx: Transaction, allowed: Rights, queue: Operand) -> int | None:
    """The queue that is named, among those the actor may know of."""
    known = await names.index(tx, Kind.QUEUE, [queue], readable=allowed.nameable)
    return next((found.id for found in known.meant(queue)), None)
