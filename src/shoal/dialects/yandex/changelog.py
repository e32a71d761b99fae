"""The history of an issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import issues
from shoal.dialects.yandex import fields, ids, paging, references, values
from shoal.dialects.yandex.dependencies import ParamsOf, TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.field_names import domain_name
from shoal.dialects.yandex.parameters import Parameters, words
from shoal.dialects.yandex.references import Short, instant
from shoal.dialects.yandex.shapes import Answer, LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.changelog import ChangeKind, Entry
from shoal.domain.errors import NotFound, WrongParameter
from shoal.domain.fields import STANDARD, Kind
from shoal.domain.found import History
from shoal.domain.reference import References

OTHER_TYPE = "IssueUpdated"
"""The type of every change for which the wire has no word, as of one that puts an issue into the trash: clients know a
closed list of types."""
TYPES: Mapping[ChangeKind, str] = {
    ChangeKind.CREATED: "IssueCreated",
    ChangeKind.MOVED: "IssueMoved",
    ChangeKind.TRANSITION: "IssueWorkflow",
    ChangeKind.COMMENT_ADDED: "IssueCommentAdded",
    ChangeKind.COMMENT_UPDATED: "IssueCommentUpdated",
    ChangeKind.COMMENT_REMOVED: "IssueCommentRemoved",
}
COMMENT_EVENTS: Mapping[ChangeKind, str] = {
    ChangeKind.COMMENT_UPDATED: "updated",
    ChangeKind.COMMENT_REMOVED: "removed",
}
TRANSPORTS: Mapping[str, str] = {"web": "front"}
"""The wire's word for the way a change came by, where it is not ours."""
COMMENT_LENGTH = 200
"""The characters of a comment that an entry repeats."""
FIELD_ORDER: Mapping[str, int] = {name: place for place, name in enumerate(STANDARD)}


class ChangelogParameters(Parameters, frozen=True):
    field: str | None = None
    type: str | None = None
    id: str | None = None


class FieldChangeAnswer(Answer):
    field: Short
    before: Any = msgspec.field(name="from")
    after: Any = msgspec.field(name="to")


class EntryAnswer(LinkedAnswer):
    id: str
    issue: Short
    updated_at: str
    updated_by: Short | None
    type: str
    transport: str
    fields: list[FieldChangeAnswer]
    comments: dict[str, list[Short]] | UnsetType = UNSET
    bulk_change_id: str | UnsetType = UNSET


@get("/issues/{ref:str}/changelog")
async def list_changelog(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: ParamsOf[ChangelogParameters],
    page: ThePage,
    ref: FromPath[str],
) -> Response[list[EntryAnswer]]:
    history = await issues.history(
        db,
        actor,
        ids.issue_ref(ref),
        after=_after(params.id),
        limit=page.size,
        field=domain_name(params.field) if params.field else None,
        kinds=_kinds(params.type),
    )
    last = ids.write(ids.CHANGELOG_ENTRY, history.entries[-1].id) if history.has_more else None
    return Response(write(view, history), headers=paging.after_id(view, page.size, last))


@get("/issues/{ref:str}/changelog/{entry_id:str}")
async def get_changelog_entry(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], entry_id: FromPath[str]
) -> EntryAnswer:
    own = ids.read(ids.CHANGELOG_ENTRY, entry_id)
    if own is None:
        raise NotFound("unknown_value", thing="entry", value=entry_id)
    return write(view, await issues.entry(db, actor, ids.issue_ref(ref), own))[0]


def _after(text: str | None) -> int:
    if text is None:
        return 0
    own = ids.read(ids.CHANGELOG_ENTRY, text)
    if own is None:
        raise WrongParameter("id", "entry_id_expected")
    return own


def _kinds(text: str | None) -> list[ChangeKind] | None:
    """The kinds of the types asked for; of a type that Shoal never writes there are none."""
    types = words(text)
    return [kind for kind in ChangeKind if TYPES.get(kind, OTHER_TYPE) in types] if types else None


def write(view: View, history: History) -> list[EntryAnswer]:
    return [_entry(view, history, entry) for entry in history.entries]


def _entry(view: View, history: History, entry: Entry) -> EntryAnswer:
    entry_id = ids.write(ids.CHANGELOG_ENTRY, entry.id)
    return EntryAnswer(
        link=view.link("issues", history.issue.key, "changelog", entry_id),
        id=entry_id,
        issue=references.reference(view, history.issue),
        updated_at=instant(entry.at),
        updated_by=references.find_or_null(view, history.references, Kind.USER, entry.author_id),
        type=TYPES.get(entry.kind, OTHER_TYPE),
        transport=TRANSPORTS.get(entry.via, entry.via),
        fields=_fields(view, entry, history.references),
        comments=UNSET if entry.comment_id is None else _comments(view, history, entry),
        bulk_change_id=UNSET if entry.bulk_id is None else ids.write(ids.BULK_CHANGE, entry.bulk_id),
    )


def _fields(view: View, entry: Entry, known: References) -> list[FieldChangeAnswer]:
    """What changed, in the order of the fields' table. A field that was deleted since is left out, and so is one of
    which nothing may be shown."""
    changes = known.shown(entry)
    written = []
    for name in sorted(changes, key=lambda name: (FIELD_ORDER.get(name, len(FIELD_ORDER)), name)):
        field = STANDARD.get(name) or known.custom(name)
        if field is None:
            continue
        before, after = (values.write(view, field, stored, known) for stored in changes[name])
        if before is not None or after is not None:
            written.append(FieldChangeAnswer(field=fields.write_short(view, field), before=before, after=after))
    return written


def _comments(view: View, history: History, entry: Entry) -> dict[str, list[Short]]:
    """The comment that came with the change. Its text is gone when the comment is."""
    address = view.link("issues", history.issue.key, "comments", entry.comment_id)
    comment = Short(link=address, id=str(entry.comment_id), display=(entry.comment or "")[:COMMENT_LENGTH])
    return {COMMENT_EVENTS.get(entry.kind, "added"): [comment]}
