"""Bulk changes, and what came of each issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shoal.dialects.yandex import errors, ids
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import reference
from shoal.domain import problems
from shoal.domain.bulk import BulkChange, Outcome, State

Json = dict[str, object]

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
    State.PREVIEWED: {"en": "Planned; nothing is changed yet.", "ru": "Запланировано; ничего ещё не изменено."},
    State.QUEUED: {"en": "Accepted; it begins shortly.", "ru": "Принято; скоро начнётся."},
    State.RUNNING: {
        "en": "{done} of {total} issues are dealt with.",
        "ru": "Обработано задач: {done} из {total}.",
    },
    State.PAUSED: {
        "en": "Paused after {done} of {total} issues.",
        "ru": "Приостановлено; обработано задач: {done} из {total}.",
    },
    State.COMPLETE: {"en": "All {total} issues are done.", "ru": "Готово; задач: {total}."},
    State.COMPLETE_WITH_ERRORS: {
        "en": "{good} of {total} issues are done; {bad} were not changed.",
        "ru": "Готово задач: {good} из {total}; не изменено: {bad}.",
    },
    State.CANCELLED: {
        "en": "Cancelled; {good} of {total} issues were done before.",
        "ru": "Отменено; до этого готово задач: {good} из {total}.",
    },
    State.FAILED: {
        "en": "Broken off; {good} of {total} issues were done before.",
        "ru": "Прервано; до этого готово задач: {good} из {total}.",
    },
}
CHANGED: Mapping[str, str] = {"en": "Changed.", "ru": "Изменено."}
NOT_CHANGED: Mapping[str, str] = {"en": "Not changed.", "ru": "Не изменено."}


def created(view: View, change: BulkChange) -> Json:
    """The answer to the request that started it: nothing is counted yet, as the wire has it."""
    counted = ("totalIssues", "totalCompletedIssues")
    return {name: part for name, part in bulk_change(view, change).items() if name not in counted}


def bulk_change(view: View, change: BulkChange) -> Json:
    bulk_id = ids.write(ids.BULK_CHANGE, change.id)
    return {
        "id": bulk_id,
        "self": view.link("bulkchange", bulk_id),
        "createdBy": reference.user(view, change.author_id, change.author),
        "createdAt": reference.instant(change.created_at),
        "status": STATUS[change.state],
        "statusText": _text(view, change),
        "executionChunkPercent": _percent(change, change.chunks_done, change.chunks),
        "executionIssuePercent": _percent(change, change.done, change.total),
        "totalIssues": change.total,
        "totalCompletedIssues": _good(change),
    }


def bulk_changes(view: View, changes: list[BulkChange]) -> list[Json]:
    return [bulk_change(view, change) for change in changes]


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


# --- issue by issue ------------------------------------------------------------------------------------------------


def outcomes(view: View, found: list[Outcome], names: Mapping[str, str]) -> Iterator[Json]:
    """One by one: there are as many as issues. `names` are the wire's names of custom fields."""
    return (outcome(view, one, names) for one in found)


BAD = frozenset({"failed", "conflicted", "skipped"})


def outcome(view: View, one: Outcome, names: Mapping[str, str]) -> Json:
    is_good = one.outcome not in BAD
    texts = CHANGED if is_good else NOT_CHANGED
    written: Json = {
        "issue": _issue(view, one),
        "status": "COMPLETE" if is_good else "FAILED",
        "statusText": texts.get(view.language) or texts["en"],
    }
    if not is_good:
        written["error"] = _error(one, names)
    return written


def _issue(view: View, one: Outcome) -> Json:
    key = f"{one.queue}-{one.number}"
    return {
        "self": view.link("issues", key),
        "id": ids.write(ids.ISSUE, one.issue_id),
        "key": key,
        "display": one.summary,
    }


def _error(one: Outcome, names: Mapping[str, str]) -> Json:
    """The reasons: by field where one is at fault, else as messages."""
    by_field: dict[str, str] = {}
    messages: list[str] = []
    for problem in one.problems:
        text = problems.sentence(problem.code, problem.detail)
        if problem.field is None:
            messages.append(text)
        else:
            by_field[names.get(problem.field, problem.field)] = text
    return errors.body(by_field, messages)
