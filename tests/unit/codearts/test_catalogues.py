"""Statuses and domains, by their numbers; and a project in numbers."""

from __future__ import annotations

import pytest
from msgspec import to_builtins

from shoal.actions.catalogues import UsedStatus
from shoal.dialects.codearts import areas, catalogues, ids, summary
from shoal.dialects.codearts.catalogues import StatusFilter
from shoal.domain.area import Area
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.errors import Conflict, NotFound, WrongParameter
from shoal.domain.fields import Kind
from shoal.domain.statistics import Count


def entry(kind: Kind, id_: int, key: str, name: str, category: str | None = None) -> CatalogueEntry:
    return CatalogueEntry(id_, kind, key, {"en": name}, "", 1, category, 1)


TASK, OWN = entry(Kind.TYPE, 1, "task", "Task"), entry(Kind.TYPE, 5, "own", "Own")
USED = [
    UsedStatus(entry(Kind.STATUS, 1, "open", "Open", "new"), [OWN, TASK]),
    UsedStatus(entry(Kind.STATUS, 8, "waiting", "Waiting", "paused"), [TASK]),
    UsedStatus(entry(Kind.STATUS, 9, "odd", "Odd"), []),
]


def test_a_status_has_a_number_an_attribute_and_the_trackers_that_have_it() -> None:
    found = to_builtins(catalogues.listed(USED, StatusFilter(), 7))
    assert found["total"] == 3
    assert found["issue_statuses"][0] == {
        "id": ids.status(7, 1),
        "status_id": 1,
        "name": "Open",
        "tracker_ids": [2, 10_005],
        "status_attribute": {"id": 1, "name": "New"},
    }
    assert [one["status_attribute"]["id"] for one in found["issue_statuses"]] == [1, 2, 1]


@pytest.mark.parametrize(
    ("asked", "total", "names"),
    [
        (StatusFilter(tracker_id=10_005), 1, ["Open"]),
        (StatusFilter(tracker_id=2, offset=1), 2, ["Waiting"]),
        (StatusFilter(limit=1), 3, ["Open"]),
        (StatusFilter(tracker_id=3), 0, []),
    ],
)
def test_the_total_is_of_the_tracker_that_is_asked_for(asked: StatusFilter, total: int, names: list[str]) -> None:
    found = catalogues.listed(USED, asked, 7)
    assert (found.total, [status.name for status in found.issue_statuses]) == (total, names)


def test_a_domain_has_its_number_as_text() -> None:
    built_in, own = Area(1, None, "performance", "Performance"), Area(40, 3, None, "Rigging")
    assert [areas.shown(area).domain_id for area in (built_in, own)] == ["14", "10040"]
    assert areas.own_area("10040") == 40


@pytest.mark.parametrize(
    ("text", "error"), [("14", Conflict), ("13", NotFound), ("0", NotFound), ("x", WrongParameter)]
)
def test_a_domain_that_is_not_a_projects_own_stays(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        areas.own_area(text)


COUNTS = [
    Count(2, "bug", "open", "critical", "Core", 2),
    Count(2, "bug", "closed", "hint", "Core", 3),
    Count(2, "bug", "waiting", None, None, 1),
    Count(7, "story", "closed", "normal", "API", 4),
    Count(5, "own", "open", "normal", None, 1),
]


def test_a_summary_has_bugs_by_severity_stories_by_status_and_every_type() -> None:
    found = to_builtins(summary.summary(3, COUNTS))
    nothing = dict.fromkeys(("new_num", "process_num", "solved_num", "test_num", "closed_num", "rejected_num"), 0)
    none, core = found["bug_statistics"]
    assert (none["module"], none["total"], none["defect_index"]) == ("", 1, 0)
    assert core == {
        "module": "Core",
        "critical_num": 2,
        "serious_num": 0,
        "normal_num": 0,
        "tip_num": 3,
        "defect_index": 20.3,
        "total": 5,
    }
    assert found["demand_statistics"] == [{**nothing, "module": "API", "closed_num": 4, "total": 4}]
    assert found["issue_completion_rates"] == [
        {"tracker_id": 3, "issue_status": {**nothing, "new_num": 2, "closed_num": 3}},
        {"tracker_id": 7, "issue_status": {**nothing, "closed_num": 4}},
        {"tracker_id": 10_005, "issue_status": {**nothing, "new_num": 1}},
    ]
