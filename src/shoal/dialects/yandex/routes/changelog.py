"""The history of an issue."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import issues
from shoal.dialects import http
from shoal.dialects.http import Params
from shoal.dialects.yandex import fields, ids, paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheParams, TheView
from shoal.dialects.yandex.read import issues as read
from shoal.dialects.yandex.write import changelog as write
from shoal.domain.changelog import ChangeKind
from shoal.domain.errors import NotFound, WrongParameter


@get("/issues/{ref:str}/changelog")
async def list_changelog(
    db: TheDatabase, actor: TheActor, view: TheView, params: TheParams, page: ThePage, ref: FromPath[str]
) -> Response[bytes]:
    field = params.text("field")
    history = await issues.history(
        db,
        actor,
        read.ref(ref),
        after=_after(params),
        limit=page.size,
        field=fields.domain_name(field) if field else None,
        kinds=_kinds(params),
    )
    last = ids.write(ids.CHANGELOG_ENTRY, history.entries[-1].id) if history.has_more else None
    return http.json(write.entries(view, history), headers=paging.after_id(view, page.size, last))


@get("/issues/{ref:str}/changelog/{entry_id:str}")
async def get_changelog_entry(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], entry_id: FromPath[str]
) -> Response[bytes]:
    own = ids.read(ids.CHANGELOG_ENTRY, entry_id)
    if own is None:
        raise NotFound(f"there is no entry {entry_id}")
    history = await issues.entry(db, actor, read.ref(ref), own)
    return http.json(write.entries(view, history)[0])


def _after(params: Params) -> int:
    text = params.text("id")
    if text is None:
        return 0
    own = ids.read(ids.CHANGELOG_ENTRY, text)
    if own is None:
        raise WrongParameter("id", "the id of an entry is expected")
    return own


def _kinds(params: Params) -> list[ChangeKind] | None:
    """The kinds of the types asked for; of a type that Shoal never writes there are none."""
    words = params.words("type")
    return [kind for name, kind in write.KINDS.items() if name in words] if words else None


handlers = [list_changelog, get_changelog_entry]
