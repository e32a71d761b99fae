"""When a child that died is started again."""

from __future__ import annotations

from shoal.cli.child import HEALTHY_LIFE, LONGEST_DELAY, Backoff


def test_first_end_is_followed_by_a_start_at_once() -> None:
    assert Backoff().note_end(lived=0.1, now=0.0) == 0.0


def test_wait_doubles_while_starts_fail_and_is_bounded() -> None:
    backoff = Backoff()
    waits = [backoff.note_end(lived=0.1, now=float(now)) for now in range(12)]
    assert waits[:5] == [0.0, 0.5, 1.0, 2.0, 4.0]
    assert waits[-1] == LONGEST_DELAY
    assert backoff.due == 11 + LONGEST_DELAY


def test_healthy_life_forgives_what_was_before() -> None:
    backoff = Backoff()
    backoff.note_end(lived=0.1, now=0.0)
    backoff.note_end(lived=0.1, now=1.0)
    assert backoff.note_end(lived=HEALTHY_LIFE, now=2.0) == 0.0
