"""What a page of values refers to, looked up at once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shoal.domain.actor import Actor, Rights
from shoal.domain.changelog import Entry
from shoal.domain.comment import Comment
from shoal.domain.fields import Field, Kind, custom_id
from shoal.domain.issue import Issue
from shoal.domain.reference import Lookup, References
from shoal.store import fields
from shoal.store import references as store
from shoal.store import rights as stored_rights
from shoal.store.db import Database, Transaction


async def load(
    tx: Transaction,
    rights: Rights,
    *,
    issues: Sequence[Issue] = (),
    entries: Sequence[Entry] = (),
    comments: Sequence[Comment] = (),
    statuses: Iterable[int] = (),
    issue_ids: Iterable[int] = (),
) -> References:
    """The names behind every id in these, as far as the asker may know them."""
    wanted = Lookup(await _custom_fields(tx, rights, issues, entries))
    for issue in issues:
        wanted.add_issue(issue)
    for entry in entries:
        wanted.add_entry(entry)
    for comment in comments:
        wanted.add_comment(comment)
    wanted.add(Kind.STATUS, list(statuses))
    wanted.add(Kind.ISSUE, list(issue_ids))
    return await store.load(tx, wanted, rights)


async def _custom_fields(
    tx: Transaction, rights: Rights, issues: Sequence[Issue], entries: Sequence[Entry]
) -> Mapping[str, Field]:
    ids = {int(field_id) for issue in issues for field_id in issue.custom}
    names = {name for entry in entries for name in entry.changes}
    ids.update(field_id for name in names if (field_id := custom_id(name)) is not None)
    return await fields.by_name(tx, sorted(ids), nameable=rights.nameable)


async def custom_fields(db: Database, actor: Actor, names: Iterable[str]) -> Mapping[str, Field]:
    """The custom fields among these names, `custom.<id>`, for those who must say them in their own words; a field of
    which the actor may not know is none."""
    ids = {field_id for name in names if (field_id := custom_id(name)) is not None}
    if not ids:
        return {}
    async with db.transaction(actor.org_id) as tx:
        return await fields.by_name(tx, sorted(ids), nameable=(await stored_rights.load(tx, actor)).nameable)
