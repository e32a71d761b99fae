"""The tree as a condition on `issue AS i`: one small function for each kind of node, and for each kind of field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from psycopg.sql import SQL, Composed

from shoal.domain.errors import QuerySyntaxError
from shoal.domain.fields import Field, Kind
from shoal.domain.query import (
    And,
    Changed,
    Condition,
    Function,
    Literal,
    Login,
    Operand,
    Operator,
    Or,
    Range,
    Term,
    Text,
)
from shoal.store.search import references, spans, texts
from shoal.store.search.names import Names, label
from shoal.store.search.params import Params

NEGATIVE = frozenset({Operator.NOT, Operator.NOT_EXACTLY})
MOST_JOINS = 6
ELSEWHERE = frozenset({"summary", "description", "comment", *references.HOLDS})
"""Fields that are not in the issue's own row."""
YES = frozenset({"true", "yes", "да", "1"})
NO = frozenset({"false", "no", "нет", "0"})
BOTH, EITHER = SQL(" AND "), SQL(" OR ")


def condition(term: Term, names: Names, params: Params) -> Composed:
    """The term as SQL."""
    match term:
        case And(terms):
            return _joined(BOTH, [condition(part, names, params) for part in terms])
        case Or(terms):
            return _joined(EITHER, [condition(part, names, params) for part in terms])
        case Text(text):
            return _joinable(texts.anywhere(names.texts[text], params), params)
        case Condition(field):
            found = _condition(term, names, params)
            return _joinable(found, params) if names.fields[field].name in ELSEWHERE else found
        case _:
            raise TypeError(f"{type(term).__name__} has two readings: choose one first")


def _joinable(sql: Composed, params: Params) -> Composed:
    """The planner makes a join of a condition on another table, and takes seconds to order dozens of joins. So only the
    first few are offered to it; the others are tests of what those leave."""
    params.joins += 1
    return sql if params.joins <= MOST_JOINS else SQL("({}) IS TRUE").format(sql)


def _condition(node: Condition, names: Names, params: Params) -> Composed:
    field = names.fields[node.field]
    found = _of_field(field)(field, node.operands, names, params)
    if field.queue_id is None:
        return found
    # What is asked of a local field is asked of its queue: other issues are not "not equal", they do not have it.
    return SQL("(i.queue_id = {} AND {})").format(params.add(field.queue_id, SQL("bigint")), found)


Compiler = Callable[[Field, Sequence[Operand], Names, Params], Composed]


def _of_field(field: Field) -> Compiler:
    if field.is_reference:
        return _references
    if field.is_list or field.options is not None or field.kind in (Kind.URI, Kind.BOOLEAN):
        return _words
    return _spans if spans.is_scaled(field) else _texts


# --- for each kind of field: any of the operands, and none of the negative ones ------------------------------------


def _references(field: Field, operands: Sequence[Operand], names: Names, params: Params) -> Composed:
    def holds(of_side: Sequence[Operand]) -> Composed:
        ids = [id_ for operand in of_side for id_ in names.ids(field, operand.value, operand.at)]
        return references.holds(field, tuple(dict.fromkeys(ids)), params)

    return _of_set(field, operands, holds, params)


def _words(field: Field, operands: Sequence[Operand], names: Names, params: Params) -> Composed:
    """Lists of strings, one of several options, addresses, yes or no: equal as a whole, in any case of letters."""

    def holds(of_side: Sequence[Operand]) -> Composed:
        words = tuple(dict.fromkeys(_word(field, operand) for operand in of_side))
        if field.is_list:
            return references.holds_word(field, words, params)
        return SQL("lower({}) = ANY({})").format(texts.value(field, params), params.words(words))

    return _of_set(field, operands, holds, params)


def _of_set(
    field: Field, operands: Sequence[Operand], holds: Callable[[Sequence[Operand]], Composed], params: Params
) -> Composed:
    """Values that go into one array, however many they are."""
    asked: list[Operand] = []
    named: list[Operand] = []
    for operand in operands:
        (asked if _emptiness(field, operand) else named).append(operand)
        _refuse_operators(field, operand, allowed=(Operator.NOT,))
    once = list(dict.fromkeys(asked))
    positive, negative = _split(once, lambda operand: _empty(field, operand, references.is_empty(field, params)))
    for side, operator in ((positive, None), (negative, Operator.NOT)):
        of_side = [operand for operand in named if operand.operator is operator]
        if of_side:
            side.append(holds(of_side))
    return _combined(positive, negative)


