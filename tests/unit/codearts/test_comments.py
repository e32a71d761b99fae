"""What a comment says, in the two fields that it may come in; and the item that it is answered with."""

from __future__ import annotations

import pytest

from shoal.dialects.codearts import comments, ids
from shoal.dialects.codearts.comments import LONGEST, AddComment, CommentBody
from shoal.dialects.codearts.errors import MissingParameter
from shoal.domain.errors import WrongParameter
from tests.unit.codearts.things import found, written


@pytest.mark.parametrize(
    ("notes", "inner", "text"),
    [
        ("Red%20buoy", None, "Red buoy"),
        ("50%", None, "50%"),  # an older client's, in clear
        ("%ff", None, "%ff"),
        ("%E7%BA%A2", "", "红"),
        ("ignored", "50%20", "50%20"),
        ("kept", "  ", "kept"),
    ],
)
def test_the_text_in_clear_wins_over_the_encoded_one(notes: str, inner: str | None, text: str) -> None:
    assert AddComment(1, notes=notes, innerText=inner).text == text


@pytest.mark.parametrize(("notes", "inner"), [(None, None), ("", ""), ("%20", " ")])
def test_a_comment_must_say_something(notes: str | None, inner: str | None) -> None:
    with pytest.raises(MissingParameter, match="notes"):
        _ = AddComment(1, notes=notes, innerText=inner).text


@pytest.mark.parametrize("notes", ["a%00b", "x" * (LONGEST + 1)])
def test_what_cannot_be_kept_is_refused(notes: str) -> None:
    with pytest.raises(WrongParameter, match="notes"):
        _ = AddComment(1, notes=notes).text


def test_the_project_has_three_names() -> None:
    for name in ("projectUUId", "project_uuid", "projectId"):
        assert CommentBody(1, **{name: "5b0a"}).project == "5b0a"
    with pytest.raises(MissingParameter, match="projectUUId"):
        _ = CommentBody(1, projectUUId="").project


def test_after_a_comment_people_are_of_their_account() -> None:
    answer = written(comments.commented(found(), org_id=7, text="Red, not orange"))
    assert answer["status"] == "success"
    issue = answer["result"]["issue"]
    assert issue["inner_text"] == "Red, not orange"
    assert issue["assigned_to"] == {
        "user_id": ids.user(22),
        "user_num_id": 22,
        "user_name": "ivan",
        "nick_name": "Ivan Petrov",
        "domain_id": ids.domain(7),
        **dict.fromkeys(("domain_name", "role_id", "role_name", "role_code")),
    }
    assert issue["project"] == {"id": 3, "identifier": ids.project(3), "name": "Test", "project_type": "scrum"}
