"""Takes a thing that is about to go off every issue that has it: a bulk change like any other, so that the history of
each issue tells of it."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.actions import bulk
from shoal.domain.actor import Actor
from shoal.domain.bulk import Change, Listed, NewBulkChange, Update
from shoal.domain.errors import Conflict
from shoal.domain.fields import STANDARD
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Adjust, Clear, Patch, Ref
from shoal.store import uses
from shoal.store.db import Transaction


async def take_off(tx: Transaction, actor: Actor, field: str, thing_id: int) -> None:
    """Take the thing off the field of this name, wherever it is. Raises Conflict if the actor may not change all of
    the issues that have it."""
    having = await uses.issues(tx, field, thing_id)
    await change(tx, actor, having, removal(field, thing_id))
    if left := await uses.issues(tx, field, thing_id):
        raise Conflict("used_by_others", count=len(left))


def removal(field: str, thing_id: int) -> Update:
    """The change that takes the thing off an issue."""
    edit = Adjust(remove=(Ref(id=thing_id),)) if STANDARD[field].is_list else Clear()
    return Update(Patch({field: edit}))


async def change(tx: Transaction, actor: Actor, issue_ids: Sequence[int], wanted: Change) -> None:
    """Do this to these issues, as far as it can be done."""
    if issue_ids:
        refs = tuple(IssueRef(str(issue_id), id=issue_id) for issue_id in issue_ids)
        await bulk.perform_in(tx, actor, NewBulkChange(Listed(refs), wanted))
