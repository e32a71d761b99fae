"""Projects: what is asked of them, and how they are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import UNSET, to_builtins

from shoal.dialects.codearts import ids, projects
from shoal.dialects.codearts.errors import WrongProjectType
from shoal.dialects.codearts.projects import NewProject, ProjectEdit, ProjectFilter
from shoal.domain.errors import WrongParameter
from shoal.domain.queue import NewQueue, QueueEdit
from tests.unit.codearts.things import NOON_MILLIS, ORGANISATION, PROJECT


def test_a_new_project_is_a_queue_of_a_name_that_no_other_has() -> None:
    asked = NewProject("Harbour", "Scrum", description=None, source="x" * 64)
    assert projects.new_queue(asked) == NewQueue(key=None, name="Harbour", is_name_unique=True)


@pytest.mark.parametrize("name", ["", " ", "x" * 129])
def test_a_name_has_1_to_128_characters(name: str) -> None:
    for ask in (
        lambda: projects.new_queue(NewProject(name, "scrum")),
        lambda: projects.queue_edit(ProjectEdit(name)),
    ):
        with pytest.raises(WrongParameter, match="project_name"):
            ask()


def test_projects_are_of_one_type() -> None:
    with pytest.raises(WrongProjectType):
        projects.new_queue(NewProject("Harbour", "xboard"))
    with pytest.raises(WrongParameter, match="source"):
        projects.new_queue(NewProject("Harbour", "scrum", source="x" * 65))


def test_null_leaves_a_project_as_it_is() -> None:
    assert projects.queue_edit(ProjectEdit()) == QueueEdit(UNSET, UNSET)
    assert projects.queue_edit(ProjectEdit("Port", "")) == QueueEdit("Port", "")


# --- the list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", ()),
        ("name", (("name", False),)),
        (" author_name:desc, memcount:asc ,", (("maker", True), ("members", False))),
    ],
)
def test_the_list_is_sorted_as_asked(text: str, order: tuple[tuple[str, bool], ...]) -> None:
    assert projects.order(text) == order


@pytest.mark.parametrize("text", ["id", "name:up", "name desc", "name,name,name,name,name"])
def test_it_cannot_be_sorted_by_anything_else(text: str) -> None:
    with pytest.raises(WrongParameter, match="sort"):
        projects.order(text)


@pytest.mark.parametrize(
    ("asked", "is_empty"),
    [
        (ProjectFilter(), False),
        (ProjectFilter(project_type="SCRUM", query_type="domain_projects"), False),
        (ProjectFilter(project_type="xboard"), True),
        (ProjectFilter(query_type="absent"), True),
    ],
)
def test_what_nobody_can_be_shown_is_known_beforehand(asked: ProjectFilter, is_empty: bool) -> None:
    assert projects.is_known_to_be_empty(asked) is is_empty


@pytest.mark.parametrize("asked", [ProjectFilter(project_type="kanban"), ProjectFilter(query_type="mine")])
def test_a_type_or_a_view_that_there_is_not_is_refused(asked: ProjectFilter) -> None:
    with pytest.raises(WrongParameter):
        projects.is_known_to_be_empty(asked)


# --- shown ---------------------------------------------------------------------------------------------------------

CREATOR = {
    "user_num_id": 21,
    "user_id": ids.user(21),
    "user_name": "rosa",
    "nick_name": "Rosa Luna",
    "domain_id": ids.domain(7),
    "domain_name": "Harbour",
}


def test_alone_a_project_has_other_names_than_in_the_list() -> None:
    (listed,) = to_builtins(projects.listed([PROJECT], 1, ORGANISATION))["projects"]
    alone = to_builtins(projects.shown(PROJECT, ORGANISATION))["project"]
    assert (listed["project_name"], listed["created_time"]) == (alone["name"], alone["created_on"])
    assert alone["created_on"] == NOON_MILLIS
    assert listed["creator"] == alone["creator"] == CREATOR
    assert (alone["archive"], alone["project_code"], alone["project_type"]) == (0, "TEST", "scrum")


def test_a_project_that_nobody_made_has_no_creator() -> None:
    assert projects.shown(replace(PROJECT, maker_id=None), ORGANISATION).project.creator is None
