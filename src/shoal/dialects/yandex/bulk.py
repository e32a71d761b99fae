"""Bulk changes: started, looked at, cancelled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, RawBody
from msgspec import UNSET, Meta, UnsetType, convert

from shoal.actions import Database, bulk, issues
from shoal.dialects import http
from shoal.dialects.front import AnyRequest
from shoal.dialects.idempotency import KEY
from shoal.dialects.yandex import custom_names, edits, errors, ids, paging, parameters, references
from shoal.dialects.yandex import query as queries
from shoal.dialects.yandex.dependencies import (
    ParamsOf,
    Payload,
    TheActor,
    TheDatabase,
    TheLimits,
    ThePage,
    TheQueryString,
    TheView,
)
from shoal.dialects.yandex.parameters import Parameters
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.shapes import Answer, Body, LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.actor import Actor
from shoal.domain.bulk import (
    BulkChange,
    Change,
    Limits,
    Listed,
    Matching,
    Move,
    NewBulkChange,
    Outcome,
    Selection,
    State,
    Transition,
    Update,
)
from shoal.domain.errors import Invalid, NotFound, TooManyIssues
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Operand, Patch

BAD = frozenset({"failed", "conflicted", "skipped"})
"""Outcomes of issues that were not changed as was asked."""

# Clients wait for COMPLETE or FAILED and know no other end: FAILED says that not every issue was changed.
STATUS: Mapping[State, str] = {
    State.PREVIEWED: "CREATED",
    State.QUEUED: "CREATED",
    State.RUNNING: "PROCESSING",
    State.PAUSED: "PROCESSING",
    State.COMPLETE: "COMPLETE",
    State.COMPLETE_WITH_ERRORS: "FAILED",
    State.CANCELLED: "FAILED",
    State.FAILED: "FAILED",
}

TEXTS: Mapping[State, Mapping[str, str]] = {
    State.PREVIEWED: {
        "en": "Planned; nothing is changed yet.",
        "ru": "Запланировано; ничего ещё не изменено.",
        "zh": "已计划，尚未更改。",
    },
    State.QUEUED: {
        "en": "Accepted; it begins shortly.",
        "ru": "Принято; скоро начнётся.",
        "zh": "已接受，即将开始。",
    },
    State.RUNNING: {
        "en": "{done} of {total} issues are dealt with.",
        "ru": "Обработано задач: {done} из {total}.",
        "zh": "已处理 {done} / {total} 个工作项。",
    },
    State.PAUSED: {
        "en": "Paused after {done} of {total} issues.",
        "ru": "Приостановлено; обработано задач: {done} из {total}.",
        "zh": "已暂停，已处理 {done} / {total} 个工作项。",
    },
    State.COMPLETE: {
        "en": "All {total} issues are done.",
        "ru": "Готово; задач: {total}.",
        "zh": "全部 {total} 个工作项已完成。",
    },
    State.COMPLETE_WITH_ERRORS: {
        "en": "{good} of {total} issues are done; {bad} were not changed.",
        "ru": "Готово задач: {good} из {total}; не изменено: {bad}.",
        "zh": "{good} / {total} 个工作项已完成；{bad} 个未更改。",
    },
    State.CANCELLED: {
        "en": "Cancelled; {good} of {total} issues were done before.",
        "ru": "Отменено; до этого готово задач: {good} из {total}.",
        "zh": "已取消；此前已完成 {good} / {total} 个工作项。",
    },
    State.FAILED: {
        "en": "Broken off; {good} of {total} issues were done before.",
        "ru": "Прервано; до этого готово задач: {good} из {total}.",
        "zh": "已中断；此前已完成 {good} / {total} 个工作项。",
    },
}
CHANGED: Mapping[str, str] = {
    "en": "Changed.",
    "ru": "Изменено.",
    "zh": "已更改。",
}
NOT_CHANGED: Mapping[str, str] = {
    "en": "Not changed.",
    "ru": "Не изменено.",
    "zh": "未更改。",
}


class SubmissionParameters(Parameters, frozen=True):
    notify: bool | None = None


class OutcomeParameters(Parameters, frozen=True):
    """Not paged unless `perPage` is there."""

    all: bool = False
    page: Annotated[int, Meta(ge=1, le=paging.LAST_PAGE)] = 1
    per_page: Annotated[int, Meta(ge=1, le=paging.LARGEST_SIZE)] | None = None


class BulkBody(Body):
    """What all three have beside the change itself."""

    issues: Annotated[Any, Meta(description="A list of keys, ids or objects with one of them, or a query.")] = None
    values: Annotated[Any, Meta(description="Fields to change, each with a value or operators; a comment.")] = None
    notify: bool | None = None


class UpdateBody(BulkBody):
    pass


class TransitionBody(BulkBody):
    transition: Annotated[Any, Meta(description="Its id, or an object with it.")] = None


class MoveBody(BulkBody):
    queue: Annotated[Any, Meta(description="A key, an id, or an object with one of them.")] = None
    move_all_fields: bool | None = None
    initial_status: bool | None = None


class BulkChangeAnswer(LinkedAnswer):
    """The answer to the request that starts it is without the last two: nothing is counted yet."""

    id: str
    created_by: Short
    created_at: str
    status: str
    status_text: str
    execution_chunk_percent: int
    execution_issue_percent: int
    total_issues: int | UnsetType = UNSET
    total_completed_issues: int | UnsetType = UNSET


class ReasonAnswer(Answer):
    """Why one issue was not changed: by field where one is at fault, else as messages."""

    errors: dict[str, str]
    error_messages: list[str]
    errors_data: dict[str, Any]


class OutcomeAnswer(Answer):
    issue: Short
    status: str
    status_text: str
    error: ReasonAnswer | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Submission:
    """The request around a bulk change; `digest` tells that it is repeated."""

    db: Database
    actor: Actor
    view: View
    limits: Limits
    notify: bool | None
    digest: bytes | None

    def selection(self, sent: BulkBody) -> Selection:
        most = self.limits.issues
        # One that comes twice is one; but a list that only repeats itself is refused before it is read.
        if most is not None and isinstance(sent.issues, list) and len(sent.issues) > 2 * most:
            raise TooManyIssues(most, len(sent.issues))
        return read_selection(sent.issues)

    async def submit(self, sent: BulkBody, selection: Selection, change: Change) -> BulkChangeAnswer:
        """Store it; the work is done by a worker, and the answer does not wait for it."""
        new = NewBulkChange(
            selection,
            change,
            notify=bool(sent.notify) if self.notify is None else self.notify,
            limit=self.limits.issues,
            request_hash=self.digest,
        )
        async with custom_names.in_errors(self.db, self.actor):
            made = await bulk.submit(self.db, self.actor, new, chunk_size=self.limits.chunk_size)
        return write_created(self.view, made)


def provide_submission(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    limits: TheLimits,
    query_string: TheQueryString,
    body: RawBody,
) -> Submission:
    # Under another key the same is meant to be done again.
    is_off = KEY in request.headers or request.headers.get("x-shoal-dedup", "").strip().lower() == "off"
    return Submission(
        db,
        actor,
        view,
        limits,
        parameters.read(query_string, SubmissionParameters).notify,
        None if is_off else _digest(request.scope["path"], query_string.text("notify"), body),
    )


TheSubmission = NamedDependency[Submission]
SUBMISSION = {"submission": Provide(provide_submission, sync_to_thread=False)}


@post("/bulkchange/_update", dependencies=SUBMISSION, request_max_body_size=http.LISTS)
async def update_issues(submission: TheSubmission, payload: Payload[UpdateBody]) -> BulkChangeAnswer:
    return await submission.submit(payload, submission.selection(payload), read_update(payload))


@post("/bulkchange/_transition", dependencies=SUBMISSION, request_max_body_size=http.LISTS)
async def transition_issues(submission: TheSubmission, payload: Payload[TransitionBody]) -> BulkChangeAnswer:
    return await submission.submit(payload, submission.selection(payload), read_transition(payload))


@post("/bulkchange/_move", dependencies=SUBMISSION, request_max_body_size=http.LISTS)
async def move_issues(
    db: TheDatabase, actor: TheActor, submission: TheSubmission, payload: Payload[MoveBody]
) -> BulkChangeAnswer:
    selection, queue, patch = submission.selection(payload), read_target(payload), read_patch(payload)
    queue_id = await issues.target_queue(db, actor, queue)
    move = Move(queue_id, bool(payload.move_all_fields), bool(payload.initial_status), patch)
    return await submission.submit(payload, selection, move)


@get("/bulkchange")
async def list_bulk_changes(
    db: TheDatabase, actor: TheActor, view: TheView, page: ThePage
) -> Response[list[BulkChangeAnswer]]:
    changes, total = await bulk.list_own(db, actor, page=page.number, per_page=page.size)
    return paging.answer(view, page, [write(view, change) for change in changes], total)


@get("/bulkchange/{bulk_id:str}")
async def get_bulk_change(db: TheDatabase, actor: TheActor, view: TheView, bulk_id: FromPath[str]) -> BulkChangeAnswer:
    with not_found_as(bulk_id):
        return write(view, await bulk.get(db, actor, _id(bulk_id)))


@get("/bulkchange/{bulk_id:str}/issues")
async def list_outcomes(
    db: TheDatabase, actor: TheActor, view: TheView, params: ParamsOf[OutcomeParameters], bulk_id: FromPath[str]
) -> Response[list[OutcomeAnswer]]:
    """The issues that were not changed, and why; with `?all=true` the others as well. Not paged unless asked."""
    with not_found_as(bulk_id):
        outcomes = await bulk.outcomes(
            db,
            actor,
            _id(bulk_id),
            include_all=params.all,
            page=params.page,
            per_page=params.per_page,
        )
    names = await custom_names.of(db, actor, _problem_fields(outcomes))
    return await http.json_list(write_outcome(view, outcome, names) for outcome in outcomes)


@post("/bulkchange/{bulk_id:str}/_cancel", status_code=200)
async def cancel_bulk_change(
    db: TheDatabase, actor: TheActor, view: TheView, bulk_id: FromPath[str]
) -> BulkChangeAnswer:
    with not_found_as(bulk_id):
        return write(view, await bulk.cancel(db, actor, _id(bulk_id)))


@contextmanager
def not_found_as(bulk_id: str) -> Iterator[None]:
    """What is not there is not there under the id that the caller has for it."""
    try:
        yield
    except NotFound:
        raise NotFound("no_bulk_change", bulk_change=bulk_id) from None


def _id(text: str) -> int:
    own = ids.read(ids.BULK_CHANGE, text)
    if own is None:
        raise NotFound
    return own


def _problem_fields(outcomes: list[Outcome]) -> set[str]:
    return {problem.field for one in outcomes for problem in one.problems if problem.field is not None}


# --- in ------------------------------------------------------------------------------------------------------------


def read_update(sent: UpdateBody) -> Update:
    patch = read_patch(sent)
    if patch.is_empty:
        raise Invalid("values_required", "values")
    return Update(patch)


def read_transition(sent: TransitionBody) -> Transition:
    named = sent.transition
    if isinstance(named, Mapping):
        named = named.get("id") or named.get("key")
    if not isinstance(named, str) or not named.strip():
        raise Invalid("transition_required", "transition")
    return Transition(named.strip(), read_patch(sent))


def read_target(sent: MoveBody) -> Operand:
    """The queue to move to, before it is looked up."""
    if not sent.queue:
        raise Invalid("queue_required", "queue")
    return edits.queue(sent.queue)


def read_patch(sent: BulkBody) -> Patch:
    if sent.values is None:
        return Patch()
    if not isinstance(sent.values, dict):
        raise Invalid("object_of_fields", "values")
    return edits.patch(sent.values)


def read_selection(sent: object) -> Selection:
    match sent:
        case str() if sent.strip():
            parsed = queries.parse(sent)
            if parsed.where is None:
                raise Invalid("query_says_nothing", "issues")
            return Matching(parsed, sent)
        case list() if sent:
            return Listed(tuple(_issue_ref(item) for item in sent))
        case None | str() | list():
            raise Invalid("issues_required", "issues")
        case _:
            raise Invalid("issues_expected", "issues")


def _issue_ref(item: object) -> IssueRef:
    if isinstance(item, dict):
        item = item.get("key") or item.get("id")
    if not isinstance(item, str) or not item:
        raise Invalid("issue_mark", "issues")
    return ids.issue_ref(item)


def _digest(path: str, notify: str | None, body: bytes) -> bytes:
    """The same request again gives the same: version and language of the wire do not matter."""
    versionless = path.replace("//", "/").strip("/").partition("/")[2]
    said = f"{versionless}?notify={notify or ''}\n".lower()
    return hashlib.sha256(said.encode() + body).digest()


# --- out -----------------------------------------------------------------------------------------------------------


def write_created(view: View, change: BulkChange) -> BulkChangeAnswer:
    answer = write(view, change)
    answer.total_issues = answer.total_completed_issues = UNSET
    return answer


def write(view: View, change: BulkChange) -> BulkChangeAnswer:
    bulk_id = ids.write(ids.BULK_CHANGE, change.id)
    return BulkChangeAnswer(
        link=view.link("bulkchange", bulk_id),
        id=bulk_id,
        created_by=references.user(view, change.author_id, change.author),
        created_at=references.instant(change.created_at),
        status=STATUS[change.state],
        status_text=_text(view, change),
        execution_chunk_percent=_percent(change, change.chunks_done, change.chunks),
        execution_issue_percent=_percent(change, change.done, change.total),
        total_issues=change.total,
        total_completed_issues=_good(change),
    )


def _text(view: View, change: BulkChange) -> str:
    text = TEXTS[change.state].get(view.language) or TEXTS[change.state]["en"]
    good = _good(change)
    return text.format(done=change.done, total=change.total, good=good, bad=change.total - good)


def _good(change: BulkChange) -> int:
    """Issues that are now as was asked, those that already were among them."""
    return change.changed + change.unchanged


def _percent(change: BulkChange, part: int, whole: int) -> int:
    """100 only at the end: rounding up would say that it is over."""
    if change.state.is_terminal:
        return 100
    return min(99, part * 100 // whole) if whole else 0


def write_outcome(view: View, outcome: Outcome, names: Mapping[str, str]) -> OutcomeAnswer:
    """`names` are the wire's names of custom fields."""
    is_good = outcome.outcome not in BAD
    texts = CHANGED if is_good else NOT_CHANGED
    issue_id = ids.write(ids.ISSUE, outcome.issue_id)
    key = outcome.key or issue_id
    return OutcomeAnswer(
        issue=Short(link=view.link("issues", key), id=issue_id, key=key, display=outcome.summary),
        status="COMPLETE" if is_good else "FAILED",
        status_text=texts.get(view.language) or texts["en"],
        error=UNSET if is_good else convert(errors.body(outcome.problems, view.language, names), ReasonAnswer),
    )
