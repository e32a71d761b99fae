"""The bodies of requests for queues, components, versions, fields and sprints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from msgspec import UNSET, UnsetType

from shoal.dialects.http import Params, decode
from shoal.dialects.yandex.read import values
from shoal.dialects.yandex.write.field import SCHEMA_TYPES
from shoal.domain.component import ComponentEdit, NewComponent
from shoal.domain.errors import Invalid
from shoal.domain.fields import Field, Kind
from shoal.domain.organisation import LANGUAGES
from shoal.domain.patch import Operand
from shoal.domain.queue import NewQueue, NewQueueType, Section
from shoal.domain.sprint import NewSprint
from shoal.domain.version import NewVersion, VersionEdit


class _Body(msgspec.Struct, rename="camel"):
    """Keys that are not told of are no error: clients send what they got."""


# --- queues --------------------------------------------------------------------------------------------------------


class _TypeConfig(_Body):
    issue_type: object
    workflow: object = None
    resolutions: list[object] | None = None


class _Queue(_Body):
    key: str
    name: str
    description: str | None = None
    lead: object = None
    default_type: object = None
    default_priority: object = None
    issue_types_config: list[_TypeConfig] | None = None


def new_queue(body: bytes) -> NewQueue:
    asked = decode(body, _Queue)
    return NewQueue(
        key=asked.key,
        name=asked.name,
        description=asked.description or "",
        lead=_operand("lead", Kind.USER, asked.lead),
        default_type=_operand("defaultType", Kind.TYPE, asked.default_type),
        default_priority=_operand("defaultPriority", Kind.PRIORITY, asked.default_priority),
        types=tuple(_new_type(config) for config in asked.issue_types_config or ()),
    )


def _new_type(config: _TypeConfig) -> NewQueueType:
    part = "issueTypesConfig"
    return NewQueueType(
        type=values.operand(part, Kind.TYPE, config.issue_type),
        workflow=_operand(part, Kind.STRING, config.workflow),
        resolutions=tuple(values.operand(part, Kind.RESOLUTION, one) for one in config.resolutions or ()),
    )


SECTIONS: Mapping[str, frozenset[Section]] = {
    "all": frozenset(Section),
    "projects": frozenset({Section.PROJECTS}),
    "components": frozenset({Section.COMPONENTS}),
    "versions": frozenset({Section.VERSIONS}),
    "types": frozenset({Section.TYPES}),
    "issueTypesConfig": frozenset({Section.TYPES}),
    "team": frozenset({Section.TEAM}),
    "workflows": frozenset({Section.TYPES, Section.WORKFLOWS}),
    "fields": frozenset({Section.FIELDS}),
}


def sections(params: Params) -> frozenset[Section]:
    """What `expand` asks for; unknown names ask for nothing."""
    return frozenset().union(*(SECTIONS.get(word, frozenset()) for word in params.words("expand")))


# --- components ----------------------------------------------------------------------------------------------------


class _NewComponent(_Body):
    name: str
    queue: object
    description: str | None = None
    lead: object = None
    assign_auto: bool | None = None


def new_component(body: bytes) -> NewComponent:
    asked = decode(body, _NewComponent)
    return NewComponent(
        queue=values.queue(asked.queue),
        name=asked.name,
        description=asked.description or "",
        lead=_operand("lead", Kind.USER, asked.lead),
        assign_auto=bool(asked.assign_auto),
    )


class _ComponentEdit(_Body):
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    lead: object = UNSET
    assign_auto: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


def component_edit(body: bytes) -> ComponentEdit:
    asked = decode(body, _ComponentEdit)
    return ComponentEdit(
        name=asked.name,
        description=_text(asked.description),
        lead=UNSET if asked.lead is UNSET else _operand("lead", Kind.USER, asked.lead),
        assign_auto=asked.assign_auto,
        archived=asked.archived,
    )


# --- versions ------------------------------------------------------------------------------------------------------


class _NewVersion(_Body):
    queue: object
    name: str
    description: str | None = None
    start_date: date | None = None
    due_date: date | None = None


def new_version(body: bytes) -> NewVersion:
    asked = decode(body, _NewVersion)
    return NewVersion(
        queue=values.queue(asked.queue),
        name=asked.name,
        description=asked.description or "",
        start_date=asked.start_date,
        due_date=asked.due_date,
    )


class _VersionEdit(_Body):
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    start_date: date | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    released: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


def version_edit(body: bytes) -> VersionEdit:
    asked = decode(body, _VersionEdit)
    return VersionEdit(
        name=asked.name,
        description=_text(asked.description),
        start_date=asked.start_date,
        due_date=asked.due_date,
        released=asked.released,
        archived=asked.archived,
    )


def nothing(body: bytes) -> None:
    """The body of an action that needs none: clients send an empty object all the same."""
    if body.strip() not in (b"", b"null"):
        decode(body, dict)


# --- fields --------------------------------------------------------------------------------------------------------


class _Options(_Body):
    values: list[str] | None = None


class _Schema(_Body):
    type: str
    items: str | None = None


class _NewField(_Body):
    name: str | dict[str, str | None]
    id: str | None = None
    key: str | None = None
    type: str | None = None
    items: str | None = None
    schema: _Schema | None = None
    description: str | None = None
    container: bool | None = None
    options_provider: _Options | None = None
    order: int | None = None


CLASS_PREFIX, CLASS_SUFFIX = "ru.yandex.startrek.core.fields.", "FieldType"
KINDS: Mapping[str, Kind] = {word.lower(): kind for kind, word in SCHEMA_TYPES.items()}


def new_field(body: bytes) -> Field:
    """A custom field. Its type is a word of the schema, or the name of a class as the original service has them."""
    asked = decode(body, _NewField)
    kind, is_list = _kind(asked)
    provider = asked.options_provider
    return Field(
        name="",
        kind=kind,
        is_list=is_list or bool(asked.container),
        key=asked.id or asked.key,
        names=_names(asked.name),
        description=asked.description or "",
        options=None if provider is None or provider.values is None else tuple(provider.values),
        position=asked.order or 0,
    )


def _kind(asked: _NewField) -> tuple[Kind, bool]:
    word, items = (asked.schema.type, asked.schema.items) if asked.schema else (asked.type, asked.items)
    if word is None:
        raise Invalid({"type": "a value is required"})
    is_list = word == "array"
    meant = (items or "") if is_list else word
    kind = KINDS.get(meant.removeprefix(CLASS_PREFIX).removesuffix(CLASS_SUFFIX).lower())
    if kind is None:
        raise Invalid({"type": f"there is no type of field {meant or word}"})
    return kind, is_list


def _names(name: str | dict[str, str | None]) -> dict[str, str]:
    """Names by language; English has one always."""
    given = {"en": name} if isinstance(name, str) else {tag: text for tag, text in name.items() if text}
    if not given:
        raise Invalid({"name": "a value is required"})
    return {"en": next(iter(given.values())), **{tag: text for tag, text in given.items() if tag in LANGUAGES}}


# --- sprints -------------------------------------------------------------------------------------------------------


class _NewSprint(_Body):
    name: str
    board: object
    start_date: date | None = None
    end_date: date | None = None


def new_sprint(body: bytes) -> NewSprint:
    asked = decode(body, _NewSprint)
    board = values.operand("board", Kind.STRING, asked.board)
    return NewSprint(board=board, name=asked.name, start_date=asked.start_date, end_date=asked.end_date)


# --- parts ---------------------------------------------------------------------------------------------------------


def _operand(part: str, kind: Kind, value: object) -> Operand | None:
    return None if value is None else values.operand(part, kind, value)


def _text(value: str | UnsetType | None) -> str | UnsetType:
    return "" if value is None else value
