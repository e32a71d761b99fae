"""The bodies about custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read.bodies import Number
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


class _NewField(Struct, frozen=True):
    name: str
    type: str
    options: str | None = None
    memo: str | None = None
    scrum_type: Number | None = None


@dataclass(frozen=True, slots=True)
class NewField:
    """`tracker` is the type that was named for it; a field here is for all types."""

    field: Field
    form: str | None
    tracker: int | None


def new_field(raw: bytes) -> NewField:
    asked = bodies.decode(raw, _NewField)
    if asked.type not in KINDS:
        raise WrongParameter("type", f"one of {', '.join(KINDS)} is expected")
    field = Field(
        name="",
        kind=KINDS[asked.type],
        is_list=asked.type == "checkbox",
        names={"en": asked.name},
        description=asked.memo or "",
        options=_options(asked.options) if asked.type in CHOICES else None,
    )
    tracker = str(asked.scrum_type or "").strip()
    return NewField(
        field, RADIO if asked.type == RADIO else None, int(tracker) if bodies.ITEM.fullmatch(tracker) else None
    )


def _options(text: str | None) -> tuple[str, ...]:
    options = tuple(dict.fromkeys(option.strip() for option in (text or "").split(",") if option.strip()))
    if not options:
        raise WrongParameter("options", "the values to choose from are expected, with commas between")
    return options


class _Query(Struct, frozen=True):
    custom_fields: list[str] | None = None
    names: list[str] | None = None
    included_not_in_use: bool | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fields are to be listed: those of any of these names; without a name all. An empty list is none."""

    fields: frozenset[str]
    names: frozenset[str]

    def has(self, wire_name: str, name: str) -> bool:
        return not (self.fields or self.names) or wire_name in self.fields or name in self.names


def wanted(raw: bytes) -> Wanted:
    """Every field is in use here, so nothing is to be left out for not being."""
    asked = bodies.decode(raw, _Query)
    return Wanted(frozenset(asked.custom_fields or ()), frozenset(asked.names or ()))
