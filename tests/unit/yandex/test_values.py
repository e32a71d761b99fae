"""The value of a field as an issue and its history show it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shoal.dialects.yandex import values
from shoal.domain.fields import STANDARD, Field, Kind
from tests.unit.yandex.shapes import KNOWN, V2, V3, written

SCALARS: list[tuple[str, object, object]] = [
    ("summary", "Leaky pump", "Leaky pump"),
    ("summary", "", None),
    ("deadline", date(2026, 1, 5), "2026-01-05"),
    ("created_at", datetime(2026, 1, 5, 6, tzinfo=UTC), "2026-01-05T06:00:00.000+0000"),
    ("estimation", 90, "PT1H30M"),
    ("story_points", 2.5, 2.5),
    ("tags", ["a", "b"], ["a", "b"]),
    ("tags", [], None),
    ("assignee", None, None),
]


@pytest.mark.parametrize(("name", "stored", "expected"), SCALARS)
def test_a_value_has_the_form_of_its_kind(name: str, stored: object, expected: object) -> None:
    assert values.write(V2, STANDARD[name], stored, KNOWN) == expected


def test_a_reference_is_in_the_language_of_the_caller() -> None:
    displays = [written(values.write(view, STANDARD["status"], 7, KNOWN))["display"] for view in (V2, V3)]
    assert displays == ["Open", "Открыт"]


def test_of_what_may_not_be_known_nothing_is_said() -> None:
    assert values.write(V2, STANDARD["assignee"], 999, KNOWN) is None
    assert [one["id"] for one in written(values.write(V2, STANDARD["followers"], [5, 999], KNOWN))] == ["5"]


def test_projects_are_one_in_the_older_wire_and_parted_in_the_newer() -> None:
    older, newer = (written(values.write(view, STANDARD["projects"], [8, 9], KNOWN)) for view in (V2, V3))
    assert older["display"] == newer["primary"]["display"] == "Harbour"
    assert [project["display"] for project in newer["secondary"]] == ["Lighthouse"]


def test_an_instant_of_a_custom_field_is_stored_as_text() -> None:
    field = Field("custom.7", Kind.DATETIME, id=7, key="tide")
    assert values.write(V2, field, "2026-01-05T06:00:00+00:00", KNOWN) == "2026-01-05T06:00:00.000+0000"
