"""Domain values for the tests of what is answered: an item with one of everything, and the names of what it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from shoal.domain.fields import Field, Kind
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.organisation import Organisation
from shoal.domain.queue import QueueCard
from shoal.domain.reference import Reference, References

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
NOON_MILLIS = 1767614400000
ORGANISATION = Organisation(7, "Harbour", "en", "UTC", NOON)
BERTH = Field("custom.12", Kind.STRING, id=12, key="berth", names={"en": "Berth"}, description="Where")

PROJECT = QueueCard(
    id=3,
    key="TEST",
    name="Test",
    description="Of tests",
    archived=False,
    created_at=NOON,
    updated_at=NOON,
    maker_id=21,
    maker_login="rosa",
    maker_display="Rosa Luna",
    members=2,
)


def thing(kind: Kind, id_: int, key: str | None, name: str) -> tuple[tuple[Kind, int], Reference]:
    return (kind, id_), Reference(kind, id_, key, {"en": name})


KNOWN = References(
    dict(
        [
            thing(Kind.QUEUE, 3, "TEST", "Test"),
            thing(Kind.TYPE, 1, "bug", "Bug"),
            thing(Kind.STATUS, 2, "open", "Open"),
            thing(Kind.PRIORITY, 4, "normal", "Normal"),
            thing(Kind.SEVERITY, 5, None, "Odd"),
            thing(Kind.COMPONENT, 31, None, "Core"),
            thing(Kind.COMPONENT, 32, None, "API"),
            thing(Kind.SPRINT, 41, None, "Week 1"),
            thing(Kind.SPRINT, 42, None, "Week 2"),
            thing(Kind.ISSUE, 90, "TEST-1", "Harbour"),
            thing(Kind.USER, 21, "rosa", "Rosa Luna"),
            thing(Kind.USER, 22, "ivan", "Ivan Petrov"),
        ]
    ),
    {"custom.12": BERTH},
)

ISSUE = Issue(
    id=91,
    queue_id=3,
    queue="TEST",
    number=2,
    version=1,
    type_id=1,
    status_id=2,
    priority_id=4,
    resolution_id=None,
    severity_id=5,
    area_id=None,
    author_id=21,
    assignee_id=22,
    developer_id=None,
    updated_by=21,
    resolver_id=None,
    created_at=NOON,
    updated_at=NOON,
    resolved_at=None,
    status_since=NOON,
    last_comment_at=None,
    previous_status_id=None,
    previous_assignee_id=None,
    previous_queue_id=None,
    parent_id=90,
    epic_id=None,
    deadline=None,
    start_date=date(2026, 1, 5),
    end_date=None,
    story_points=2.5,
    estimation=270,
    original_estimation=None,
    spent=114,
    done_ratio=None,
    votes=0,
    summary="Paint the buoy",
    description="Red",
    followers=[21, 77],
    access=[],
    tags=[],
    components=[31, 32],
    fix_versions=[],
    affected_versions=[],
    sprints=[41, 42],
    projects=[],
    custom={"12": "north", "13": "of a field that is gone"},
    unique_token=None,
)

KINDS: dict[str, Any] = {
    "tracker": {"id": 3, "name": "Bug"},
    "status": {"id": 1, "name": "Open"},
    "priority": {"id": 2, "name": "Normal"},
    "severity": {"id": 10_005, "name": "Odd"},  # of a name that the vendor has no number for
    "domain": None,
}
"""What it is, as every shape shows it."""


def found(**changes: Any) -> Found:
    """The item, with these values in place of its own."""
    return Found([replace(ISSUE, **changes)], 1, KNOWN)


def written(answer: object) -> Any:
    """As it stands on the wire."""
    return msgspec.json.decode(msgspec.json.encode(answer))
