"""The issues of the demo."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from statistics import median

import pytest

from shoal.demo import issues
from shoal.demo.issues import Cast
from shoal.domain.imports import IssueRecord

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CAST = Cast([f"dev{n}" for n in range(30)], [f"guest{n}" for n in range(80)])
COUNT = 4000


@cache
def made() -> list[IssueRecord]:
    return [row.record for row in issues.rows("TEST", CAST, seed=1, count=COUNT, now=NOW)]


def test_the_same_seed_makes_the_same_issues() -> None:
    again = [row.record for row in issues.rows("TEST", CAST, seed=1, count=COUNT, now=NOW)]
    assert again == made()


def test_another_seed_makes_others() -> None:
    other = next(issues.rows("TEST", CAST, seed=2, count=COUNT, now=NOW)).record
    assert other.description != made()[0].description


@pytest.mark.parametrize(
    ("field", "shares"), [("status", issues.STATUSES), ("priority", issues.PRIORITIES), ("type", issues.TYPES)]
)
def test_shares_are_roughly_those_declared(field: str, shares: dict[str, float]) -> None:
    counts = Counter(getattr(issue, field) for issue in made())
    whole = sum(shares.values())
    for value, share in shares.items():
        assert counts[value] / COUNT == pytest.approx(share / whole, abs=0.03)


def test_texts_are_as_long_as_those_of_real_trackers() -> None:
    described = [len(issue.description or "") for issue in made()]
    assert 350 < median(described) < 800
    assert max(described) > 5000
    assert 30 < median(len(issue.summary or "") for issue in made()) < 70


def test_three_languages_are_spoken() -> None:
    summaries = [issue.summary or "" for issue in made()]
    russian = sum("а" <= char <= "я" for text in summaries for char in text[-1:])
    chinese = sum("一" <= char <= "鿿" for text in summaries for char in text[-1:])
    assert 0.05 < russian / COUNT < 0.2
    assert 0.01 < chinese / COUNT < 0.1


def test_what_is_ended_has_a_resolution_and_nothing_else_has() -> None:
    for issue in made():
        assert (issue.resolution is not None) == (issue.status in ("closed", "resolved"))


def test_time_goes_forward() -> None:
    for issue in made():
        moments = [issue.created, *(change.at for change in issue.history or ()), issue.updated]
        assert None not in moments
        assert moments[-1] <= NOW  # type: ignore[operator]
        assert issue.created == min(moments)  # type: ignore[type-var]


def test_a_tag_selects_ten_thousand_issues() -> None:
    tags = {(issues.issue("TEST", n, CAST, seed=1, count=30_000, now=NOW).labels[0]) for n in (1, 10_000)}
    after = issues.issue("TEST", 10_001, CAST, seed=1, count=30_000, now=NOW).labels[0]
    assert tags == {"wave-1"}
    assert after == "wave-2"


def test_the_documents_examples_find_something_to_change() -> None:
    assert {issue.type for issue in made()[:3]} == {"task"}
    assert sum("test" in (issue.summary or "").lower() for issue in made()) > 10
