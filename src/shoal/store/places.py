"""Where the value of a field lies, and what an edit makes of it, in SQL.

A place reads the value from the row under way and puts the new one back; between the two all fields are alike, be they
columns, long text or custom. Values are bound parameters; names come from `domain.fields` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal, Placeholder

from shoal.domain.fields import REFERENCE_KINDS, STANDARD, Field, Kind
from shoal.domain.patch import AddNumber, AdjustList, FieldEdit, Given, SetTo

APART = frozenset(standard.column for standard in STANDARD.values() if standard.is_apart)

TYPES: Mapping[Kind, str] = {
    Kind.DURATION: "bigint",
    Kind.INTEGER: "bigint",
    Kind.FLOAT: "double precision",
    Kind.BOOLEAN: "boolean",
    **dict.fromkeys(REFERENCE_KINDS, "bigint"),
}
"""PostgreSQL types of values; text where none is named. A column may be narrower than its values' type."""
COLUMN_TYPES: Mapping[Kind, str] = {**TYPES, Kind.DATE: "date", Kind.DATETIME: "timestamptz"}
"""Types of columns; custom values are JSON, where dates stay text."""


@dataclass(slots=True)
class Bound:
    """The parameters of a statement under way."""

    values: dict[str, Any] = field(default_factory=dict)

    def put(self, value: Any, cast: str) -> Composed:
        """Bind a value and give its place in the statement, with its PostgreSQL type."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return SQL("{}::{}").format(Placeholder(name), SQL(cast))


class Row(dict[str, Composable]):
    """What a plan makes of an issue: the new value by column, over the row `issue` and, for long text, `issue_text`.
    A column that is not set keeps its value."""

    def __missing__(self, name: str) -> Composed:
        return column(name)


def column(name: str) -> Composed:
    """The value that a column has before the change."""
    return SQL("{}").format(Identifier("issue_text" if name in APART else "issue", name))


@dataclass(frozen=True, slots=True)
class Column:
    """A field with a column of its own."""

    field: Field
    name: str

    @property
    def type(self) -> str:
        return COLUMN_TYPES.get(self.field.kind, "text")

    def read(self, row: Row) -> Composable:
        return row[self.name]

    def write(self, row: Row, value: Composable) -> None:
        row[self.name] = value

    def before(self) -> Composable:
        return column(self.name) if self.field.is_apart else SQL("old.{}").format(Identifier(self.name))

    def after(self, row: Row) -> Composable:
        return row[self.name] if self.field.is_apart else SQL("new.{}").format(Identifier(self.name))


@dataclass(frozen=True, slots=True)
class Custom:
    """A field among those of the column `custom`, by its id; an empty value is absent there."""

    field: Field

    @property
    def type(self) -> str:
        return TYPES.get(self.field.kind, "text")

    @property
    def id(self) -> Literal:
        return Literal(str(self.field.id))

    def read(self, row: Row) -> Composable:
        return typed(SQL("{} -> {}").format(row["custom"], self.id), self)

    def write(self, row: Row, value: Composable) -> None:
        row["custom"] = SQL("with_custom({}, {}, to_jsonb({}))").format(row["custom"], self.id, value)

    def before(self) -> Composable:
        return SQL("old.custom -> {}").format(self.id)

    def after(self, row: Row) -> Composable:
        return SQL("new.custom -> {}").format(self.id)


Place = Column | Custom


def place_of(edited: Field) -> Place:
    return Column(edited, edited.column) if edited.column is not None else Custom(edited)


def empty(place: Place) -> Composable:
    """What the field holds without a value."""
    if place.field.is_list:
        return SQL("'{{}}'::{}[]").format(SQL(place.type))
    return SQL("''") if place.field.is_apart else SQL("NULL::{}").format(SQL(place.type))


def or_null(place: Place, value: Composable) -> Composable:
    """The value, or NULL if it is what the field holds without one."""
    can_be_empty = place.field.is_list or place.field.is_apart
    return SQL("nullif({}, {})").format(value, empty(place)) if can_be_empty else value


def typed(json: Composable, place: Place) -> Composable:
    """A value of the field that is given as JSON."""
    if place.field.is_list:
        return SQL("ARRAY(SELECT jsonb_array_elements_text(nullif({}, 'null')))::{}[]").format(json, SQL(place.type))
    return SQL("(({}) #>> '{{}}')::{}").format(json, SQL(place.type))


# --- what an edit makes of a value ---------------------------------------------------------------------------------


def edited(edit: FieldEdit, place: Place, row: Row, bound: Bound) -> Composable:
    """The new value of the field."""
    now = place.read(row)
    match edit:
        case SetTo(None):
            return empty(place)
        case SetTo(tuple() as values, if_empty):
            new = bound.put(list(values), f"{place.type}[]")
        case SetTo(value, if_empty):
            new = bound.put(value, place.type)
        case AddNumber(amount):
            return SQL("({})::{}").format(added(amount, place, row, bound), SQL(place.type))
        case AdjustList():
            return _adjusted(now, edit, place.type, bound)
        case Given(path):
            given = SQL("given.values #> {}").format(bound.put(list(path), "text[]"))
            return SQL("CASE WHEN {} IS NULL THEN {} ELSE coalesce({}, {}) END").format(
                given, now, typed(given, place), empty(place)
            )
    return SQL("coalesce({}, {})").format(or_null(place, now), new) if if_empty else new


def added(amount: Decimal, place: Place, row: Row, bound: Bound) -> Composable:
    """The sum before it is made to fit the field: as a `numeric` no sum is too large. A float goes there by way of its
    text, or it would keep fifteen digits only."""
    through = SQL("::text" if place.field.kind is Kind.FLOAT else "")
    return SQL("(coalesce({}, 0){}::numeric + {})").format(place.read(row), through, bound.put(amount, "numeric"))


def _adjusted(base: Composable, edit: AdjustList, cast: str, bound: Bound) -> Composable:
    """An array after elements were taken out, exchanged and appended, in that order."""
    if edit.remove:
        base = SQL(
            "ARRAY(SELECT had FROM unnest({}) WITH ORDINALITY AS u (had, place) WHERE had <> ALL({}) ORDER BY place)"
        ).format(base, bound.put(list(edit.remove), f"{cast}[]"))
    if edit.replace:
        targets, replacements = zip(*edit.replace, strict=True)
        base = SQL(
            "ARRAY(SELECT coalesce(pair.new, had) FROM unnest({}) WITH ORDINALITY AS u (had, place)"
            " LEFT JOIN unnest({}, {}) AS pair (old, new) ON pair.old = had"
            " GROUP BY 1 ORDER BY min(place))"
        ).format(base, bound.put(list(targets), f"{cast}[]"), bound.put(list(replacements), f"{cast}[]"))
    if edit.add:
        base = SQL(
            "({0} || ARRAY(SELECT new FROM unnest({1}) WITH ORDINALITY AS u (new, place)"
            " WHERE new <> ALL({0}) ORDER BY place))"
        ).format(base, bound.put(list(edit.add), f"{cast}[]"))
    return base
