"""Issues: made, read, edited and moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import get, patch, post
from litestar.params import FromPath

from shoal.actions import issues
from shoal.dialects.front import AnyRequest
from shoal.dialects.idempotency import READING
from shoal.dialects.yandex import comments, custom_names, edits, ids, references, transitions, values
from shoal.dialects.yandex.dependencies import (
    ParamsOf,
    Payload,
    TheActor,
    TheDatabase,
    TheVersion,
    TheView,
    conflict_by_parameter,
)
from shoal.dialects.yandex.field_names import field_name
from shoal.dialects.yandex.issue_shapes import (
    ALWAYS,
    COLUMNS,
    NOT_KEPT,
    EditsBody,
    IssueAnswer,
    Json,
    NewIssueBody,
)
from shoal.dialects.yandex.parameters import Parameters, words
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.view import View
from shoal.domain.bulk import Move, Update
from shoal.domain.errors import Invalid, WrongParameter
from shoal.domain.fields import Kind, custom_name
from shoal.domain.found import Depth, Found
from shoal.domain.issue import Issue, NewIssue
from shoal.domain.patch import Operand, Patch
from shoal.domain.problems import problem
from shoal.domain.reference import Reference, References

LONGEST_UNIQUE = 1024


class IssueParameters(Parameters, frozen=True):
    """Which of its fields an answer has, and with what more."""

    fields: str | None = None
    expand: str | None = None


class UniqueParameters(IssueParameters, frozen=True):
    unique: str = ""


class MoveParameters(IssueParameters, frozen=True):
    queue: str | None = None
    move_all_fields: bool = False
    initial_status: bool = False


@post("/issues")
async def create_issue(
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: ParamsOf[IssueParameters],
    payload: Payload[NewIssueBody],
) -> IssueAnswer:
    async with custom_names.in_errors(db, actor):
        found = await issues.create(db, actor, read_new(payload), depth(params))
    return _answer(view, params, found)


@get("/issues/{ref:str}")
async def get_issue(
    db: TheDatabase, actor: TheActor, view: TheView, params: ParamsOf[IssueParameters], ref: FromPath[str]
) -> IssueAnswer:
    return _answer(view, params, await issues.get(db, actor, ids.issue_ref(ref), depth(params)))


@post("/issues/_findByUnique", status_code=200, opt=READING)
async def find_by_unique(
    db: TheDatabase, actor: TheActor, view: TheView, params: ParamsOf[UniqueParameters]
) -> IssueAnswer:
    return _answer(view, params, await issues.find_by_unique(db, actor, params.unique, depth(params)))


@patch("/issues/{ref:str}")
async def edit_issue(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: ParamsOf[IssueParameters],
    ref: FromPath[str],
    payload: Payload[EditsBody | None],
    expected_version: TheVersion,
) -> IssueAnswer:
    change, queue = read_edit(payload or {})
    with conflict_by_parameter(request):
        async with custom_names.in_errors(db, actor):
            found = await issues.change(
                db,
                actor,
                ids.issue_ref(ref),
                Update(change),
                version=expected_version,
                stays_in=queue,
                depth=depth(params),
            )
    return _answer(view, params, found)


@post("/issues/{ref:str}/_move", status_code=200)
async def move_issue(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    params: ParamsOf[MoveParameters],
    ref: FromPath[str],
    payload: Payload[EditsBody | None],
    expected_version: TheVersion,
) -> IssueAnswer:
    if params.queue is None:
        raise WrongParameter("queue", "queue_required")
    move = Move(
        await issues.target_queue(db, actor, params.queue),
        keep_fields=params.move_all_fields,
        initial_status=params.initial_status,
        patch=edits.patch(payload or {}),
    )
    with conflict_by_parameter(request):
        async with custom_names.in_errors(db, actor):
            found = await issues.change(
                db, actor, ids.issue_ref(ref), move, version=expected_version, depth=depth(params)
            )
    return _answer(view, params, found)


# --- in ------------------------------------------------------------------------------------------------------------


def depth(params: IssueParameters, also: frozenset[str] = frozenset()) -> Depth:
    """What of each issue to read, by `expand` and `fields`."""
    expand, only = words(params.expand) | also, words(params.fields)
    return Depth(
        description=not only or "description" in only,
        comments="comments" in expand,
        transitions="transitions" in expand,
    )


def read_new(payload: Mapping[str, Any]) -> NewIssue:
    """The body of a create. In a new issue `null` is the same as nothing."""
    sent = dict(payload)
    queue, summary, unique = (sent.pop(name, None) for name in ("queue", "summary", "unique"))
    missing = [name for name, value in (("queue", queue), ("summary", summary)) if not value]
    if missing:
        raise Invalid.of(problem("required", name) for name in missing)
    if not isinstance(summary, str) or not summary.strip():
        raise Invalid("summary_empty", "summary")
    if unique is not None and (not isinstance(unique, str) or not 0 < len(unique) <= LONGEST_UNIQUE):
        raise Invalid("unique_form", "unique", most=LONGEST_UNIQUE)
    values = {name: value for name, value in sent.items() if value is not None}
    return NewIssue(edits.queue(queue), summary, edits.patch(values), unique)


def read_edit(payload: Mapping[str, Any]) -> tuple[Patch, Operand | None]:
    """The body of an edit, and the queue that it takes the issue to be in."""
    sent = dict(payload)
    queue = sent.pop("queue", None)
    return edits.patch(sent), None if queue is None else edits.queue(queue)


# --- out -----------------------------------------------------------------------------------------------------------


def _answer(view: View, params: IssueParameters, found: Found) -> Json:
    return write(view, found.issue, found, only=words(params.fields), expand=words(params.expand))


def write_all(view: View, params: IssueParameters, expand: frozenset[str], found: Found) -> Iterator[Json]:
    """One by one: pages are long."""
    only, expand = words(params.fields), words(params.expand) | expand
    return (write(view, issue, found, only=only, expand=expand) for issue in found.issues)


def write(view: View, issue: Issue, found: Found, *, only: frozenset[str], expand: frozenset[str]) -> Json:
    """`only` are the keys asked for, all without any; an unknown one is dropped, and so is an unknown `expand`."""
    whole = {
        **_head(view, issue, found.references),
        **_standard(view, issue, found.references),
        **_previous(view, issue, found.references),
        **_custom(view, issue, found.references),
        **_expanded(view, issue, found, expand),
    }
    kept = ALWAYS | only | expand
    return {name: part for name, part in whole.items() if part is not None and (not only or name in kept)}


def _head(view: View, issue: Issue, known: References) -> Json:
    return {
        "self": view.link("issues", issue.key),
        "id": ids.write(ids.ISSUE, issue.id),
        "key": issue.key,
        "version": issue.version,
        "summary": issue.summary,
        "description": issue.description or None,
        "queue": _queue(view, issue, known),
        "aliases": issue.aliases or None,
        "votes": issue.votes,
        "favorite": False,
        "unique": issue.unique_token,
    }


def _queue(view: View, issue: Issue, known: References) -> Short:
    queue = known.find(Kind.QUEUE, issue.queue_id)
    return references.reference(view, queue or Reference(Kind.QUEUE, issue.queue_id, issue.queue, {"en": issue.queue}))


def _standard(view: View, issue: Issue, known: References) -> Json:
    written: Json = {}
    for name, column, field in COLUMNS:
        stored = issue.value(column)
        if stored is not None and stored != []:
            written[name] = values.write(view, field, stored, known)
    return written


def _previous(view: View, issue: Issue, known: References) -> Json:
    return {
        "previousStatus": references.find_or_null(view, known, Kind.STATUS, issue.previous_status_id),
        "previousStatusLastAssignee": references.find_or_null(view, known, Kind.USER, issue.previous_assignee_id),
        "previousQueue": references.find_or_null(view, known, Kind.QUEUE, issue.previous_queue_id),
    }


def _custom(view: View, issue: Issue, known: References) -> Json:
    written: Json = {}
    for field_id, stored in issue.custom.items():
        field = known.custom(custom_name(int(field_id)))
        if field is not None:
            written[field_name(field)] = values.write(view, field, stored, known)
    return written


def _expanded(view: View, issue: Issue, found: Found, expand: frozenset[str]) -> Json:
    expanded: Json = {name: [] for name in NOT_KEPT if name in expand}
    if found.comments is not None:
        here = found.comments.get(issue.id, [])
        expanded["comments"] = [comments.write(view, issue.key, comment, found.references) for comment in here]
    if found.transitions is not None:
        available = found.transitions.get(issue.id, [])
        expanded["transitions"] = [transitions.write(view, issue.key, it, found.references) for it in available]
    return expanded
