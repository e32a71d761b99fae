"""Statuses with the types that have them, and severities."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.actions.catalogues import UsedStatus
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.read.numbers import Page
from shoal.dialects.codearts.tables import SEVERITIES, STATUS_CATEGORIES, STATUSES, TRACKERS
from shoal.domain.catalogue import Entry

Json = dict[str, object]


def listed(used: Sequence[UsedStatus], page: Page, org_id: int, *, tracker: int | None) -> Json:
    """A page of them, or of those that items of the tracker can be in."""
    statuses = [_status(one, org_id) for one in used]
    if tracker is not None:
        statuses = [status for status in statuses if tracker in _trackers(status)]
    return {"total": len(statuses), "issue_statuses": statuses[page.offset : page.offset + page.limit]}


def _trackers(status: Json) -> Sequence[object]:
    trackers = status["tracker_ids"]
    return trackers if isinstance(trackers, list) else ()


def _status(one: UsedStatus, org_id: int) -> Json:
    attribute_id, attribute = STATUS_CATEGORIES[one.status.category or "new"]
    return {
        "id": ids.status(org_id, one.status.id),
        "status_id": STATUSES.number(one.status.key, one.status.id),
        "name": one.status.names["en"],
        "tracker_ids": sorted(TRACKERS.number(entry.key, entry.id) for entry in one.types),
        "status_attribute": {"id": attribute_id, "name": attribute},
    }


def severities(entries: Sequence[Entry]) -> Json:
    """No model of the vendor's tells the shape; the frame is that of the second version's other answers."""
    listed = [{"id": SEVERITIES.number(entry.key, entry.id), "name": entry.names["en"]} for entry in entries]
    return {"result": {"issue_severities": listed}, "status": "success"}
