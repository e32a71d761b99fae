"""Names, people and history of records, as far as they need no database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shoal.actions.imports import history
from shoal.domain import imports
from shoal.domain.fields import Kind
from shoal.domain.imports import ChangeRecord, IssueRecord, Person, Who
from shoal.domain.patch import Stored


@pytest.mark.parametrize(
    ("name", "key"), [("In Review", "inReview"), ("QA", "qa"), ("2 days", "status2Days"), ("审核", "status")]
)
def test_key_is_made_of_the_name(name: str, key: str) -> None:
    assert imports.key_for(name, set(), "status") == key


def test_key_that_is_taken_gets_a_number() -> None:
    assert imports.key_for("Done", {"done", "done2"}, "status") == "done3"


@pytest.mark.parametrize(
    ("name", "given", "category"),
    [
        ("Closed", None, "done"),
        ("Closed", "new", "new"),
        ("In Review", "indeterminate", "in_progress"),
        ("Pull Request", None, "in_progress"),
        ("Whatever", None, "new"),
        ("Won't Fix", "unheard of", "done"),
    ],
)
def test_category_of_a_status(name: str, given: str | None, category: str) -> None:
    assert imports.category(name, given) == category


@pytest.mark.parametrize(
    ("who", "identity"),
    [
        (None, None),
        ("", None),
        (Person(), None),
        ("ann", ("ann", "ann")),
        (Person("ann", "Ann  Lee"), ("ann", "Ann Lee")),
        (Person(None, "Ann Lee"), ("ann.lee", "Ann Lee")),
        (Person(17, None), ("17", "17")),
        (Person("a\0b", "A\0"), ("ab", "A")),
    ],
)
def test_person_of_a_record(who: Who, identity: tuple[str, str] | None) -> None:
    assert imports.identity(who) == identity


def change(field: str, before: object, after: object, *, second: int = 0, by: str = "ann") -> ChangeRecord:
    at = datetime(2020, 1, 1, 12, 0, second, tzinfo=UTC)
    return ChangeRecord(at=at, field=field, by=by, before=before, after=after)  # type: ignore[arg-type]


def rows(record: IssueRecord) -> list[dict[str, object]]:
    """The changes of a record with names for ids."""

    def same(_kind: Kind, name: str) -> Stored:
        return name

    kept, _ = history.read(record)
    return [dict(row.changes) for row in history.rows(kept, lambda _change: 1, same)]


def test_changes_of_one_save_are_one_row() -> None:
    record = IssueRecord("A-1", history=[change("status", "Open", "Closed"), change("resolution", None, "Fixed")])
    assert rows(record) == [{"status": ("Open", "Closed"), "resolution": (None, "Fixed")}]


def test_no_change_is_no_row() -> None:
    record = IssueRecord("A-1", history=[change("summary", "same", "same"), change("priority", "Low", "Low")])
    assert rows(record) == []


def test_list_told_value_by_value_is_walked_back_from_now() -> None:
    record = IssueRecord(
        "A-1",
        fix_versions=["2.0", "3.0"],
        history=[
            change("Fix Version", None, "1.0", second=1),
            change("Fix Version", None, "2.0", second=2),
            change("Fix Version", "1.0", "3.0", second=3),
        ],
    )
    assert rows(record) == [
        {"fix_versions": ([], ["1.0"])},
        {"fix_versions": (["1.0"], ["2.0", "1.0"])},
        {"fix_versions": (["2.0", "1.0"], ["2.0", "3.0"])},
    ]


def test_history_is_put_in_order_of_time() -> None:
    late, early = change("status", "B", "C", second=9), change("status", "A", "B", second=1)
    kept, _ = history.read(IssueRecord("A-1", history=[late, early]))
    assert [it.after for it in kept] == ["B", "C"]
    assert history.first_value(kept, "status") == "A"


def test_field_that_is_not_known_is_counted_and_a_comment_is_not() -> None:
    record = IssueRecord("A-1", history=[change("Rank", "1", "2"), change("comment", None, None)])
    kept, left_out = history.read(record)
    assert kept == []
    assert left_out == {"Rank": 1}
