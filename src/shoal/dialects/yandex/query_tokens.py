"""What stands between the query language's words and its grammar: which words are names, and how deep brackets go.

Words are names by what follows them, a colon, and an unquoted name may be several words long. So the names are found
here, where one may look back, and the grammar stays one that needs no look-ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lark import Token

from shoal.dialects.yandex import ids
from shoal.dialects.yandex.query_names import FIELDS, LONGEST, SORT_BY, fold
from shoal.domain.errors import QuerySyntaxError
from shoal.domain.fields import custom_name
from shoal.domain.query import CustomField, FieldRef, Text

MAX_DEPTH = 50
# Parsing so many takes a third of a second, in which nobody else is answered.
MAX_TOKENS = 20_000
WORDS = frozenset({"WORD", "INTERVAL", "MOMENT"})
# After these a word is a value and not the beginning of the next name.
BEFORE_VALUE = frozenset({"_COLON", "_COMMA", "_RANGE", "OPERATOR", "PLUS", "MINUS"})
KEYWORDS = {"and": "_AND", "or": "_OR"}
LOCAL = re.compile(r"([A-Z][A-Z0-9]{0,14})\.(.+)", re.ASCII | re.IGNORECASE)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Name:
    """What stands before a colon. `words` and `standard` are its other reading: some text, then a standard field."""

    field: FieldRef
    words: tuple[Text, ...] = ()
    standard: str | None = None


class Names:
    """Lark's hook between lexer and parser."""

    always_accept: ClassVar[tuple[str, ...]] = ("QUEUE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens with names, keywords and functions made out."""
        return iter(_read(stream))


def unquote(string: str) -> str:
    """The text of a quoted string: a backslash makes the next character itself."""
    return ESCAPED.sub(r"\1", string[1:-1])


def custom_field(name: str) -> CustomField:
    """The field that a name means which is none of the standard ones: `TEST.bay`, `<24 hex>--bay`, `Test engineer`."""
    local = LOCAL.fullmatch(name)
    if local:
        return CustomField(local[2], local[1].upper())
    return _undotted(name)


def _undotted(name: str) -> CustomField:
    field_id = ids.read_local_field(name)
    return CustomField(name) if field_id is None else CustomField(custom_name(field_id), written=name)


def _read(stream: Iterator[Token]) -> list[Token]:
    tokens: list[Token] = []
    in_function: list[bool] = []
    for token in stream:
        if len(tokens) >= MAX_TOKENS:
            raise QuerySyntaxError("query_too_many_tokens", token.start_pos, most=MAX_TOKENS)
        if token.type == "_LPAR":
            _check_depth(token, len(in_function))
            in_function.append(bool(tokens) and tokens[-1].type in ("FUNCTION", "CHANGED"))
        elif token.type == "_RPAR" and in_function:
            in_function.pop()
        elif token.type == "_COLON":
            (_name_argument if in_function and in_function[-1] else _name_field)(tokens)
        tokens.append(_keyword(token))
    return _sort_keys(tokens)


def _check_depth(token: Token, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise QuerySyntaxError("brackets_too_deep", token.start_pos, most=MAX_DEPTH)


def _keyword(token: Token) -> Token:
    folded = str(token).casefold()
    if token.type == "WORD" and folded in KEYWORDS:
        return Token.new_borrow_pos(KEYWORDS[folded], token, token)
    if token.type == "FUNCTION" and folded == "changed":
        return Token.new_borrow_pos("CHANGED", token, token)
    return token


def _name_argument(tokens: list[Token]) -> None:
    if tokens[-1].type == "WORD" and tokens[-2].type not in BEFORE_VALUE - {"_COMMA"}:
        tokens[-1] = Token.new_borrow_pos("ARGUMENT", tokens[-1], tokens[-1])


def _name_field(tokens: list[Token]) -> None:
    """Put the name that the last tokens are, before a colon, in their place."""
    start = _name_start(tokens)
    run = tokens[start:]
    if not run:
        return
    sort = _sort_start(run)
    if sort is not None:
        tokens[start + sort :] = [Token.new_borrow_pos("_SORT_BY", "Sort by", run[sort])]
        return
    local = _local_start(run)
    tokens[start + local :] = [_field(run[local:])]


def _name_start(tokens: list[Token]) -> int:
    """Where the name that ends here begins; the end when none does."""
    start = len(tokens)
    if tokens and tokens[-1].type == "STRING":
        start -= 2 if len(tokens) > 1 and tokens[-2].type == "QUEUE" else 1
    else:
        while start and tokens[start - 1].type in WORDS:
            start -= 1
    is_after_value = 0 < start < len(tokens) and tokens[start - 1].type in BEFORE_VALUE
    return start + 1 if is_after_value else start


def _sort_start(run: list[Token]) -> int | None:
    if run[-1].type == "STRING":
        return len(run) - 1 if len(run) == 1 and fold(unquote(run[-1])) in SORT_BY else None
    starts = range(max(0, len(run) - 2), len(run))
    return next((start for start in starts if fold(" ".join(run[start:])) in SORT_BY), None)


def _local_start(run: list[Token]) -> int:
    """A name with its queue before it begins with the queue, whatever words stand further left."""
    is_local = len(run) > 1 and run[-1].type in WORDS and LOCAL.fullmatch(run[-1])
    return len(run) - 1 if is_local else 0


def _field(run: list[Token]) -> Token:
    return Token.new_borrow_pos("FIELD", _quoted_name(run) or _unquoted_name(run), run[0])


def _quoted_name(run: list[Token]) -> Name | None:
    match [token.type for token in run]:
        case ["QUEUE", "STRING"]:
            return Name(CustomField(unquote(run[1]), str(run[0])[:-1].upper()))
        case ["STRING"]:
            name = unquote(run[0])
            return Name(FIELDS.get(fold(name)) or _undotted(name))
        case _:
            return None


def _unquoted_name(run: list[Token]) -> Name:
    name = " ".join(run)
    known = FIELDS.get(fold(name))
    if known:
        return Name(known)
    custom = custom_field(name)
    for start in range(max(1, len(run) - LONGEST), len(run)):
        standard = FIELDS.get(fold(" ".join(run[start:])))
        if standard:
            return Name(custom, tuple(Text(str(word), word.start_pos) for word in run[:start]), standard)
    return Name(custom)


def _sort_keys(tokens: list[Token]) -> list[Token]:
    """What follows "Sort by": fields, each with a direction or without."""
    start = next((n for n, token in enumerate(tokens) if token.type == "_SORT_BY"), len(tokens)) + 2
    keys: list[Token] = []
    run: list[Token] = []
    for token in tokens[start:]:
        if token.type in WORDS or token.type in ("STRING", "QUEUE"):
            run.append(token)
            continue
        keys += _sort_key(run)
        keys.append(token)
        run = []
    return tokens[:start] + keys + _sort_key(run)


def _sort_key(run: list[Token]) -> list[Token]:
    is_directed = len(run) > 1 and run[-1].casefold() in ("asc", "desc")
    directions = [Token.new_borrow_pos("DIRECTION", run[-1], run[-1])] if is_directed else []
    name = run[: len(run) - len(directions)]
    is_name = name and (all(token.type in WORDS for token in name) or _quoted_name(name))
    return ([_field(name)] if is_name else name) + directions
