"""Stored changes: what an earlier release stored is read by this one."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shoal.domain.bulk import Change, Delete, Move, Transition, Update
from shoal.domain.patch import Adjust, Clear, NewComment, Patch, Ref, Set
from shoal.store import changes

EVERY_EDIT = Patch(
    {
        "priority": Set("blocker"),
        "assignee": Set(Ref(key="ivan"), if_empty=True),
        "story_points": Adjust(add=(5.0,)),
        "tags": Adjust(remove=("a",), replace=(("b", "c"),), add=("d",)),
        "sprints": Set(("one", 2)),
        "resolution": Clear(),
    },
    NewComment("Done", ("olga",)),
)
EVERY_EDIT_STORED: dict[str, Any] = {
    "edits": {
        "priority": {"type": "set", "value": "blocker"},
        "assignee": {"type": "set", "value": {"key": "ivan"}, "if_empty": True},
        "story_points": {"type": "adjust", "add": [5.0]},
        "tags": {"type": "adjust", "remove": ["a"], "replace": [["b", "c"]], "add": ["d"]},
        "sprints": {"type": "set", "value": ["one", 2]},
        "resolution": {"type": "clear"},
    },
    "comment": {"text": "Done", "summonees": ["olga"]},
}

# The shapes as they lie in databases. They are never edited: a new shape is a new version and new lines here.
UNVERSIONED: list[tuple[dict[str, Any], Change]] = [
    ({"kind": "update", "patch": EVERY_EDIT_STORED}, Update(EVERY_EDIT)),
    ({"kind": "transition", "transition": "close", "patch": {}, "to_status": None}, Transition("close")),
    ({"kind": "transition", "transition": "", "patch": {}, "to_status": 7}, Transition(to_status=7)),
    ({"kind": "move", "queue_id": 3, "keep_fields": True, "initial_status": False, "patch": {}}, Move(3, True)),
    ({"kind": "delete", "patch": {}}, Delete()),
]


@pytest.mark.parametrize(("stored", "change"), UNVERSIONED)
def test_what_was_stored_before_versions_were_is_read(stored: dict[str, Any], change: Change) -> None:
    assert changes.read(stored) == change


@pytest.mark.parametrize(("stored", "change"), UNVERSIONED)
def test_the_first_version_has_the_same_shape(stored: dict[str, Any], change: Change) -> None:
    assert changes.read({**stored, "version": 1}) == change


@pytest.mark.parametrize("change", [change for _, change in UNVERSIONED])
def test_what_is_written_names_its_version_and_is_read_back(change: Change) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(changes.write(change)))
    assert stored["version"] == changes.VERSION
    assert changes.read(stored) == change


def test_what_a_later_release_stored_is_not_guessed_at() -> None:
    with pytest.raises(changes.LaterVersion, match="version 99; this release knows 1"):
        changes.read({"version": 99, "kind": "delete"})
