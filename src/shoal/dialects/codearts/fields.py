"""Custom fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import post

from shoal.actions import fields, queues
from shoal.actions.fields import FormedField
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.bodies import ITEM, MANY, Body, Number, Text, form
from shoal.dialects.codearts.dependencies import Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.tables import TRACKERS
from shoal.dialects.codearts.values import Answer, moment
from shoal.dialects.http import LARGEST, LISTS
from shoal.dialects.idempotency import READING
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.errors import WrongParameter
from shoal.domain.fields import Field, Kind

CHOICES = frozenset({"select", "radio", "checkbox"})
KINDS: Mapping[str, Kind] = {
    "textArea": Kind.TEXT,
    "text": Kind.STRING,
    "select": Kind.STRING,
    "radio": Kind.STRING,
    "checkbox": Kind.STRING,
    "number": Kind.FLOAT,
    "date": Kind.DATE,
    "time_date": Kind.DATETIME,
}
RADIO = "radio"
"""The one type that is like another to the core; kept, so that it is read back."""


class FieldFilter(Body):
    """Fields of any of these names; without a name all. Every field is in use here, and none left out for not being."""

    custom_fields: Annotated[list[str], MANY] | None = None
    names: Annotated[list[str], MANY] | None = None
    included_not_in_use: bool | None = None

    def has(self, wire_name: str, name: str) -> bool:
        if not (self.custom_fields or self.names):
            return True
        return wire_name in (self.custom_fields or ()) or name in (self.names or ())


class NewCustomField(Body):
    """`scrum_type` is the type that it is made for; a field here is for all types."""

    name: Text
    type: Annotated[str, form(enum=list(KINDS))]
    options: str | None = None
    memo: str | None = None
    scrum_type: Annotated[Number, form(minimum=-LARGEST, maximum=LARGEST)] | None = None


class ListedField(Answer):
    name: str
    custom_field: str
    options: str
    type: str
    tracker_ids: list[int]
    create_time: str | None


class FieldList(Answer):
    datas: list[ListedField]


class CreatedField(Answer):
    id: int | None
    identifier: str
    custom_field: str
    name: str
    type: str
    options: str
    memo: str
    project_id: int | None
    tracker_id: int | None
    sort: int | None
    created: str | None
    modified: str | None
    region: str = ids.REGIONS[0]
    is_delete: bool = False


@post("/v4/projects/{project_id:str}/issues/custom-fields", status_code=200, opt=READING, request_max_body_size=LISTS)
async def list_issue_custom_fields(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[FieldFilter]
) -> FieldList:
    """Custom fields."""
    types = await queues.list_types(db, actor, str(project.id))
    return listed(await fields.list_of_queue(db, actor, str(project.id)), types, payload)


@post("/v3/{project_id:str}/custom-fields", status_code=200)
async def create_customfields(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[NewCustomField]
) -> CreatedField:
    """Make a custom field."""
    form = RADIO if payload.type == RADIO else None
    return created(await fields.create_named(db, actor, str(project.id), new_field(payload), form=form), payload)


# --- what is sent --------------------------------------------------------------------------------------------------


def new_field(asked: NewCustomField) -> Field:
    if asked.type not in KINDS:
        raise WrongParameter("type", "one_of_expected", values=", ".join(KINDS))
    return Field(
        name="",
        kind=KINDS[asked.type],
        is_list=asked.type == "checkbox",
        names={"en": asked.name},
        description=asked.memo or "",
        options=_options(asked.options) if asked.type in CHOICES else None,
    )


def _options(text: str | None) -> tuple[str, ...]:
    options = tuple(dict.fromkeys(option.strip() for option in (text or "").split(",") if option.strip()))
    if not options:
        raise WrongParameter("options", "options_with_commas")
    return options


def _tracker(asked: NewCustomField) -> int | None:
    text = str(asked.scrum_type or "").strip()
    return int(text) if ITEM.fullmatch(text) else None


# --- what is answered ----------------------------------------------------------------------------------------------


def listed(found: Sequence[FormedField], types: Sequence[CatalogueEntry], asked: FieldFilter) -> FieldList:
    """Each is for every type of the project."""
    trackers = sorted(TRACKERS.number(entry.key, entry.id) for entry in types)
    return FieldList(
        datas=[
            ListedField(
                name=_name(one),
                custom_field=wire_name(one.field),
                options=",".join(one.field.options or ()),
                type=one.form or field_type(one.field),
                tracker_ids=trackers,
                create_time=moment(one.created_at),
            )
            for one in found
            if asked.has(wire_name(one.field), _name(one))
        ]
    )


def created(one: FormedField, asked: NewCustomField) -> CreatedField:
    return CreatedField(
        id=one.field.id,
        identifier=wire_name(one.field),
        custom_field=wire_name(one.field),
        name=_name(one),
        type=one.form or field_type(one.field),
        options=",".join(one.field.options or ()),
        memo=one.field.description,
        project_id=one.field.queue_id,
        tracker_id=_tracker(asked),
        sort=one.field.position,
        created=moment(one.created_at),
        modified=moment(one.created_at),
    )


def _name(one: FormedField) -> str:
    return (one.field.names or {}).get("en", "")


def wire_name(field: Field) -> str:
    return f"custom_field{field.id}"


FIELD_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "textArea",
    Kind.INTEGER: "number",
    Kind.FLOAT: "number",
    Kind.DATE: "date",
    Kind.DATETIME: "time_date",
}


def field_type(field: Field) -> str:
    if field.options is not None:
        return "checkbox" if field.is_list else "select"
    return FIELD_TYPES.get(field.kind, "text")
