"""What every organisation begins with."""

from __future__ import annotations

import pytest

from shoal.domain import starter
from shoal.domain.fields import Kind
from shoal.domain.workflow import FINAL_CATEGORIES

# Clients of the Yandex dialect count on these.
PROMISED = {
    Kind.PRIORITY: {"trivial", "minor", "normal", "critical", "blocker"},
    Kind.TYPE: {"bug", "task", "newFeature", "improvement", "epic", "story", "milestone"},
    Kind.STATUS: {"open", "inProgress", "needInfo", "testing", "resolved", "closed", "rejected"},
    Kind.RESOLUTION: {"fixed", "wontFix", "duplicate", "later", "invalid", "cantReproduce"},
}
STATUSES = {entry.key: entry for entry in starter.CATALOGUE[Kind.STATUS]}


@pytest.mark.parametrize("kind", PROMISED)
def test_promised_keys_are_there(kind: Kind) -> None:
    assert {entry.key for entry in starter.CATALOGUE[kind]} >= PROMISED[kind]


@pytest.mark.parametrize("kind", PROMISED)
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_no_two_entries_of_a_kind_share_a_name(kind: Kind, language: str) -> None:
    names = [getattr(entry, language) for entry in starter.CATALOGUE[kind]]
    assert all(names)
    assert len(set(names)) == len(names)


def test_only_a_status_has_a_category() -> None:
    with_category = {kind for kind, entries in starter.CATALOGUE.items() for entry in entries if entry.category}
    assert with_category == {Kind.STATUS}


def test_every_status_can_be_reached_and_left() -> None:
    reached, seen = {starter.INITIAL_STATUS}, set[str]()
    while reached - seen:
        status = (reached - seen).pop()
        seen.add(status)
        ways = [step.target for step in starter.TRANSITIONS if status in step.sources]
        assert ways, f"no way out of {status}"
        reached |= set(ways)
    assert seen == set(STATUSES)


def test_an_issue_ends_only_with_a_resolution() -> None:
    for step in starter.TRANSITIONS:
        is_end = STATUSES[step.target].category in FINAL_CATEGORIES
        assert step.required == (("resolution",) if is_end else ())
