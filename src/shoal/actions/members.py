"""Who takes part in a queue. Everybody who may read it sees them; who may grant rights in it decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shoal.actions import queues
from shoal.domain.actor import Actor, Right
from shoal.domain.errors import FixedMembership, Invalid, NotMember
from shoal.domain.member import Member, NewMember
from shoal.domain.queue import Queue
from shoal.store import members, rights
from shoal.store import queues as stored
from shoal.store.db import Database, Transaction

MOST_AT_ONCE = 1000


async def list_page(db: Database, actor: Actor, queue: str, *, limit: int, offset: int) -> tuple[list[Member], int]:
    """A page of the members, and how many there are. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        page = await members.list_page(tx, found.id, limit=limit, offset=offset)
        return page, await members.count(tx, found.id)


async def get_own(db: Database, actor: Actor, queue: str) -> Member:
    """What the actor is in the queue. Raises QueueNotFound."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        return (await members.find_all(tx, found.id, [actor.user_id]))[actor.user_id]


async def add(db: Database, actor: Actor, queue: str, new: Sequence[NewMember]) -> None:
    """Make all of them members, or what they are to be if they are already. Raises QueueNotFound, Forbidden,
    FixedMembership, and Invalid for an unknown user."""
    _check(new)
    async with db.transaction(actor.org_id) as tx:
        found = await _for_change(tx, actor, queue)
        await _put(tx, found, new)


async def change_role(
    db: Database, actor: Actor, queue: str, user_ids: Sequence[int], role: Callable[[int], NewMember]
) -> None:
    """Make these members something else. Raises NotMember, and what `add` raises."""
    _check(user_ids)
    async with db.transaction(actor.org_id) as tx:
        found = await _for_change(tx, actor, queue)
        await _require_members(tx, found, user_ids)
        await _put(tx, found, [role(user_id) for user_id in user_ids])


async def remove(db: Database, actor: Actor, queue: str, user_ids: Sequence[int]) -> None:
    """Take their rights from all of these members. Raises NotMember, and what `add` raises."""
    _check(user_ids)
    async with db.transaction(actor.org_id) as tx:
        found = await _for_change(tx, actor, queue)
        await _remove(tx, found, user_ids)


async def leave(db: Database, actor: Actor, queue: str) -> None:
    """Give up one's own rights in the queue. Raises QueueNotFound, FixedMembership."""
    async with db.transaction(actor.org_id) as tx:
        found = await queues.locate(tx, await rights.load(tx, actor), queue)
        await stored.lock(tx, found.id)
        await _remove(tx, found, [actor.user_id])


async def _for_change(tx: Transaction, actor: Actor, queue: str) -> Queue:
    allowed = await rights.load(tx, actor)
    found = await queues.locate(tx, allowed, queue)
    await stored.lock(tx, found.id)
    allowed = await rights.load(tx, actor)
    allowed.require(found.id, Right.GRANT, queue=found.key)
    return found


async def _put(tx: Transaction, queue: Queue, new: Sequence[NewMember]) -> None:
    user_ids = [member.user_id for member in new]
    unknown = set(user_ids) - await members.existing(tx, user_ids)
    if unknown:
        raise Invalid("unknown_value", "user", thing="user", value=min(unknown))
    await _refuse_maker(tx, queue, user_ids)
    await members.put(tx, queue.id, list({member.user_id: member for member in new}.values()))
    await _require_granter(tx, queue)


async def _remove(tx: Transaction, queue: Queue, user_ids: Sequence[int]) -> None:
    known = await _require_members(tx, queue, user_ids)
    await _refuse_maker(tx, queue, user_ids)
    by_group = next((member.login for member in known.values() if not member.is_direct), None)
    if by_group is not None:
        raise FixedMembership("member_by_group", user=by_group)
    await members.remove(tx, queue.id, user_ids)
    await _require_granter(tx, queue)


async def _require_members(tx: Transaction, queue: Queue, user_ids: Sequence[int]) -> dict[int, Member]:
    known = await members.find_all(tx, queue.id, user_ids)
    if missing := set(user_ids) - known.keys():
        raise NotMember(min(missing))
    return known


async def _refuse_maker(tx: Transaction, queue: Queue, user_ids: Sequence[int]) -> None:
    known = await members.find_all(tx, queue.id, user_ids)
    if any(member.is_maker for member in known.values()):
        raise FixedMembership("maker_stays")


async def _require_granter(tx: Transaction, queue: Queue) -> None:
    if not await members.has_granter(tx, queue.id):
        raise FixedMembership("nobody_left")


def _check(wanted: Sequence[object]) -> None:
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Invalid("count_of_users", "users", most=MOST_AT_ONCE)
