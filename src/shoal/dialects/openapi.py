"""OpenAPI 3.1 out of the handlers of a dialect and the types that they name. What a handler says is said once:

    @post("/v4/projects/{project_id:str}/module", status_code=200)
    async def create_project_module(project: TheProject, payload: Payload[NewModule]) -> Module:
        \"\"\"Make a module.\"\"\"

- the function's name is the operation's id, unless the decorator has one, the first line of its docstring the summary;
- the type of `payload` is the body's, the fields of the type of `params` are the parameters of the query string, beside
  those that other dependencies read from it;
- the answer is of the type that is returned, or what stands in the brackets of `Response[...]`; None has no content;
- a parameter annotated with `HeaderParameter(name=...)` is a required header;
- what reads the query string by itself has its parameters in `opt={"parameters": [...]}`, as they are described;
- status, `security`, `response_headers` and `deprecated` are those of the decorator.

The handlers are Litestar's, the types are msgspec's structs. What the types of their fields cannot say stands there, in
`Meta(extra_json_schema=...)`. A class's docstring is its description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter
from litestar.utils.signature import ParsedSignature

from shoal.dialects import idempotency

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Errors:
    """What may be answered instead: one shape, by status; `name` tells it from that of other parts."""

    name: str
    body: type
    statuses: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Handlers that belong together, under one tag."""

    tag: str
    handlers: Sequence[HTTPRouteHandler]
    errors: Errors


@dataclass(frozen=True, slots=True)
class About:
    """What is true of the whole dialect."""

    title: str
    version: str
    description: str
    schemes: Mapping[str, Schema]
    """The ways to say who asks, by name; any of them will do."""
    path_parameters: Mapping[str, Any]
    """The types of what stands in paths, by name; an unknown name is a text."""
    query_strings: Mapping[str, type] = field(default_factory=dict)
    """What dependencies read from the query string, by their names."""
    servers: Sequence[str] = ("/",)
    response_headers: Mapping[str, str] = field(default_factory=dict)
    """Those that every answer has, with what they say."""


def handlers_of(module: ModuleType) -> list[HTTPRouteHandler]:
    """The handlers that the module defines, in its order."""
    return [value for value in vars(module).values() if isinstance(value, HTTPRouteHandler)]


def document(about: About, parts: Sequence[Part]) -> Schema:
    """The whole description, ready to be written as JSON."""
    errors = {part.errors.name: part.errors for part in parts}
    handlers = [handler for part in parts for handler in part.handlers]
    return {
        "openapi": "3.1.0",
        "info": {"title": about.title, "version": about.version, "description": about.description},
        "servers": [{"url": url} for url in about.servers],
        "security": [{name: []} for name in about.schemes],
        "tags": [{"name": tag} for tag in dict.fromkeys(part.tag for part in parts)],
        "paths": _paths(about, parts),
        "components": {
            "schemas": _schemas(handlers, [one.body for one in errors.values()]),
            "responses": {
                f"{one.name}{status}": _content(about, one.body, text)
                for one in errors.values()
                for status, text in one.statuses.items()
            },
            "securitySchemes": dict(about.schemes),
        },
    }


# --- operations ----------------------------------------------------------------------------------------------------


