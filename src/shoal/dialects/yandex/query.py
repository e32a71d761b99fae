"""Yandex Tracker's query language, and the `filter` and `order` of a search, into the tree of `domain.query`.

Pure: what a name or a value stands for is found out when the tree becomes SQL. Whatever the input is, the answer is a
tree or a QuerySyntaxError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from shoal.dialects import spelling
from shoal.dialects.yandex import ids
from shoal.dialects.yandex.query_complaints import character_complaint, token_complaint
from shoal.dialects.yandex.query_names import FIELDS, fold
from shoal.dialects.yandex.query_tokens import Name, Names, custom_field, unquote
from shoal.domain.errors import QuerySyntaxError
from shoal.domain.query import (
    And,
    Changed,
    Condition,
    Either,
    FieldRef,
    Function,
    Literal,
    Login,
    Operand,
    Operator,
    Or,
    Point,
    Query,
    Range,
    Shifted,
    Sort,
    Term,
    Text,
)

# A longer query is a list of keys, and for that there are better ways.
MAX_LENGTH = 65_536
FUNCTIONS = frozenset(
    {"empty", "notempty", "me", "now", "today", "week", "month", "quarter", "year", "unresolved", "group"}
)
# What PostgreSQL cannot store, and so no issue can hold.
IMPOSSIBLE = re.compile(r"[\x00\ud800-\udfff]")
INTERVAL = re.compile(r"\s*(?:[0-9]{1,6}[wdhms]\s*)+", re.IGNORECASE)
UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
CALL = re.compile(r"\s*[A-Za-z]+\(\s*\)\s*(?:[+-]\s*\"?[0-9wdhms\s]+\"?\s*)?", re.IGNORECASE)

T = TypeVar("T")


def parse(text: str) -> Query:
    """The tree of a query; an empty one asks for every issue."""
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError("query_too_long", most=MAX_LENGTH)
    _check_characters(text)
    parser = LARK.parse_interactive("")
    token = None
    try:
        for token in LARK.lex(text):
            parser.feed_token(token)
        return _result(parser.feed_eof(token))  # type: ignore[no-untyped-call]  # Lark's
    except UnexpectedCharacters as error:
        raise character_complaint(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        raise token_complaint(text, error.token, error.accepts or error.expected) from None


MOST_VALUES = 10_000
"""In one filter, those that come twice counted twice."""
MOST_KEYS = 100
"""To sort by."""


def filter_query(filter: Mapping[str, object]) -> Query:
    """The tree of a search's `filter`: every field is one of its values."""
    values = sum(len(value) if isinstance(value, list) else 1 for value in filter.values())
    if values > MOST_VALUES:
        raise QuerySyntaxError("too_many_values", most=MOST_VALUES)
    terms = tuple(Condition(_field(name), _operands(name, value)) for name, value in filter.items())
    return Query(_joined(And, terms) if terms else None)


def order(keys: str | Sequence[object] | None) -> tuple[Sort, ...]:
    """The tree of a search's `order`: `["+status", "-updated"]`, or the same separated by commas."""
    listed = keys.split(",", MOST_KEYS) if isinstance(keys, str) else keys or []
    if len(listed) > MOST_KEYS:
        raise QuerySyntaxError("too_many_sort_keys", most=MOST_KEYS)
    return tuple(_sort(key) for key in listed)


# --- filter and order ----------------------------------------------------------------------------------------------


def _field(name: str) -> FieldRef:
    _check_characters(name)
    known = FIELDS.get(fold(name))
    spelling.note(known or name, name)
    if known or not name.strip():
        return known or _refuse("not_a_field_name", name=name)
    return custom_field(name.strip())


def _operands(name: str, value: object) -> tuple[Operand, ...]:
    if isinstance(value, list | tuple):
        if not value:
            raise QuerySyntaxError("filter_list_empty", name=name)
        return tuple(_operand(name, item) for item in value)
    return (_operand(name, value),)


def _operand(name: str, value: object) -> Operand:
    if isinstance(value, Mapping):
        return _mapping_operand(name, value)
    return Operand(_point(name, value))


def _mapping_operand(name: str, value: Mapping[object, object]) -> Operand:
    if value and value.keys() <= {"from", "to"}:
        first, last = (None if value.get(end) is None else _point(name, value[end]) for end in ("from", "to"))
        if first is None and last is None:
            raise QuerySyntaxError("filter_range_open", name=name)
        return Operand(Range(first, last))
    for key in ("id", "key", "login", "name", "display"):
        if isinstance(value.get(key), str | int):
            return Operand(_point(name, value[key]))
    raise QuerySyntaxError("filter_value", name=name)


def _point(name: str, value: object) -> Point:
    if isinstance(value, bool):
        return Literal(str(value).lower())
    if isinstance(value, int | float):
        # Python refuses to write a number of thousands of digits.
        return Literal(str(value)) if abs(value) < 2**64 else _refuse("filter_number_too_large", name=name)
    if not isinstance(value, str):
        raise QuerySyntaxError("filter_scalar", name=name)
    _check_characters(value)
    if CALL.fullmatch(value):
        return _call(value)
    if re.fullmatch(r"[^\s@]+@", value):
        return Login(value[:-1])
    issue_id = ids.issue(value)
    return Literal(value if issue_id is None else str(issue_id))


def _call(text: str) -> Point:
    """A function as the query language writes it, with no place of its own."""
    where = parse(f"field: {text}").where
    value = where.operands[0].value if isinstance(where, Condition) else None
    if isinstance(value, Function):
        return Function(value.name)
    if isinstance(value, Shifted) and isinstance(value.base, Function):
        return Shifted(Function(value.base.name), value.by)
    raise QuerySyntaxError("not_a_function", text=text)