def _spans(field: Field, operands: Sequence[Operand], names: Names, params: Params) -> Composed:
    def predicate(operand: Operand) -> Composed:
        if _emptiness(field, operand):
            return _empty(field, operand, references.is_empty(field, params))
        is_range = isinstance(operand.value, Range)
        _refuse_operators(field, operand, allowed=(Operator.NOT,) if is_range else spans.OPERATORS)
        return spans.in_span(field, operand.operator, operand.value, names, params)

    return _combined(*_split(operands, predicate))


def _texts(field: Field, operands: Sequence[Operand], names: Names, params: Params) -> Composed:
    exact = (Operator.EXACTLY, Operator.NOT_EXACTLY) if field.name == "summary" else (Operator.EXACTLY,)

    def predicate(operand: Operand) -> Composed:
        if _emptiness(field, operand):
            return _empty(field, operand, texts.has_no_text(field, params))
        _refuse_operators(field, operand, allowed=(Operator.NOT, *exact))
        text = _text(field, operand)
        if operand.operator in exact:
            return texts.is_phrase(field, text, params)
        return texts.contains(field, names.texts[text], params)

    return _combined(*_split(operands, predicate))


# --- operands ------------------------------------------------------------------------------------------------------


def _emptiness(field: Field, operand: Operand) -> bool:
    """Whether the operand asks if there is a value at all."""
    match operand.value:
        case Function("empty" | "notempty"):
            _refuse_operators(field, operand, allowed=(Operator.NOT,))
            return True
        case Function("unresolved") if field.name == "resolution":
            _refuse_operators(field, operand, allowed=(Operator.NOT,))
            return True
        case Changed():
            raise QuerySyntaxError("changed_unsupported", operand.at)
        case _:
            return False


def _empty(field: Field, operand: Operand, is_empty: Composed) -> Composed:
    is_negative = operand.value == Function("notempty")
    return SQL("({}) IS NOT TRUE").format(is_empty) if is_negative else is_empty


def _word(field: Field, operand: Operand) -> str:
    word = _text(field, operand).lower()
    if field.kind is not Kind.BOOLEAN:
        return word
    if word not in YES | NO:
        raise QuerySyntaxError("query_truth", operand.at, about=label(field))
    return "true" if word in YES else "false"


def _text(field: Field, operand: Operand) -> str:
    match operand.value:
        case Literal(text):
            return text
        case Login(login):
            return login
        case Function(name):
            raise QuerySyntaxError("query_function", operand.at, about=label(field), function=name)
        case _:
            raise QuerySyntaxError("query_value", operand.at, about=label(field))


def _refuse_operators(field: Field, operand: Operand, *, allowed: tuple[Operator, ...]) -> None:
    if operand.operator and operand.operator not in allowed:
        raise QuerySyntaxError("query_operator", operand.at, about=label(field), operator=operand.operator.value)


# --- putting together ----------------------------------------------------------------------------------------------


def _split(
    operands: Sequence[Operand], predicate: Callable[[Operand], Composed]
) -> tuple[list[Composed], list[Composed]]:
    """The conditions of which any must hold, and those of which none may."""
    found = [(operand.operator in NEGATIVE, predicate(operand)) for operand in operands]
    return [sql for is_not, sql in found if not is_not], [sql for is_not, sql in found if is_not]


def _combined(positive: Sequence[Composed], negative: Sequence[Composed]) -> Composed:
    parts = [_joined(EITHER, positive)] if positive else []
    # A missing value is not equal to anything; so NOT, which leaves it unknown, would lose the issue.
    parts += [SQL("({}) IS NOT TRUE").format(sql) for sql in negative]
    return _joined(BOTH, parts)


def _joined(word: SQL, parts: Sequence[Composed]) -> Composed:
    return SQL("({})").format(word.join(parts)) if len(parts) > 1 else parts[0]
