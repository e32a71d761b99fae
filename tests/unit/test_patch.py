"""What an edit is, as it was asked for."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain.patch import Adjust, Clear, Edit, Hierarchy, NewComment, Patch, Ref, Set

words = st.text(max_size=8)
refs = st.builds(Ref, id=st.none() | st.integers(-(2**63), 2**63 - 1), key=st.none() | words, name=st.none() | words)
operands = (
    words | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | refs
)
several = st.lists(operands, max_size=3).map(tuple)
edits = (
    st.builds(Clear)
    | st.builds(Set, value=operands | several, if_empty=st.booleans(), as_text=st.booleans())
    | st.builds(
        Adjust, remove=several, replace=st.lists(st.tuples(operands, operands), max_size=2).map(tuple), add=several
    )
)


@given(st.dictionaries(words, edits, max_size=3), st.none() | st.builds(NewComment, text=words, summonees=several))
def test_a_patch_is_the_same_after_it_was_stored(edits: dict[str, Edit], comment: NewComment | None) -> None:
    patch = Patch(edits, comment)
    assert msgspec.json.decode(msgspec.json.encode(patch), type=Patch) == patch


def test_a_list_and_one_value_are_not_the_same() -> None:
    stored = msgspec.json.encode({"edits": {"tags": {"type": "set", "value": ["a"]}}})
    assert msgspec.json.decode(stored, type=Patch).edits["tags"] == Set(("a",))


def test_what_is_left_at_its_default_is_not_stored() -> None:
    assert msgspec.to_builtins(Patch({"tags": Adjust(add=("a",))})) == {
        "edits": {"tags": {"type": "adjust", "add": ("a",)}}
    }


@pytest.mark.parametrize(
    ("patch", "is_empty"),
    [(Patch(), True), (Patch({"summary": Clear()}), False), (Patch(comment=NewComment("Done")), False)],
)
def test_a_patch_without_edit_and_comment_is_empty(patch: Patch, is_empty: bool) -> None:
    assert patch.is_empty is is_empty


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        (Ref(id=7, key="rosa", name="Rosa"), "rosa"),
        (Ref(id=7, name="Rosa"), "Rosa"),
        (Ref(id=7), "7"),
        (Ref(id=0), "0"),
        (Ref(), "nothing"),
    ],
)
def test_a_reference_is_said_by_the_mark_that_people_know_best(ref: Ref, said: str) -> None:
    assert str(ref) == said


TREE = Hierarchy({"epic": None, "story": "epic", "task": "story"}, leaves=("bug",))


@pytest.mark.parametrize(
    ("parent", "child", "allowed"),
    [
        ("epic", "story", True),
        ("story", "task", True),
        ("epic", "task", False),
        ("task", "story", False),
        ("epic", "epic", False),
        ("bug", "task", False),
        ("bug", "wish", False),
        ("epic", "bug", True),
        ("wish", "task", True),
        ("wish", "wish", True),
    ],
)
def test_which_type_may_stand_above_which(parent: str, child: str, allowed: bool) -> None:
    assert TREE.allows(parent, child) is allowed
