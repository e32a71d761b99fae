"""The filter language's tree: what a query asks, not how it was spelt.

Nodes only. Each dialect has a parser of its own that makes this tree; `store/search` turns it into SQL. What a value
means depends on the type of its field, which only the database knows for custom fields, so values stay as written.
`at` is a node's place in the text, for messages; two trees that differ only in places are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import field as attribute
from datetime import timedelta
from enum import Enum
from typing import TypeAlias


class Operator(Enum):
    NOT = "!"
    EXACTLY = "#"
    NOT_EXACTLY = "~"
    AFTER = ">"
    BEFORE = "<"
    FROM = ">="
    UNTIL = "<="


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that is none of the standard ones: by key, name or `custom.<id>`, of one queue or of any. `written` is
    the name as it was given, where that is another."""

    name: str
    queue: str | None = None
    written: str | None = field(default=None, compare=False)


# A standard field by its name in domain/fields.py, one of QUERY_ONLY below, or a custom field.
FieldRef: TypeAlias = "str | CustomField"

# What a query may ask of an issue that is not a field of it. store/search says which of them it can answer.
QUERY_ONLY = frozenset(
    {
        "status_category",
        "comment",
        "comment_author",
        "history",
        "related",
        "linked_to",
        "children",
        "epic_issues",
        "queue_lead",
        "component_lead",
        "previous_queue",
        "relates",
        "depends_on",
        "is_dependent_by",
        "duplicates",
        "is_duplicated_by",
        "clones",
        "linked_queue",
        "favorited_by",
        "voted_by",
        "saved_filter",
        "pending_reply_from",
        "sprint_in_progress_by_board",
        "sprints_by_board",
    }
)


# --- values --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A word, a number, a date or a quoted string, as written."""

    text: str
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Login:
    """Exactly the user of this login."""

    login: str
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Id:
    """The thing with this id, of whatever kind the field holds; none if there is no such thing."""

    id: int
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """`name` is in small letters. `argument` is that of group()."""

    name: str
    argument: str | None = None
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Shifted:
    """A moment or a period moved in time."""

    base: Literal | Function
    by: timedelta
    at: int | None = attribute(default=None, compare=False)


Point: TypeAlias = Literal | Login | Id | Function | Shifted


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends belong to it; None is an open end."""

    first: Point | None
    last: Point | None
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """The field was changed so; what is None may be anything."""

    before: Operand | None = None
    after: Operand | None = None
    by: Operand | None = None
    date: Operand | None = None
    at: int | None = attribute(default=None, compare=False)


Value: TypeAlias = Point | Range | Changed


@dataclass(frozen=True, slots=True)
class Operand:
    value: Value
    operator: Operator | None = None
    at: int | None = attribute(default=None, compare=False)


# --- terms ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """The field is any of the operands; those with NOT or NOT_EXACTLY must each hold."""

    field: FieldRef
    operands: tuple[Operand, ...]
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """The words are in the summary, the description or a comment."""

    text: str
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """Unquoted words before a colon: `condition` if there is a custom field of that name, else `otherwise`."""

    condition: Condition
    otherwise: And


@dataclass(frozen=True, slots=True)
class And:
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Or:
    terms: tuple[Term, ...]


Term: TypeAlias = And | Or | Text | Condition | Either


@dataclass(frozen=True, slots=True)
class Sort:
    field: FieldRef
    descending: bool = False
    at: int | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """No `where`: every issue that the asker may see."""

    where: Term | None = None
    sort: tuple[Sort, ...] = ()


def walk(term: Term | None) -> Iterator[Term]:
    """The term and all terms in it, those of both readings of an Either included."""
    waiting: list[Term] = [] if term is None else [term]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, And | Or):
            waiting.extend(reversed(node.terms))
        elif isinstance(node, Either):
            waiting.extend((node.otherwise, node.condition))
