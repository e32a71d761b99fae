"""Fields: the standard ones, the organisation's own, and those of a queue."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import get, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import fields, queues
from shoal.actions.fields import FieldsFound
from shoal.dialects.yandex import references
from shoal.dialects.yandex.dependencies import Payload, TheActor, TheDatabase, TheView
from shoal.dialects.yandex.field_names import READ_ONLY, domain_name, field_name
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.shapes import Answer, Body, LinkedAnswer
from shoal.dialects.yandex.values import WORDS
from shoal.dialects.yandex.view import View
from shoal.domain.errors import Invalid, NotFound
from shoal.domain.fields import Field, Kind
from shoal.domain.organisation import LANGUAGES

SCHEMA_TYPES: Mapping[Kind, str] = {
    **{kind: kind.value for kind in Kind if kind not in WORDS},
    Kind.DURATION: "timetracking",
    Kind.TYPE: "issuetype",
}
"""The wire's word for each kind. The kinds of `values.WORDS` are texts there."""
KINDS: Mapping[str, Kind] = {word.lower(): kind for kind, word in SCHEMA_TYPES.items()}
CLASS_PREFIX, CLASS_SUFFIX = "ru.yandex.startrek.core.fields.", "FieldType"
CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "system": {"en": "System", "ru": "Системные", "zh": "系统"},
    "custom": {"en": "Custom", "ru": "Пользовательские", "zh": "自定义"},
}
REQUIRED = frozenset({"summary", "type", "priority", "status", "queue", "author", "created_at", "key"})


class OptionsBody(Body):
    values: list[str] | None = None


class SchemaBody(Body):
    type: str
    items: str | None = None


class NewFieldBody(Body):
    name: str | dict[str, str | None]
    id: str | None = None
    key: str | None = None
    type: str | None = None
    items: str | None = None
    schema: SchemaBody | None = None
    description: str | None = None
    container: bool | None = None
    options_provider: OptionsBody | None = None
    order: int | None = None


class SchemaAnswer(Answer):
    type: str
    required: bool
    items: str | UnsetType = UNSET


class OptionsAnswer(Answer):
    type: str
    values: list[str]


class ProviderAnswer(Answer):
    type: str


class FieldAnswer(LinkedAnswer):
    id: str
    key: str
    name: str | dict[str, str]
    description: str
    version: int
    schema: SchemaAnswer
    readonly: bool
    options: bool
    suggest: bool
    options_provider: OptionsAnswer
    query_provider: ProviderAnswer
    order: int
    category: Short
    type: str
    queue: Short | UnsetType = UNSET


class CategoryAnswer(LinkedAnswer):
    id: str
    display: str
    name: str | dict[str, str]
    version: int


@get("/fields")
async def list_fields(db: TheDatabase, actor: TheActor, view: TheView) -> list[FieldAnswer]:
    return write(view, await fields.list_global(db, actor))


@post("/fields")
async def create_field(db: TheDatabase, actor: TheActor, view: TheView, payload: Payload[NewFieldBody]) -> FieldAnswer:
    return write(view, await fields.create_global(db, actor, read_new(payload)))[0]


@get("/fields/categories")
async def list_categories(view: TheView) -> list[CategoryAnswer]:
    return [write_category(view, key) for key in CATEGORIES]


@get("/fields/categories/{key:str}")
async def get_category(view: TheView, key: FromPath[str]) -> CategoryAnswer:
    if key not in CATEGORIES:
        raise NotFound("unknown_value", thing="category", value=key)
    return write_category(view, key)


@get("/fields/{name:str}")
async def get_field(db: TheDatabase, actor: TheActor, view: TheView, name: FromPath[str]) -> FieldAnswer:
    return write(view, await fields.get(db, actor, domain_name(name)))[0]


@get("/localFields")
async def list_local_fields(db: TheDatabase, actor: TheActor, view: TheView) -> list[FieldAnswer]:
    return write(view, await fields.list_local(db, actor))


@get("/queues/{ref:str}/fields")
async def list_fields_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[FieldAnswer]:
    """The global ones: a queue has them all. Its own are beside them."""
    await queues.get(db, actor, ref)
    return write(view, await fields.list_global(db, actor))


