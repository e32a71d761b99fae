"""Every form of a value on the wire (6.1, 6.2), as a patch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.dialects.yandex import edits, ids
from shoal.domain.errors import Invalid, ShoalError, UnknownField
from shoal.domain.patch import Adjust, Clear, Edit, NewComment, Patch, Ref, Set

HEX = ids.write(ids.ISSUE, 77)
LOCAL = ids.local_field(5, "bay")

FORMS: list[tuple[str, object, str, Edit]] = [
    ("priority", "minor", "priority", Set("minor")),
    ("priority", 3, "priority", Set(3)),
    ("type", {"name": "Ошибка"}, "type", Set(Ref(name="Ошибка"))),
    ("type", {"id": "1", "key": "bug"}, "type", Set(Ref(id="1", key="bug"))),
    ("priority", {"set": "minor"}, "priority", Set("minor")),
    ("priority", {"set": {"set": {"key": "minor"}}}, "priority", Set(Ref(key="minor"))),
    ("assignee", None, "assignee", Clear()),
    ("assignee", {"unset": True}, "assignee", Clear()),
    ("assignee", {"set": None}, "assignee", Clear()),
    ("assignee", ["rosa"], "assignee", Set(("rosa",))),
    ("assignee", {"login": "rosa"}, "assignee", Set(Ref(key="rosa"))),
    ("assignee", {"uid": 1001}, "assignee", Set(Ref(id=1001))),
    ("tags", ["a", "b"], "tags", Set(("a", "b"))),
    ("tags", "a", "tags", Set(("a",))),
    ("tags", [], "tags", Set(())),
    ("tags", {"set": ["a"]}, "tags", Set(("a",))),
    ("tags", {"add": "a"}, "tags", Adjust(add=("a",))),
    ("tags", {"add": ["a", "b"], "remove": "c"}, "tags", Adjust(add=("a", "b"), remove=("c",))),
    ("tags", {"replace": {"target": "a", "replacement": "b"}}, "tags", Adjust(replace=(("a", "b"),))),
    ("tags", {"replace": [{"target": "a", "replacement": "b"}]}, "tags", Adjust(replace=(("a", "b"),))),
    ("storyPoints", {"add": 2}, "story_points", Adjust(add=(2,))),
    ("storyPoints", 2.5, "story_points", Set(2.5)),
    ("fixVersions", [{"id": "3"}, "1.0", 7], "fix_versions", Set((Ref(id="3"), "1.0", 7))),
    ("sprint", [{"id": "3"}], "sprints", Set((Ref(id="3"),))),
    ("parent", "TEST-4", "parent", Set("TEST-4")),
    ("parent", HEX, "parent", Set(Ref(id=77))),
    ("parent", {"id": HEX}, "parent", Set(Ref(id=77))),
    ("epic", {"key": "TEST-4", "self": "http://x/v2/issues/TEST-4", "display": "x"}, "epic", Set(Ref(key="TEST-4"))),
    ("project", 5, "projects", Set((5,))),
    ("project", {"id": 5}, "projects", Set((Ref(id=5),))),
    ("project", {"primary": 5, "secondary": [7]}, "projects", Set((5, 7))),
    ("project", {"primary": {"id": 5}}, "projects", Set((Ref(id=5),))),
    ("project", {"secondary": [7]}, "projects", Set((7,))),
    ("project", {"add": 5}, "projects", Adjust(add=(5,))),
    ("estimation", "P1DT2H", "estimation", Set("P1DT2H")),
    (LOCAL, "3", "custom.5", Set("3")),
    ("bay", ["3"], "bay", Set(("3",))),
]


@pytest.mark.parametrize(("name", "value", "field", "edit"), FORMS, ids=lambda part: str(part)[:40])
def test_every_form_of_a_value_has_its_meaning(name: str, value: object, field: str, edit: Edit) -> None:
    assert edits.patch({name: value}) == Patch({field: edit})


MEANINGLESS: list[tuple[str, object]] = [
    ("priority", {"colour": "red"}),
    ("priority", {"key": "minor", "colour": "red"}),
    ("priority", {}),
    ("priority", {"id": None}),
    ("priority", {"id": True}),
    ("priority", {"key": ["minor"]}),
    ("priority", {"self": "http://x/v2/priorities/1"}),
    ("priority", "mi\0nor"),
    ("priority", {"key": "mi\0nor"}),
    ("tags", [None]),
    ("tags", [["a"]]),
    ("tags", {"add": ["a"], "remve": ["b"]}),
    ("tags", {"set": ["a"], "add": ["b"]}),
    ("tags", {"unset": False}),
    ("tags", {"replace": ["a", "b"]}),
    ("tags", {"replace": {"target": "a"}}),
    ("tags", {"add": ["x"] * 1001}),
    ("project", {"primary": 5, "third": 6}),
    ("comment", 5),
    ("comment", ""),
    ("comment", " \n"),
    ("comment", {"summonees": ["rosa"]}),
    ("comment", "a\0b"),
    ("attachmentIds", ["1"]),
]


@pytest.mark.parametrize(("name", "value"), MEANINGLESS, ids=lambda part: str(part)[:40])
def test_what_has_no_meaning_is_refused_by_the_callers_name(name: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        edits.patch({name: value})
    assert list(refused.value.fields) == [name]


@pytest.mark.parametrize("name", ["status", "key", "id", "self", "version", "queue", "createdBy", "spent", "votes"])
def test_what_shoal_writes_cannot_be_edited(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        edits.patch({name: "x"})
    assert list(refused.value.fields) == [name]


@pytest.mark.parametrize("name", ["fix_versions", "custom.5", "", "a b", "é", "5b0a1004--bay", HEX + "--bay", "x" * 65])
def test_a_name_that_the_wire_does_not_have_is_unknown(name: str) -> None:
    with pytest.raises(UnknownField) as refused:
        edits.patch({name: "x"})
    assert refused.value.field == name


def test_what_clients_send_for_nothing_is_ignored() -> None:
    sent = {"markupType": "md", "possibleSpam": False, "emailFrom": "a@b", "attachmentIds": []}
    assert edits.patch(sent).is_empty


def test_a_field_named_twice_is_refused() -> None:
    with pytest.raises(Invalid):
        edits.patch({LOCAL: 1, ids.local_field(5, "other"): 2})


def test_a_comment_is_a_text_or_an_object() -> None:
    assert edits.patch({"comment": "Done"}).comment == NewComment("Done")
    called = edits.patch({"comment": {"text": "Done", "summonees": ["rosa", {"id": 5}]}})
    assert called.comment == NewComment("Done", ("rosa", Ref(id=5)))


NAMES = st.sampled_from(["priority", "tags", "project", "parent", "comment", "storyPoints", LOCAL, "bay"]) | st.text()
KEYS = (
    st.sampled_from(["set", "add", "remove", "replace", "unset", "id", "key", "name", "target", "primary"]) | st.text()
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(KEYS, part, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, JSON, max_size=5))
def test_any_json_is_a_patch_or_an_error_that_can_be_told(sent: dict[str, Any]) -> None:
    try:
        read = edits.patch(sent)
    except ShoalError:
        return
    assert isinstance(read, Patch)
