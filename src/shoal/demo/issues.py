"""Issues by seed: the same seed and number, the same issue, however many are made and in whatever order.

The shares below are those of three public trackers with 29,000 issues between them, smoothed, in the words of our
starter catalogue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from shoal.demo import words
from shoal.demo.words import Vocabulary
from shoal.domain.imports import ChangeRecord, CommentRecord, IssueRecord, Row, Who

Thing = TypeVar("Thing")
Shares = dict[Thing, float]

TYPES: Shares[str] = {
    "bug": 60, "task": 12, "newFeature": 11, "improvement": 9, "story": 6.5, "epic": 1, "milestone": 0.5,
}  # fmt: skip
STATUSES: Shares[str] = {
    "closed": 78, "open": 11, "resolved": 4, "inProgress": 3, "testing": 2, "needInfo": 2,
}  # fmt: skip
PRIORITIES: Shares[str] = {"normal": 48, "minor": 24, "critical": 15, "trivial": 7, "blocker": 6}
RESOLUTIONS: Shares[str] = {
    "fixed": 66, "invalid": 12, "duplicate": 7, "cantReproduce": 6, "wontFix": 6, "later": 3,
}  # fmt: skip
COMPONENT_COUNTS: Shares[int] = {0: 6, 1: 87.5, 2: 5.7, 3: 0.8}
TAG_COUNTS: Shares[int] = {0: 34.5, 1: 21, 2: 15.5, 3: 12, 4: 8, 5: 5, 7: 4}
AFFECTED_COUNTS: Shares[int] = {0: 49, 1: 42, 2: 7, 3: 2}
FIX_COUNTS: Shares[int] = {0: 41, 1: 33, 2: 14, 3: 8, 4: 4}
SPRINT_COUNTS: Shares[int] = {0: 78, 1: 18, 2: 4}
COMMENT_COUNTS: Shares[int] = {0: 70, 1: 14, 2: 8, 3: 4, 5: 3, 12: 1}

NO_ASSIGNEE = 0.105
NO_DESCRIPTION = 0.07
HAS_DEADLINE = 0.09
HAS_POINTS = 0.1
SPEAKS_OF_TESTS = 0.04
DAYS = 3 * 365
WAVE = 10_000
"""Every so many issues have a tag of their own, so that a query can select just as many."""

VERSIONS = tuple(f"{major}.{minor}" for major in range(1, 8) for minor in range(6))
SPRINTS = tuple(f"Sprint {number}" for number in range(1, 41))
TAGS = tuple(words.TAG_STEMS) + tuple(f"{stem}-{number}" for number in range(2, 14) for stem in words.TAG_STEMS)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: logins of the team that issues are assigned to, and of those who only report."""

    team: Sequence[str]
    reporters: Sequence[Who]


def rows(queue: str, cast: Cast, *, seed: int, count: int, now: datetime) -> Iterator[Row[IssueRecord]]:
    """Issues 1 to `count` of the queue, as an import reads them."""
    for number in range(1, count + 1):
        record = issue(queue, number, cast, seed=seed, count=count, now=now)
        size = 500 + len(record.description or "") + sum(len(comment.body or "") for comment in record.comments)
        yield Row(number, record, hashlib.sha256(f"{seed}:{record.key}".encode()).digest(), size)


def issue(queue: str, number: int, cast: Cast, *, seed: int, count: int, now: datetime) -> IssueRecord:
    """One issue. Later numbers are younger; `count` says how fast they come."""
    random = Random(f"{seed}:{queue}:{number}")  # noqa: S311 - made-up issues, not secrets
    language = pick(random, LANGUAGES)
    issue_type = "task" if number <= 3 else pick(random, TYPE_DRAW)  # the first three are examples in the documents
    created = now - timedelta(days=DAYS * (1 - number / (count + 1)), seconds=random.randrange(86_400))
    life = _life(random, cast, created=created, now=now)
    return IssueRecord(
        key=f"{queue.lower()}-{number}",
        type=issue_type,
        status=life.status,
        priority=pick(random, PRIORITY_DRAW),
        resolution=life.resolution,
        summary=_summary(random, language, issue_type),
        description=_description(random, language, issue_type),
        reporter=zipf(random, cast.reporters, 0.9),
        assignee=life.assignee,
        components=sample(random, words.COMPONENTS, pick(random, COMPONENT_DRAW), 1.2),
        labels=[f"wave-{(number - 1) // WAVE + 1}", *sample(random, TAGS, pick(random, TAG_DRAW), 0.9)],
        affects_versions=sample(random, VERSIONS, pick(random, AFFECTED_DRAW), 0.8),
        fix_versions=sample(random, VERSIONS, pick(random, FIX_DRAW), 0.8),
        sprints=sample(random, SPRINTS, pick(random, SPRINT_DRAW), 0.5),
        created=created,
        updated=life.updated,
        resolved=life.updated if life.resolution else None,
        due=_due(random, now),
        story_points=random.choice((1, 2, 3, 5, 8, 13)) if random.random() < HAS_POINTS else None,
        history=life.history,
        comments=_comments(random, language, cast, created=created, updated=life.updated),
    )


# --- what happened to it -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Life:
    status: str
    resolution: str | None
    assignee: str | None
    updated: datetime
    history: list[ChangeRecord]


PATHS = {
    "open": ("open",),
    "inProgress": ("open", "inProgress"),
    "testing": ("open", "inProgress", "testing"),
    "needInfo": ("open", "needInfo"),
    "resolved": ("open", "inProgress", "resolved"),
    "closed": ("open", "inProgress", "closed"),
}
SHORT_CUT = 0.5
"""Half of what is ended was never seen in progress."""
TYPICAL_DAYS, SPREAD = 3.3, 2.0
"""Of the logarithm of the days to the end: a median of 27, one in ten over a year."""


