"""Components, versions, sprints, queues and fields: what a body means, and what an answer says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import UNSET

from shoal.actions.components import ComponentsFound
from shoal.actions.versions import VersionsFound
from shoal.dialects.yandex import components, fields, queues, sprints, versions
from shoal.domain.component import Component, ComponentEdit, NewComponent
from shoal.domain.errors import Invalid
from shoal.domain.fields import STANDARD, Field, Kind
from shoal.domain.patch import Ref
from shoal.domain.queue import Section
from shoal.domain.sprint import Sprint
from shoal.domain.version import NewVersion, Version, VersionEdit
from tests.unit.yandex.shapes import KNOWN, V2, V3, sent, written


def test_null_is_nothing_in_a_new_component() -> None:
    body = sent(components.NewComponentBody, queue={"key": "TEST"}, name="Core", description=None, lead=None)
    assert components.read_new(body) == NewComponent(queue=Ref(key="TEST"), name="Core")


def test_an_edit_of_a_component_tells_nothing_from_null() -> None:
    assert components.read_edit(sent(components.ComponentEditBody)) == ComponentEdit()
    cleared = components.read_edit(sent(components.ComponentEditBody, description=None, lead=None))
    assert cleared == ComponentEdit(description="", lead=None)


def test_a_component_is_without_the_lead_that_it_lacks() -> None:
    component = Component(3, 1, "Core", "", None, False, False, 2)
    [answer] = written(components.write(V3, ComponentsFound([component], 1, KNOWN)))
    assert answer == {
        "self": "http://shoal.test/v3/components/3",
        "id": 3,
        "version": 2,
        "name": "Core",
        "description": "",
        "assignAuto": False,
        "archived": False,
        "queue": {"self": "http://shoal.test/v3/queues/TEST", "id": "1", "key": "TEST", "display": "Testing"},
    }


def test_a_version_has_days() -> None:
    body = sent(versions.NewVersionBody, queue="TEST", name="1.0", startDate="2026-01-05")
    assert versions.read_new(body) == NewVersion("TEST", "1.0", start_date=date(2026, 1, 5))
    cleared = versions.read_edit(sent(versions.VersionEditBody, dueDate=None))
    assert cleared == VersionEdit(due_date=None)
    assert cleared.start_date is UNSET


def test_a_version_is_without_the_days_that_it_lacks() -> None:
    version = Version(4, 1, "1.0", "", date(2026, 1, 5), None, True, False, 1)
    [answer] = written(versions.write(V2, VersionsFound([version], 1, KNOWN)))
    assert answer["startDate"] == "2026-01-05"
    assert "dueDate" not in answer
    assert (answer["released"], answer["archived"]) == (True, False)


def test_a_sprint_has_each_day_as_an_instant_too() -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    sprint = Sprint(6, 2, "Reef", None, "Week 1", "", "archived", date(2026, 1, 5), None, 5, None, made, made, None, 1)
    answer = written(sprints.write(V2, sprint))
    assert (answer["startDate"], answer["startDateTime"]) == ("2026-01-05", "2026-01-05T00:00:00.000+0000")
    assert not answer.keys() & {"endDate", "endDateTime"}
    assert (answer["status"], answer["archived"]) == ("archived", True)
    assert answer["createdBy"]["display"] == "5"  # whoever has no name any more


@pytest.mark.parametrize(
    ("expand", "sections"),
    [(None, set()), ("nothing,of this", set()), ("team , fields", {Section.TEAM, Section.FIELDS}), ("all", {*Section})],
)
def test_sections_of_a_queue_are_those_that_are_known(expand: str | None, sections: set[Section]) -> None:
    assert queues.read_sections(expand) == sections


def test_types_of_a_new_queue_have_workflows_and_resolutions() -> None:
    config = {"issueType": "bug", "workflow": {"key": "default"}, "resolutions": ["fixed"]}
    queue = queues.read_new(sent(queues.NewQueueBody, key="PORT", name="Port", issueTypesConfig=[config]))
    [kind] = queue.types
    assert (kind.type, kind.workflow, kind.resolutions) == ("bug", Ref(key="default"), ("fixed",))
    assert queue.lead is None


TYPES: list[tuple[dict[str, Any], Kind, bool]] = [
    ({"type": "string"}, Kind.STRING, False),
    ({"type": "ru.yandex.startrek.core.fields.StringFieldType"}, Kind.STRING, False),
    ({"type": "string", "container": True}, Kind.STRING, True),
    ({"schema": {"type": "array", "items": "user"}}, Kind.USER, True),
    ({"type": "timetracking"}, Kind.DURATION, False),
]


@pytest.mark.parametrize(("given", "kind", "is_list"), TYPES)
def test_the_type_of_a_field_has_several_spellings(given: dict[str, Any], kind: Kind, is_list: bool) -> None:
    field = fields.read_new(sent(fields.NewFieldBody, name="Bay", id="bay", **given))
    assert (field.kind, field.is_list, field.key, field.names) == (kind, is_list, "bay", {"en": "Bay"})


@pytest.mark.parametrize("given", [{}, {"type": "array"}, {"type": "array", "items": "knot"}, {"type": "knot"}])
def test_a_field_of_no_type_that_there_is_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        fields.read_new(sent(fields.NewFieldBody, name="Bay", **given))
    assert list(refused.value.fields) == ["type"]


def test_a_field_without_an_english_name_gets_its_first() -> None:
    field = fields.read_new(sent(fields.NewFieldBody, name={"ru": "Причал", "xx": "Kai"}, type="string"))
    assert field.names == {"en": "Причал", "ru": "Причал"}


def test_projects_are_described_as_one_thing() -> None:
    answers = fields.write(V2, fields.FieldsFound([STANDARD["projects"], STANDARD["tags"]], KNOWN))
    schemas = [written(answer.schema) for answer in answers]
    assert schemas == [
        {"type": "project", "required": False},
        {"type": "array", "items": "string", "required": False},
    ]


def test_a_local_field_is_of_its_queue() -> None:
    field = Field("custom.7", Kind.STRING, id=7, key="bay", queue_id=1, names={"en": "Bay"}, options=("a", "b"))
    [answer] = written(fields.write(V2, fields.FieldsFound([field], KNOWN)))
    assert (answer["type"], answer["queue"]["key"], answer["key"]) == ("local", "TEST", "bay")
    assert answer["optionsProvider"] == {"type": "FixedListOptionsProvider", "values": ["a", "b"]}
