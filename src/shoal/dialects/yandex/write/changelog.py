"""The history of an issue."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects.yandex import ids
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import field as write_field
from shoal.dialects.yandex.write import reference
from shoal.dialects.yandex.write.value import value
from shoal.domain.changelog import ChangeKind, Entry
from shoal.domain.fields import STANDARD, Kind
from shoal.domain.found import History
from shoal.domain.reference import References

TYPES: Mapping[ChangeKind, str] = {
    ChangeKind.CREATED: "IssueCreated",
    ChangeKind.UPDATED: "IssueUpdated",
    ChangeKind.MOVED: "IssueMoved",
    ChangeKind.TRANSITION: "IssueWorkflow",
    ChangeKind.COMMENT_ADDED: "IssueCommentAdded",
    ChangeKind.COMMENT_UPDATED: "IssueCommentUpdated",
    ChangeKind.COMMENT_REMOVED: "IssueCommentRemoved",
}
KINDS: Mapping[str, ChangeKind] = {name: kind for kind, name in TYPES.items()}
TRANSPORTS: Mapping[str, str] = {"web": "front"}
"""The wire's word for the way a change came by, where it is not ours."""
SHOWN_OF_COMMENT = 200


def entries(view: View, history: History) -> list[dict[str, object]]:
    return [entry(view, history, one) for one in history.entries]


def entry(view: View, history: History, one: Entry) -> dict[str, object]:
    author = history.references.find(Kind.USER, one.author_id)
    entry_id = ids.write(ids.CHANGELOG_ENTRY, one.id)
    written: dict[str, object] = {
        "id": entry_id,
        "self": view.link("issues", history.issue.key, "changelog", entry_id),
        "issue": reference.reference(view, history.issue),
        "updatedAt": reference.instant(one.at),
        "updatedBy": reference.reference(view, author) if author else None,
        "type": TYPES[one.kind],
        "transport": TRANSPORTS.get(one.via, one.via),
        "fields": _fields(view, one, history.references),
    }
    if one.comment_id is not None:
        written["comments"] = _comments(view, history, one)
    if one.bulk_id is not None:
        written["bulkChangeId"] = ids.write(ids.BULK_CHANGE, one.bulk_id)
    return written


def _fields(view: View, one: Entry, known: References) -> list[dict[str, object]]:
    """What changed, in the order of the fields' table. A field that was deleted since is left out, and so is one of
    which nothing may be shown."""
    changes = known.shown(one)
    order = {name: place for place, name in enumerate(STANDARD)}
    written = []
    for name in sorted(changes, key=lambda name: (order.get(name, len(order)), name)):
        field = STANDARD.get(name) or known.custom(name)
        if field is None:
            continue
        before, after = (value(view, field, stored, known) for stored in changes[name])
        if before is not None or after is not None:
            written.append({"field": write_field.short(view, field), "from": before, "to": after})
    return written


WHAT_HAPPENED: Mapping[ChangeKind, str] = {
    ChangeKind.COMMENT_UPDATED: "updated",
    ChangeKind.COMMENT_REMOVED: "removed",
}


def _comments(view: View, history: History, one: Entry) -> dict[str, object]:
    """The comment that came with the change. Its text is gone when the comment is."""
    address = view.link("issues", history.issue.key, "comments", one.comment_id)
    said = {"self": address, "id": str(one.comment_id), "display": (one.comment or "")[:SHOWN_OF_COMMENT]}
    return {WHAT_HAPPENED.get(one.kind, "added"): [said]}
