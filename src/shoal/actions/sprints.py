"""Boards and sprints. A board that is no queue's is for everybody: all read it, who may write in some queue plans on
it. The board of a queue is for those who may read, or write in, the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shoal.actions import queues, uses
from shoal.domain import naming
from shoal.domain.actor import Actor, Right, Rights
from shoal.domain.bulk import Transition
from shoal.domain.directory import check_texts, given
from shoal.domain.errors import Conflict, Forbidden, Invalid, NotFound, UnknownValue
from shoal.domain.fields import Kind
from shoal.domain.patch import Operand, Patch, Ref, Set
from shoal.domain.sprint import (
    STATES,
    AtEnd,
    Board,
    Day,
    NewSprint,
    Progress,
    Sprint,
    SprintChange,
    SprintEdit,
    Which,
    check_dates,
    check_step,
)
from shoal.domain.workflow import FINAL_CATEGORIES
from shoal.store import catalogues, rights, sprints
from shoal.store import uses as stored_uses
from shoal.store.db import Database, Transaction

MOST_AT_ONCE = 1000
HISTORIC = ("name", "description", "start_date", "end_date", "state")
"""What of a sprint its history tells of."""


# --- boards --------------------------------------------------------------------------------------------------------


async def list_boards(db: Database, actor: Actor, *, limit: int, offset: int) -> tuple[list[Board], int]:
    async with db.transaction(actor.org_id) as tx:
        readable = await _readable(tx, actor)
        return await sprints.list_boards(tx, readable=readable, limit=limit, offset=offset)


async def get_board(db: Database, actor: Actor, board_id: int) -> Board:
    async with db.transaction(actor.org_id) as tx:
        return await _board(tx, board_id, await _readable(tx, actor))


# --- sprints -------------------------------------------------------------------------------------------------------


async def list_all(db: Database, actor: Actor, *, board_id: int | None = None) -> list[Sprint]:
    """The sprints of one board, or of all. NotFound without the board."""
    async with db.transaction(actor.org_id) as tx:
        readable = await _readable(tx, actor)
        if board_id is not None:
            await _board(tx, board_id, readable)
        return await sprints.list_all(tx, Which(board=board_id), readable=readable)


async def list_of_queue(db: Database, actor: Actor, queue: str, which: Which) -> list[Sprint]:
    """Those of the queue's own board. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        return await sprints.list_all(tx, replace(which, queue=found.id), readable=[found.id])


async def get(db: Database, actor: Actor, sprint_id: int) -> Sprint:
    async with db.transaction(actor.org_id) as tx:
        return await _sprint(tx, sprint_id, await _readable(tx, actor))


@dataclass(frozen=True, slots=True)
class Report:
    """A sprint, and how far it is."""

    sprint: Sprint
    progress: Progress
    days: Sequence[Day]


