"""What the words of a query stand for: one statement for each kind of thing, however many words there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shoal.domain import period
from shoal.domain.actor import Actor
from shoal.domain.errors import QuerySyntaxError, UnknownValue
from shoal.domain.fields import Field, Kind
from shoal.domain.naming import Index
from shoal.domain.patch import Ref
from shoal.domain.query import Condition, Function, Id, Literal, Login, Operand, Range, Term, Text, walk
from shoal.store import names
from shoal.store.db import Transaction
from shoal.store.search.fields import Fields
from shoal.store.search.texts import Words, plain_words

LARGEST_GROUP = 1000
TEXT_KINDS = frozenset({Kind.TEXT, Kind.STRING})

GROUP = "group"
"""Looked up beside the kinds of things."""


@dataclass(frozen=True, slots=True)
class Names:
    """The results of the look-ups, and who asks and when."""

    actor: Actor
    now: datetime
    fields: Fields
    named: Mapping[str, Index] = field(default_factory=dict)
    groups: Mapping[str, Sequence[int]] = field(default_factory=dict)
    texts: Mapping[str, Words] = field(default_factory=dict)

    def ids(self, field: Field, value: object, at: int | None) -> tuple[int, ...]:
        """The ids that an operand of a reference field means. Raises UnknownValue when there is no such thing."""
        match value:
            case Function("me") if field.kind is Kind.USER:
                return (self.actor.user_id,)
            case Function("group", str(name)) if field.kind is Kind.USER:
                return self._members(name, at)
            case Id(id_):
                return (id_,)
            case Login(login) if field.kind is Kind.USER:
                return self._meant(field, Ref(key=login), f"{login}@")
            case Literal(text):
                return self._meant(field, text, text)
            case Range():
                raise QuerySyntaxError("query_range", at, about=label(field))
            case _:
                raise QuerySyntaxError("query_value", at, about=label(field))

    def _meant(self, field: Field, operand: str | Ref, written: str) -> tuple[int, ...]:
        found = self.named[source(field)].meant(operand)
        if not found:
            raise UnknownValue(field.name, written)
        return tuple(thing.id for thing in found)

    def _members(self, name: str, at: int | None) -> tuple[int, ...]:
        if name.lower() not in self.groups:
            raise UnknownValue("group", name)
        members = tuple(self.groups[name.lower()])
        if len(members) > LARGEST_GROUP:
            raise QuerySyntaxError("group_too_large", at, group=name, most=LARGEST_GROUP)
        return members


def label(field: Field) -> str:
    """The field's name in a sentence; of a standard one the domain's, for which a wire may have another."""
    return f'"{(field.names or {}).get("en", field.key)}"' if field.is_custom else field.name


def source(field: Field) -> str:
    """Where the values of a reference field are looked up."""
    return names.CATEGORY if field.name == names.CATEGORY else field.kind


async def resolve_names(
    tx: Transaction, actor: Actor, where: Term | None, fields: Fields, *, readable: Sequence[int], now: datetime
) -> Names:
    """Look up every thing and every text that the query names."""
    words: dict[str, set[str]] = defaultdict(set)
    texts: set[str] = set()
    for node in walk(where):
        if isinstance(node, Text):
            texts.add(node.text)
        elif isinstance(node, Condition):
            _gather(fields[node.field], node.operands, words, texts)
    groups = words.pop(GROUP, set())
    return Names(
        actor,
        now.astimezone(period.zone(actor.timezone)),
        fields,
        {
            kind: await names.index(tx, kind, sorted(wanted), readable=readable, rule=names.OF_QUERIES)
            for kind, wanted in words.items()
        },
        await _find_groups(tx, sorted(groups)) if groups else {},
        await _find_texts(tx, sorted(texts)) if texts else {},
    )


def _gather(field: Field, operands: Iterable[Operand], words: dict[str, set[str]], texts: set[str]) -> None:
    for operand in operands:
        match operand.value:
            case Function("group", str(name)):
                words[GROUP].add(name.lower())
            case Literal(text) | Login(text) if field.is_reference:
                words[source(field)].add(text.lower())
            case Literal(text) | Login(text) if field.kind in TEXT_KINDS:
                texts.add(text)
            case _:
                pass


# --- the statements ------------------------------------------------------------------------------------------------

# One more than the limit of a group, so that what is too large is seen and not carried about.
GROUPS = """
SELECT lower(g.name), ARRAY(SELECT m.user_id FROM group_member m
                             WHERE m.org_id = %(org)s AND m.group_id = g.id LIMIT 1001)
  FROM user_group g WHERE g.org_id = %(org)s AND lower(g.name) = ANY(%(words)s)"""


async def _find_groups(tx: Transaction, words: Sequence[str]) -> dict[str, list[int]]:
    return dict(await tx.tuples(GROUPS, {"words": list(words)}))


# The lexemes that the index has for a text's words, each in quotes and joined by &; empty for stop words alone.
TEXTS = """
SELECT text, plainto_tsquery('pg_catalog.russian', text)::text FROM unnest(%(texts)s::text[]) AS text"""


async def _find_texts(tx: Transaction, texts: Sequence[str]) -> dict[str, Words]:
    plain = {text: plain_words(text) for text in texts}
    rows = await tx.tuples(TEXTS, {"texts": sorted({words for words, _ in plain.values()})})
    lexemes = dict(rows)
    return {text: Words.of(words, lexemes[words], substrings) for text, (words, substrings) in plain.items()}