def _paths(about: About, parts: Sequence[Part]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for part in parts:
        for handler in part.handlers:
            described = _operation(about, part, handler)
            for path in sorted(handler.paths):
                own = {**described, "operationId": _operation_id(handler, path)}
                here = found.setdefault(re.sub(r"\{(\w+)(:\w+)?\}", r"{\1}", path), {})
                here.update({str(method).lower(): own for method in handler.http_methods})
    return found


def _operation(about: About, part: Part, handler: HTTPRouteHandler) -> Schema:
    body = _taken(handler, "payload")
    content = {"required": True, "content": _json(_schema(body))}
    return {
        "summary": _summary(handler),
        "tags": [part.tag],
        "parameters": [
            *_in_path(about, handler),
            *_in_query(about, handler),
            *_in_header(handler),
            *_key(handler),
            *handler.opt.get("parameters", ()),
        ],
        "responses": _responses(about, part.errors, handler),
        **({"requestBody": content} if body is not None else {}),
        **({"security": list(handler.security)} if handler.security is not None else {}),
        **({"deprecated": True} if handler.deprecated else {}),
    }


def _operation_id(handler: HTTPRouteHandler, path: str) -> str:
    """Of several paths each has an id of its own, by its last word."""
    name = handler.operation_id if isinstance(handler.operation_id, str) else handler.fn.__name__
    return name if len(handler.paths) == 1 else f"{name}_{path.rpartition('/')[2].lstrip('_')}"


def _summary(handler: HTTPRouteHandler) -> str:
    words = handler.fn.__name__.replace("_", " ").capitalize()
    return (handler.fn.__doc__ or words).strip().partition("\n")[0].rstrip(".")


def _responses(about: About, errors: Errors, handler: HTTPRouteHandler) -> Schema:
    done = _content(about, _answer(handler), _summary(handler))
    own = {header.name: _header(str(header.description)) for header in handler.response_headers or ()}
    done["headers"].update(own)
    refused = {str(status): {"$ref": f"#/components/responses/{errors.name}{status}"} for status in errors.statuses}
    return {str(handler.status_code): done, **refused}


def _content(about: About, body: Any, description: str) -> Schema:
    headers = {name: _header(text) for name, text in about.response_headers.items()}
    content = {} if body is None else {"content": _json(_schema(body))}
    return {"description": description, "headers": headers, **content}


def _header(description: str) -> Schema:
    return {"description": description, "schema": {"type": "string"}}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


# --- parameters ----------------------------------------------------------------------------------------------------


def _signature(handler: HTTPRouteHandler) -> ParsedSignature:
    """Not the one that the handler keeps: Litestar copies what a handler keeps, and Meta cannot be copied."""
    return ParsedSignature.from_fn(handler.fn, handler.resolve_signature_namespace())


def _in_path(about: About, handler: HTTPRouteHandler) -> Iterator[Schema]:
    for name in re.findall(r"\{(\w+)", min(handler.paths)):
        yield _parameter(name, "path", _schema(about.path_parameters.get(name, str)), is_required=True)


def _in_query(about: About, handler: HTTPRouteHandler) -> Iterator[Schema]:
    """The fields of the structs. Null cannot be written in a query string."""
    for taken in _signature(handler).parameters.values():
        shape = taken.annotation if taken.name == "params" else about.query_strings.get(taken.name)
        if shape is not None:
            for name, schema in _components([shape])[shape.__name__]["properties"].items():
                yield _parameter(name, "query", _without_null(schema), is_required=False)


def _in_header(handler: HTTPRouteHandler) -> Iterator[Schema]:
    for taken in _signature(handler).parameters.values():
        if isinstance(taken.kwarg_definition, HeaderParameter):
            yield _parameter(taken.kwarg_definition.name or taken.name, "header", {"type": "string"}, is_required=True)


def _key(handler: HTTPRouteHandler) -> Iterator[Schema]:
    """What everybody may send who is known, with whatever changes something."""
    if idempotency.changes_something(handler) and handler.security is None:
        yield _parameter("Idempotency-Key", "header", idempotency.SCHEMA, is_required=False)


def _parameter(name: str, place: str, schema: Schema, *, is_required: bool) -> Schema:
    return {"name": name, "in": place, "required": is_required, "schema": schema}


def _without_null(schema: Schema) -> Schema:
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}
    if isinstance(schema.get("type"), list):
        types = [kind for kind in schema["type"] if kind != "null"]
        return {**schema, "type": types[0] if len(types) == 1 else types}
    return schema


# --- schemas -------------------------------------------------------------------------------------------------------

TEMPLATE = "#/components/schemas/{name}"


def _schemas(handlers: Sequence[HTTPRouteHandler], errors: Sequence[Any]) -> dict[str, Schema]:
    """Those of bodies and of answers; a type is one or the other, for they promise different things."""
    bodies = _components(filter(None, (_taken(handler, "payload") for handler in handlers)))
    answers = _answers([*filter(None, map(_answer, handlers)), *errors])
    if twice := bodies.keys() & answers.keys():
        raise ValueError(f"both a body and an answer: {', '.join(sorted(twice))}")
    return {**bodies, **answers}


def _taken(handler: HTTPRouteHandler, name: str) -> Any:
    """The type of the parameter; None for a handler without it."""
    taken = _signature(handler).parameters.get(name)
    return None if taken is None else taken.raw


def _answer(handler: HTTPRouteHandler) -> Any:
    """The type of the answer's body; None for an answer without one."""
    returned = _signature(handler).return_type
    kind = returned.inner_types[0].raw if returned.is_subclass_of(Response) else returned.raw
    return None if kind in (None, type(None)) else kind


def _answers(types: Iterable[Any]) -> dict[str, Schema]:
    """A default is never left out of an answer, so nothing that has one may be missing."""
    found = _components(types)
    for schema in found.values():
        parts = schema.get("properties", {})
        always = [name for name, part in parts.items() if "default" in part or name in schema.get("required", ())]
        schema.update({"required": always, "additionalProperties": False})
        for part in parts.values():
            part.pop("default", None)
    return found


def _components(types: Iterable[Any]) -> dict[str, Schema]:
    return {name: _plain(schema) for name, schema in _generate(types)[1].items()}


def _schema(kind: Any) -> Schema:
    found: Schema = _plain(_generate([kind])[0][0])
    return found


def _generate(types: Iterable[Any]) -> tuple[Any, dict[str, Any]]:
    return msgspec.json.schema_components(list(dict.fromkeys(types)), ref_template=TEMPLATE)


def _plain(schema: Any) -> Any:
    """The same in fewer words: several types of which nothing more is said are one list of types."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _plain(part) for name, part in schema.items()}
    kinds = found.get("anyOf")
    if kinds and all(kind.keys() == {"type"} for kind in kinds):
        del found["anyOf"]
        found = {"type": [kind["type"] for kind in kinds], **found}
    return found