def _life(random: Random, cast: Cast, *, created: datetime, now: datetime) -> _Life:
    status = pick(random, STATUS_DRAW)
    ended = status in ("resolved", "closed")
    path = PATHS[status] if not ended or random.random() > SHORT_CUT else ("open", status)
    resolution = pick(random, RESOLUTION_DRAW) if ended else None
    assignee = None if random.random() < NO_ASSIGNEE else zipf(random, cast.team, 1.2)
    days = min(random.lognormvariate(TYPICAL_DAYS, SPREAD), max((now - created).total_seconds() / 86_400 - 0.01, 0.01))
    moments = sorted(created + timedelta(days=days * random.random()) for _ in path[1:])
    history = []
    if assignee and random.random() < 0.5:
        at = created + timedelta(days=days * 0.1 * random.random())
        history.append(ChangeRecord(at=at, by=zipf(random, cast.team, 1.0), field="assignee", after=assignee))
    for at, before, after in zip(moments, path, path[1:], strict=False):
        by = assignee or zipf(random, cast.team, 1.0)
        history.append(ChangeRecord(at=at, by=by, field="status", before=before, after=after))
        if after == status and resolution:
            history.append(ChangeRecord(at=at, by=by, field="resolution", after=resolution))
    updated = max((change.at for change in history), default=created)
    return _Life(status, resolution, assignee, updated, history)


def _comments(
    random: Random, language: Vocabulary, cast: Cast, *, created: datetime, updated: datetime
) -> list[CommentRecord]:
    span = max((updated - created).total_seconds(), 3_600.0)
    count = pick(random, COMMENT_DRAW)
    moments = sorted(created + timedelta(seconds=span * random.random()) for _ in range(count))
    return [
        CommentRecord(
            id=number,
            at=at,
            by=zipf(random, cast.team, 0.9),
            body=" ".join(
                _fill(random, language, random.choice(language.remarks)) for _ in range(random.randint(1, 4))
            ),
        )
        for number, at in enumerate(moments, start=1)
    ]


def _due(random: Random, now: datetime) -> str | None:
    if random.random() >= HAS_DEADLINE:
        return None
    return (now + timedelta(days=random.randint(-400, 120))).date().isoformat()


# --- texts ---------------------------------------------------------------------------------------------------------


def _summary(random: Random, language: Vocabulary, issue_type: str) -> str:
    patterns = language.bugs if issue_type == "bug" else language.wishes
    if random.random() < SPEAKS_OF_TESTS:
        patterns = language.tests
    text = _fill(random, language, random.choice(patterns))
    return text[:1].upper() + text[1:]


def _description(random: Random, language: Vocabulary, issue_type: str) -> str | None:
    """Half a screen as a rule, many screens at times."""
    if random.random() < NO_DESCRIPTION:
        return None
    length = min(random.lognormvariate(6.2, 1.0), 12_000)
    parts = [_fill(random, language, language.steps), language.expected] if issue_type == "bug" else []
    size = sum(map(len, parts))
    while size < length:
        sentences = random.sample(language.sentences, k=random.randint(2, 5))
        paragraph = " ".join(_fill(random, language, sentence) for sentence in sentences)
        parts.append(paragraph)
        size += len(paragraph)
    return "\n\n".join(parts)


def _fill(random: Random, language: Vocabulary, pattern: str) -> str:
    if "{" not in pattern:
        return pattern
    thing, fault, when = random.choice(language.things), random.choice(language.faults), random.choice(language.whens)
    capital = {"Thing": thing[:1].upper() + thing[1:], "When": when[:1].upper() + when[1:]}
    return pattern.format(thing=thing, fault=fault, when=when, **capital)


# --- chance --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draw(Generic[Thing]):
    """Shares, ready to draw from."""

    things: tuple[Thing, ...]
    sums: tuple[float, ...]


def pick(random: Random, draw: Draw[Thing]) -> Thing:
    """One of the things, each as often as its share."""
    return random.choices(draw.things, cum_weights=draw.sums)[0]


def zipf(random: Random, things: Sequence[Thing], slope: float) -> Thing:
    """One of the things, the first ones most: the share of the n-th is that of the first through n to the slope."""
    return random.choices(things, cum_weights=_zipf_sums(len(things), slope))[0]


def sample(random: Random, things: Sequence[Thing], count: int, slope: float) -> list[Thing]:
    """Up to `count` different things, the first ones most."""
    return (
        list(dict.fromkeys(random.choices(things, cum_weights=_zipf_sums(len(things), slope), k=count)))
        if count
        else []
    )


@cache
def _zipf_sums(count: int, slope: float) -> tuple[float, ...]:
    return tuple(accumulate((rank + 1) ** -slope for rank in range(count)))


def _draw(shares: Shares[Thing]) -> Draw[Thing]:
    return Draw(tuple(shares), tuple(accumulate(shares.values())))


LANGUAGES = Draw(tuple(words.VOCABULARIES), tuple(accumulate(words.LANGUAGE_WEIGHTS)))
TYPE_DRAW, STATUS_DRAW, PRIORITY_DRAW, RESOLUTION_DRAW = map(_draw, (TYPES, STATUSES, PRIORITIES, RESOLUTIONS))
COMPONENT_DRAW, TAG_DRAW, SPRINT_DRAW = map(_draw, (COMPONENT_COUNTS, TAG_COUNTS, SPRINT_COUNTS))
AFFECTED_DRAW, FIX_DRAW, COMMENT_DRAW = map(_draw, (AFFECTED_COUNTS, FIX_COUNTS, COMMENT_COUNTS))