@get("/queues/{ref:str}/localFields")
async def list_local_fields_of_queue(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[FieldAnswer]:
    return write(view, await fields.list_local(db, actor, ref))


@post("/queues/{ref:str}/localFields")
async def create_local_field(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], payload: Payload[NewFieldBody]
) -> FieldAnswer:
    return write(view, await fields.create_local(db, actor, ref, read_new(payload)))[0]


@get("/queues/{ref:str}/localFields/{name:str}")
async def get_local_field(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], name: FromPath[str]
) -> FieldAnswer:
    return write(view, await fields.get_local(db, actor, ref, domain_name(name)))[0]


# --- in ------------------------------------------------------------------------------------------------------------


def read_new(sent: NewFieldBody) -> Field:
    """A custom field. Its type is a word of the schema, or the name of a class as the original service has them."""
    kind, is_list = _kind(sent)
    provider = sent.options_provider
    return Field(
        name="",
        kind=kind,
        is_list=is_list or bool(sent.container),
        key=sent.id or sent.key,
        names=_read_names(sent.name),
        description=sent.description or "",
        options=None if provider is None or provider.values is None else tuple(provider.values),
        position=sent.order or 0,
    )


def _kind(sent: NewFieldBody) -> tuple[Kind, bool]:
    word, items = (sent.schema.type, sent.schema.items) if sent.schema else (sent.type, sent.items)
    if word is None:
        raise Invalid("required", "type")
    is_list = word == "array"
    meant = (items or "") if is_list else word
    kind = KINDS.get(meant.removeprefix(CLASS_PREFIX).removesuffix(CLASS_SUFFIX).lower())
    if kind is None:
        raise Invalid("unknown_value", "type", thing="field_type", value=meant or word)
    return kind, is_list


def _read_names(name: str | dict[str, str | None]) -> dict[str, str]:
    """Names by language; English has one always."""
    given = {"en": name} if isinstance(name, str) else {tag: text for tag, text in name.items() if text}
    if not given:
        raise Invalid("required", "name")
    return {"en": next(iter(given.values())), **{tag: text for tag, text in given.items() if tag in LANGUAGES}}


# --- out -----------------------------------------------------------------------------------------------------------


def write(view: View, found: FieldsFound) -> list[FieldAnswer]:
    return [
        FieldAnswer(
            link=_link(view, field),
            id=field_name(field),
            key=field.key or field_name(field),
            name=view.names(_names(field)),
            description=field.description,
            version=field.version,
            schema=_schema(field),
            readonly=not field.is_editable or field.name in READ_ONLY,
            options=field.options is not None,
            suggest=field.is_reference,
            options_provider=_options(field),
            query_provider=ProviderAnswer(type=f"{field.kind.capitalize()}QueryProvider"),
            order=field.position,
            category=_category(view, "custom" if field.is_custom else "system"),
            type="standard" if field.queue_id is None else "local",
            queue=references.find(view, found.references, Kind.QUEUE, field.queue_id),
        )
        for field in found.fields
    ]


def write_short(view: View, field: Field) -> Short:
    """As in a changelog."""
    return Short(link=_link(view, field), id=field_name(field), display=view.name(_names(field)))


def write_category(view: View, key: str) -> CategoryAnswer:
    short = _category(view, key)
    return CategoryAnswer(
        link=short.link, id=short.id, display=short.display, name=view.names(CATEGORIES[key]), version=1
    )


def _category(view: View, key: str) -> Short:
    return Short(link=view.link("fields", "categories", key), id=key, display=view.name(CATEGORIES[key]))


def _link(view: View, field: Field) -> str:
    return view.link("fields", field_name(field))


def _names(field: Field) -> Mapping[str, str]:
    return field.names or {"en": field.name}


def _schema(field: Field) -> SchemaAnswer:
    word = SCHEMA_TYPES.get(field.kind, "string")
    required = field.name in REQUIRED
    # An issue shows its projects as one thing, not as an array.
    if not field.is_list or field.name == "projects":
        return SchemaAnswer(type=word, required=required)
    return SchemaAnswer(type="array", items=word, required=required)


def _options(field: Field) -> OptionsAnswer:
    if field.options is None:
        return OptionsAnswer(type="AllOptionsProvider", values=[])
    return OptionsAnswer(type="FixedListOptionsProvider", values=list(field.options))
