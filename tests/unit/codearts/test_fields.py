"""Custom fields: the types of the wire, and what they are to the core."""

from __future__ import annotations

import pytest

from shoal.actions.fields import FormedField
from shoal.dialects.codearts import fields
from shoal.dialects.codearts.fields import FieldFilter, NewCustomField
from shoal.domain.errors import WrongParameter
from shoal.domain.fields import Field, Kind
from tests.unit.codearts.things import BERTH, NOON


@pytest.mark.parametrize("form", fields.KINDS)
def test_a_type_is_read_back_as_it_was_given(form: str) -> None:
    made = fields.new_field(NewCustomField("Berth", form, options="north, south"))
    kept = FormedField(made, fields.RADIO if form == fields.RADIO else None, NOON)
    (listed,) = fields.listed([kept], [], FieldFilter()).datas
    assert listed.type == form
    assert listed.options == ("north,south" if form in fields.CHOICES else "")


def test_a_choice_is_a_text_with_options_and_a_checkbox_a_list_of_them() -> None:
    chosen = fields.new_field(NewCustomField("Berth", "select", options="b,a,,b"))
    assert (chosen.kind, chosen.is_list, chosen.options) == (Kind.STRING, False, ("b", "a"))
    assert fields.new_field(NewCustomField("Berth", "checkbox", options="a")).is_list


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (NewCustomField("Berth", "user"), "type"),
        (NewCustomField("Berth", "select"), "options"),
        (NewCustomField("Berth", "radio", options=" , "), "options"),
    ],
)
def test_a_field_that_cannot_be_is_refused(asked: NewCustomField, name: str) -> None:
    with pytest.raises(WrongParameter, match=name):
        fields.new_field(asked)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (FieldFilter(), 2),
        (FieldFilter(custom_fields=[], names=[]), 2),
        (FieldFilter(names=["Berth"]), 1),
        (FieldFilter(custom_fields=["custom_field13"], names=["Berth"]), 2),
        (FieldFilter(custom_fields=["custom_field14"]), 0),
    ],
)
def test_fields_are_found_by_either_name(asked: FieldFilter, count: int) -> None:
    other = Field("custom.13", Kind.FLOAT, id=13, key="depth", names={"en": "Depth"})
    found = [FormedField(field, None, NOON) for field in (BERTH, other)]
    assert len(fields.listed(found, [], asked).datas) == count


@pytest.mark.parametrize(("given", "tracker"), [("7", 7), (7, 7), (None, None), ("", None), ("task", None), (-1, None)])
def test_the_type_that_a_field_was_made_for_is_given_back(given: int | str | None, tracker: int | None) -> None:
    made = fields.created(FormedField(BERTH, None, NOON), NewCustomField("Berth", "text", scrum_type=given))
    assert (made.tracker_id, made.identifier, made.memo) == (tracker, "custom_field12", "Where")
