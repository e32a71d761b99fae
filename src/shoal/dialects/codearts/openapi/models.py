"""The models of bodies and answers, out of their two tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from shoal.dialects.codearts.openapi.words import RULES, WORDS, Schema

DEFINITION = re.compile(r"(?P<names>[\w, \n]+):\s(?P<fields>.+)", re.DOTALL)
FIELD = re.compile(r"(?P<more>\+?)(?P<name>\w+)(?P<mark>[!?]?) (?P<type>\S+)")
ARRAY = re.compile(r"array<(.+)>")
SCALARS = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a table: `mark` is `!` for one that must be there, `?` for one that may be missing, or empty."""

    name: str
    type: str
    mark: str
    is_more: bool
    """Whether the vendor's model does not have it."""


def table(name: str) -> dict[str, list[Field]]:
    """The fields of every model of a table, as they stand there."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    found: dict[str, list[Field]] = {}
    for definition in re.split(r"\n(?! )", lines):
        names, fields = _split(definition)
        for model in names:
            found[model] = fields
    return found


def _split(definition: str) -> tuple[list[str], list[Field]]:
    parts = DEFINITION.fullmatch(definition)
    assert parts is not None, definition
    return [name.strip() for name in parts["names"].split(",")], list(_fields(parts["fields"]))


def _fields(text: str) -> Iterator[Field]:
    for part in text.split(","):
        field = FIELD.fullmatch(part.strip())
        assert field is not None, part
        yield Field(field["name"], field["type"], field["mark"], bool(field["more"]))


def schemas() -> dict[str, Schema]:
    """By name, as they stand among the components of the document."""
    answers = {name: _answer(fields) for name, fields in table("answers.txt").items()}
    bodies = {name: {**_body(fields), **RULES.get(name, {})} for name, fields in table("bodies.txt").items()}
    return {**answers, **bodies, **WORDS}


def _answer(fields: list[Field]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _nullable(field.type, but_arrays=True) for field in fields},
        "required": [field.name for field in fields if field.mark != "?"],
        "additionalProperties": False,
    }


def _body(fields: list[Field]) -> Schema:
    """Null is as good as nothing; what is not known is ignored."""
    properties = {field.name: _type(field.type) if field.mark == "!" else _nullable(field.type) for field in fields}
    required = [field.name for field in fields if field.mark == "!"]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _nullable(kind: str, *, but_arrays: bool = False) -> Schema:
    schema = _type(kind)
    if not schema or (but_arrays and schema.get("type") == "array"):
        return schema
    if kind in SCALARS:
        return {"type": [kind, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _type(kind: str) -> Schema:
    if kind == "any":
        return {}
    if kind in SCALARS:
        return {"type": kind}
    if match := ARRAY.fullmatch(kind):
        return {"type": "array", "items": _type(match[1])}
    return reference("schemas", kind)


def reference(section: str, name: str) -> Schema:
    return {"$ref": f"#/components/{section}/{name}"}
