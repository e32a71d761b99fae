"""The history of an issue and its comments: what an answer says of them, and what a body means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.dialects.yandex import changelog, comments, ids
from shoal.dialects.yandex.view import View
from shoal.domain.changelog import ChangeKind, Entry
from shoal.domain.comment import Comment
from shoal.domain.errors import Invalid
from shoal.domain.fields import Kind
from shoal.domain.found import History
from shoal.domain.reference import Reference
from tests.unit.yandex.shapes import KNOWN, V2, V3, sent, written

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ISSUE = Reference(Kind.ISSUE, 77, "TEST-1", {"en": "Leaky pump"})


def entry(kind: ChangeKind = ChangeKind.UPDATED, *, view: View = V2, **parts: Any) -> Any:
    """One entry as a client gets it."""
    plain: dict[str, Any] = {"author_id": 5, "via": "api", "bulk_id": None, "comment_id": None, "comment": None}
    made = Entry(**{"id": 3, "issue_id": 77, "at": NOON, "kind": kind, "changes": {}} | plain | parts)
    return written(changelog.write(view, History(ISSUE, [made], KNOWN))[0])


def test_an_entry_says_who_changed_which_issue_and_when() -> None:
    answer = entry()
    assert answer["updatedBy"]["display"] == "Rosa Prado"
    assert (answer["issue"]["key"], answer["updatedAt"]) == ("TEST-1", "2026-01-05T12:00:00.000+0000")
    assert answer["self"] == f"http://shoal.test/v2/issues/TEST-1/changelog/{answer['id']}"


def test_an_entry_of_one_edit_names_neither_bulk_change_nor_comment() -> None:
    assert not entry().keys() & {"bulkChangeId", "comments"}


def test_an_entry_names_the_bulk_change_that_made_it() -> None:
    assert entry(bulk_id=4)["bulkChangeId"] == ids.write(ids.BULK_CHANGE, 4)


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_kind_of_change_has_a_type_that_clients_know(kind: ChangeKind) -> None:
    assert entry(kind)["type"] in {*changelog.TYPES.values(), "IssueUpdated"}


def test_the_web_pages_are_the_front() -> None:
    assert [entry(via=via)["transport"] for via in ("web", "api")] == ["front", "api"]


def test_changes_are_in_the_order_of_the_fields_table() -> None:
    changes = {"tags": [[], ["a"]], "summary": ["A", "B"], "status": [None, 7]}
    told = [change["field"]["id"] for change in entry(changes=changes)["fields"]]
    order = [changelog.FIELD_ORDER[name] for name in told]
    assert sorted(told) == ["status", "summary", "tags"]
    assert order == sorted(order)


def test_a_change_has_both_sides_in_the_language_of_the_caller() -> None:
    [change] = entry(view=V3, changes={"status": [None, 7]})["fields"]
    assert (change["from"], change["to"]["display"]) == (None, "Открыт")


@pytest.mark.parametrize("changes", [{"custom.99": ["a", "b"]}, {"assignee": [998, 999]}])
def test_a_change_of_which_nothing_may_be_said_is_left_out(changes: Any) -> None:
    assert entry(changes=changes)["fields"] == []


def test_the_key_of_a_queue_that_one_may_not_know_is_not_told() -> None:
    moved = entry(ChangeKind.MOVED, changes={"queue": [999, 1], "key": ["SECRET-1", "TEST-1"]})
    sides = {change["field"]["id"]: (change["from"], change["to"]) for change in moved["fields"]}
    assert sides["key"] == (None, "TEST-1")
    assert sides["queue"][0] is None


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (ChangeKind.COMMENT_ADDED, "added"),
        (ChangeKind.TRANSITION, "added"),
        (ChangeKind.COMMENT_UPDATED, "updated"),
        (ChangeKind.COMMENT_REMOVED, "removed"),
    ],
)
def test_a_comment_is_told_by_what_became_of_it(kind: ChangeKind, event: str) -> None:
    [(told, [comment])] = entry(kind, comment_id=12, comment="x" * 300)["comments"].items()
    assert (told, comment["id"], comment["display"]) == (event, "12", "x" * 200)


def test_a_comment_that_is_gone_has_no_text_any_more() -> None:
    assert entry(comment_id=12)["comments"]["added"][0]["display"] == ""


def comment(summonees: list[int]) -> Any:
    made = Comment(12, 77, 5, "Look", summonees, NOON, NOON, 999, 2)
    return written(comments.write(V2, "TEST-1", made, KNOWN))


def test_a_comment_is_without_whoever_has_no_name() -> None:
    answer = comment([5, 999])
    assert [one["display"] for one in answer["summonees"]] == ["Rosa Prado"]
    assert answer["self"] == "http://shoal.test/v2/issues/TEST-1/comments/12"


def test_a_comment_that_summons_nobody_has_no_summonees() -> None:
    assert "summonees" not in comment([])


@pytest.mark.parametrize(
    ("body", "field"), [({}, "text"), ({"text": " \n"}, "text"), ({"text": "a", "attachmentIds": [1]}, "attachmentIds")]
)
def test_a_comment_that_cannot_be_is_refused(body: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        comments.read(sent(comments.CommentBody, **body))
    assert list(refused.value.fields) == [field]