async def report(db: Database, actor: Actor, sprint_id: int) -> Report:
    """How far the sprint is, by the issues that the actor may read. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        readable = await _readable(tx, actor)
        sprint = await _sprint(tx, sprint_id, readable)
        return Report(
            sprint,
            await sprints.progress(tx, sprint_id, readable=readable),
            await sprints.burn_down(tx, sprint, readable=readable),
        )


async def history(
    db: Database, actor: Actor, sprint_id: int, *, limit: int, offset: int
) -> tuple[Sprint, list[SprintChange], int]:
    """A page of what became of the sprint, deleted or not, and how much that is in all. Raises NotFound."""
    async with db.transaction(actor.org_id) as tx:
        which = Which(id=sprint_id, deleted=True)
        found = await sprints.list_all(tx, which, readable=await _readable(tx, actor))
        if not found:
            raise NotFound("no_sprint", sprint=sprint_id)
        return found[0], *await sprints.history(tx, sprint_id, limit=limit, offset=offset)


# --- planning ------------------------------------------------------------------------------------------------------


async def create(db: Database, actor: Actor, new: NewSprint, *, queue: str | None = None) -> Sprint:
    """Plan a sprint, on the board or, without one, on the own board of the queue. Raises Forbidden, Invalid,
    UnknownValue, QueueNotFound, or Conflict if the board has one of this name."""
    check_texts(new.name, new.description)
    check_dates(new.start_date, new.end_date)
    async with db.transaction(actor.org_id) as tx:
        allowed = await rights.load(tx, actor)
        sprint_id = await sprints.insert(
            tx,
            board_id=await _board_for(tx, allowed, new.board, queue),
            name=new.name,
            description=new.description,
            start_date=new.start_date,
            end_date=new.end_date,
            user_id=actor.user_id,
        )
        sprint = await _sprint(tx, sprint_id, allowed.queues(Right.READ))
        changes = {name: (None, after) for name, after in _told(sprint).items() if after}
        await sprints.record(tx, sprint_id, author_id=actor.user_id, kind="created", changes=changes)
        return sprint


async def edit(db: Database, actor: Actor, queue: str, sprint_id: int, changes: SprintEdit) -> Sprint:
    """Change a sprint of the queue's own board. When it ends, its open issues are closed or taken off it. Raises
    NotFound, Forbidden, Invalid, or Conflict for a step between states that are no neighbours."""
    async with db.transaction(actor.org_id) as tx:
        (before,) = await _for_change(tx, actor, queue, [sprint_id])
        after = replace(before, **{name: value for name, value in given(changes).items() if name in HISTORIC})
        check_texts(after.name, after.description)
        check_dates(after.start_date, after.end_date)
        check_step(before.state, after.state, changes.at_end)
        if after.state != before.state and after.state == STATES[-1]:
            await _end(tx, actor, after, changes.at_end)
        was, became = _told(before), _told(after)
        if was != became:
            await sprints.update(tx, after)
            told = {name: (was[name], became[name]) for name in HISTORIC if was[name] != became[name]}
            await sprints.record(tx, sprint_id, author_id=actor.user_id, kind="updated", changes=told)
        return after


async def delete(db: Database, actor: Actor, queue: str, sprint_ids: Sequence[int]) -> None:
    """Take sprints of the queue's own board out of use, all of them or none, and off every issue. Raises NotFound,
    Forbidden, and Conflict for issues that the actor may not change."""
    if not 0 < len(sprint_ids) <= MOST_AT_ONCE:
        raise Invalid("count_of_sprints", "sprints", most=MOST_AT_ONCE)
    async with db.transaction(actor.org_id) as tx:
        for sprint in await _for_change(tx, actor, queue, sorted(set(sprint_ids))):
            await uses.take_off(tx, actor, "sprints", sprint.id)
            await sprints.delete(tx, sprint.id)
            await sprints.record(tx, sprint.id, author_id=actor.user_id, kind="deleted", changes={})


async def _end(tx: Transaction, actor: Actor, sprint: Sprint, at_end: AtEnd | None) -> None:
    """Close what is open, or take it off the sprint. Raises Conflict if that is not possible for all of it."""
    open_ids = await _open_issues(tx, sprint)
    if at_end is AtEnd.TAKE_OFF:
        await uses.change(tx, actor, open_ids, uses.removal("sprints", sprint.id))
        left = set(open_ids) & set(await stored_uses.issues(tx, "sprints", sprint.id))
    else:
        await uses.change(tx, actor, open_ids, await _closing(tx))
        left = set(await _open_issues(tx, sprint))
    if left:
        raise Conflict("sprint_issues_stay", count=len(left))


async def _open_issues(tx: Transaction, sprint: Sprint) -> list[int]:
    having = await stored_uses.issues(tx, "sprints", sprint.id)
    return await stored_uses.not_in(tx, having, categories=sorted(FINAL_CATEGORIES))


async def _closing(tx: Transaction) -> Transition:
    """The change that closes an issue as done: closed and fixed, or what comes next to it in the catalogue."""
    statuses = [entry for entry in await catalogues.list_all(tx, Kind.STATUS) if entry.category == "done"]
    resolutions = await catalogues.list_all(tx, Kind.RESOLUTION)
    if not statuses or not resolutions:
        raise Conflict("no_way_to_close")
    status = next((entry for entry in statuses if entry.key == "closed"), statuses[-1])
    resolution = next((entry for entry in resolutions if entry.key == "fixed"), resolutions[0])
    return Transition(to_status=status.id, patch=Patch({"resolution": Set(Ref(id=resolution.id))}))


def _told(sprint: Sprint) -> Mapping[str, str | None]:
    """The values that the history tells of, as text."""
    values = {name: getattr(sprint, name) for name in HISTORIC}
    return {name: None if value is None else str(value) for name, value in values.items()}


# --- looking up ----------------------------------------------------------------------------------------------------


async def _readable(tx: Transaction, actor: Actor) -> list[int]:
    return (await rights.load(tx, actor)).queues(Right.READ)


async def _board_for(tx: Transaction, allowed: Rights, board: Operand | None, queue: str | None) -> int:
    """The board on which to plan, if the actor may."""
    if board is None and queue is not None:
        found = await queues.locate(tx, allowed, queue)
        allowed.require(found.id, Right.WRITE, queue=found.key)
        return await sprints.board_of(tx, found.id)
    if not allowed.queues(Right.WRITE):
        raise Forbidden("no_right_to_write")
    mark = board.id if isinstance(board, Ref) else board
    board_id = naming.as_id(mark)
    if board_id is None or await sprints.find_board(tx, board_id, readable=allowed.queues(Right.WRITE)) is None:
        raise UnknownValue("board", str(board))
    return board_id


async def _for_change(tx: Transaction, actor: Actor, queue: str, sprint_ids: Sequence[int]) -> list[Sprint]:
    """These sprints of the queue, locked. Raises NotFound for the first that is none of its."""
    allowed = await rights.load(tx, actor)
    found = await queues.locate(tx, allowed, queue)
    await sprints.lock(tx, sprint_ids)
    known = {sprint.id: sprint for sprint in await sprints.list_all(tx, Which(queue=found.id), readable=[found.id])}
    for sprint_id in sprint_ids:
        if sprint_id not in known:
            raise NotFound("no_sprint_in_queue", sprint=sprint_id)
    allowed.require(found.id, Right.WRITE, queue=found.key)
    return [known[sprint_id] for sprint_id in sprint_ids]


async def _board(tx: Transaction, board_id: int, readable: Sequence[int]) -> Board:
    board = await sprints.find_board(tx, board_id, readable=readable)
    if board is None:
        raise NotFound("no_board", board=board_id)
    return board


async def _sprint(tx: Transaction, sprint_id: int, readable: Sequence[int]) -> Sprint:
    sprint = await sprints.find(tx, sprint_id, readable=readable)
    if sprint is None:
        raise NotFound("no_sprint", sprint=sprint_id)
    return sprint