def _sort(key: object) -> Sort:
    if not isinstance(key, str) or not key.strip(" +-"):
        raise QuerySyntaxError("order_key", key=repr(key))
    # A plus sign in the address of a request arrives as a blank.
    bare = key.strip()
    return Sort(_field(bare.removeprefix("-").removeprefix("+").strip()), descending=bare.startswith("-"))


# --- the parser ----------------------------------------------------------------------------------------------------


def _check_characters(text: str) -> None:
    impossible = IMPOSSIBLE.search(text)
    if impossible:
        raise QuerySyntaxError("impossible_character", impossible.start(), character=impossible[0])


def _refuse(code: str, **facts: str) -> Any:
    raise QuerySyntaxError(code, **facts)


def _result(value: object) -> Query:
    assert isinstance(value, Query)
    return value


def _joined(kind: type[And] | type[Or], terms: tuple[Term, ...]) -> Term:
    return terms[0] if len(terms) == 1 else kind(terms)


@v_args(inline=True)
class _Tree(Transformer[Token, Query]):
    """Called by the parser as it goes, so that no depth of nesting is a depth of calls."""

    def query(self, *parts: Term | tuple[Sort, ...]) -> Query:
        where = next((part for part in parts if not isinstance(part, tuple)), None)
        return Query(where, next((part for part in parts if isinstance(part, tuple)), ()))

    def disjunction(self, *terms: Term) -> Term:
        return _joined(Or, terms)

    def conjunction(self, *terms: Term) -> Term:
        return _joined(And, terms)

    def text(self, token: Token) -> Text:
        return Text(_text(token), token.start_pos)

    def condition(self, field: Token, *operands: Operand) -> Term:
        name = field.value
        assert isinstance(name, Name)
        condition = Condition(name.field, operands, field.start_pos)
        if name.standard is None:
            return condition
        return Either(condition, And((*name.words, Condition(name.standard, operands, field.start_pos))))

    def operand(self, *parts: Any) -> Operand:
        if isinstance(parts[0], Token):
            return Operand(parts[1], Operator(str(parts[0])), parts[0].start_pos)
        return Operand(parts[0], None, parts[0].at)

    def range(self, first: Point, last: Point) -> Range:
        return Range(first, last, first.at)

    def shifted(self, base: Literal | Function, *shifts: timedelta) -> Shifted:
        try:
            return Shifted(base, sum(shifts, timedelta()), base.at)
        except OverflowError:
            raise QuerySyntaxError("interval_too_long", base.at) from None

    def shift(self, sign: Token, interval: Token) -> timedelta:
        text = _text(interval)
        if not INTERVAL.fullmatch(text):
            raise QuerySyntaxError("interval_expected", interval.start_pos, sign=sign)
        units = re.findall(r"([0-9]+)([wdhms])", text.lower())
        length = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in units), timedelta())
        return length if sign.type == "PLUS" else -length

    def literal(self, value: Token | Literal) -> Literal:
        return value if isinstance(value, Literal) else Literal(_text(value), value.start_pos)

    def negative(self, minus: Token, word: Token) -> Literal:
        if not NUMBER.fullmatch(word):
            raise QuerySyntaxError("number_after_minus", word.start_pos)
        return Literal(f"-{word}", minus.start_pos)

    def login(self, token: Token) -> Login:
        return Login(str(token)[:-1], token.start_pos)

    def function(self, name: Token, *parts: Any) -> Function:
        folded = str(name).casefold()
        argument = parts[-1].text if parts else None
        if folded not in FUNCTIONS:
            raise QuerySyntaxError("no_function", name.start_pos, function=name)
        if folded == "group" and argument is None:
            raise QuerySyntaxError("group_expected", name.start_pos)
        if folded != "group" and argument is not None:
            raise QuerySyntaxError("function_takes_nothing", name.start_pos, function=name)
        if isinstance(parts[0] if parts else None, Token) and parts[0].casefold() != "value":
            raise QuerySyntaxError("no_argument", parts[0].start_pos, function=name, argument=parts[0])
        return Function(folded, argument, name.start_pos)

    def changed(self, name: Token, *changes: tuple[str, Operand]) -> Changed:
        given = dict(changes)
        if len(given) < len(changes):
            raise QuerySyntaxError("argument_twice", name.start_pos)
        return Changed(given.get("from"), given.get("to"), given.get("by"), given.get("date"), name.start_pos)

    def change(self, name: Token, operand: Operand) -> tuple[str, Operand]:
        if name.casefold() not in ("from", "to", "by", "date"):
            raise QuerySyntaxError("no_argument", name.start_pos, function="changed", argument=name)
        return name.casefold(), operand

    def sort(self, *keys: Sort) -> tuple[Sort, ...]:
        return keys

    def sort_key(self, field: Token, direction: Token | None = None) -> Sort:
        name = field.value
        assert isinstance(name, Name)
        return Sort(name.field, direction is not None and direction.casefold() == "desc", field.start_pos)


def _text(token: Token) -> str:
    return unquote(token) if token.type == "STRING" else str(token)


LARK = Lark(
    Path(__file__).with_name("query.lark").read_text(encoding="utf-8"),
    start="query",
    parser="lalr",
    lexer="basic",
    postlex=Names(),
    transformer=_Tree(),
    maybe_placeholders=False,
)
