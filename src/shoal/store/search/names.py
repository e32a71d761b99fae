"""What the words of a query stand for: one statement for each kind of thing, however many words there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shoal.domain import period
from shoal.domain.actor import Actor
from shoal.domain.errors import QuerySyntaxError, UnknownValue
from shoal.domain.fields import CATALOGUE_KINDS, Field, Kind
from shoal.domain.query import Condition, Function, Id, Literal, Login, Operand, Range, Term, Text, walk
from shoal.store import values
from shoal.store.db import Transaction
from shoal.store.search.fields import Fields
from shoal.store.search.texts import Words, plain_words
from shoal.store.values import Marks, Named

LARGEST_ID = 2**63 - 1
LARGEST_GROUP = 1000
TEXT_KINDS = frozenset({Kind.TEXT, Kind.STRING})

Source = str
"""A kind of thing that is looked up: the name of a Kind, or one of these two."""
GROUP: Source = "group"
CATEGORY: Source = "status_category"


@dataclass(frozen=True, slots=True)
class Index:
    """Things of one kind by what they are called, in lower case; several may have one name."""

    keys: dict[str, list[int]]
    names: dict[str, list[int]]
    ids: dict[str, list[int]]

    @classmethod
    def of(cls, things: Iterable[Named]) -> Index:
        index = cls(defaultdict(list), defaultdict(list), defaultdict(list))
        for thing in things:
            index.keys[thing.key or ""].append(thing.id)
            index.ids[str(thing.id)].append(thing.id)
            for name in set(thing.names):
                index.names[name].append(thing.id)
        return index

    def meant(self, text: str) -> tuple[int, ...]:
        """A key before a name, a name before an id."""
        word = text.lower()
        found = (self.keys.get(word) if word else None) or self.names.get(word) or self.ids.get(word)
        return tuple(found or ())


@dataclass(frozen=True, slots=True)
class Names:
    """The results of the look-ups, and who asks and when."""

    actor: Actor
    now: datetime
    fields: Fields
    named: Mapping[Source, Index] = field(default_factory=dict)
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
                found = self.named[Kind.USER].keys.get(login.lower())
                return tuple(found) if found else _unknown(field, f"{login}@")
            case Literal(text):
                return self.named[source(field)].meant(text) or _unknown(field, text)
            case Range():
                raise QuerySyntaxError(
                    "a range does not fit the field {field}: name its values one by one", at, field=label(field)
                )
            case _:
                raise QuerySyntaxError("this is no value of the field {field}", at, field=label(field))

    def _members(self, name: str, at: int | None) -> tuple[int, ...]:
        if name.lower() not in self.groups:
            raise UnknownValue("group", name)
        members = tuple(self.groups[name.lower()])
        if len(members) > LARGEST_GROUP:
            raise QuerySyntaxError(f"the group {name} has more than {LARGEST_GROUP} people", at)
        return members


def label(field: Field) -> str:
    """The field's name in a sentence; of a standard one the domain's, for which a wire may have another."""
    return f'"{(field.names or {}).get("en", field.key)}"' if field.is_custom else field.name


def source(field: Field) -> Source:
    """Where the values of a reference field are looked up."""
    return CATEGORY if field.name == CATEGORY else field.kind


async def resolve_names(
    tx: Transaction, actor: Actor, where: Term | None, fields: Fields, *, readable: Sequence[int], now: datetime
) -> Names:
    """Look up every thing and every text that the query names."""
    words: dict[Source, set[str]] = defaultdict(set)
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
        {kind: Index.of(await _find(tx, kind, sorted(wanted), readable)) for kind, wanted in words.items()},
        await _find_groups(tx, sorted(groups)) if groups else {},
        await _find_texts(tx, sorted(texts)) if texts else {},
    )


def _gather(field: Field, operands: Iterable[Operand], words: dict[Source, set[str]], texts: set[str]) -> None:
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


def _unknown(field: Field, text: str) -> tuple[int, ...]:
    raise UnknownValue(field.name, text)


# --- the statements ------------------------------------------------------------------------------------------------

# People who have left are found: their issues are what one looks for.
FROM_USERS = """
SELECT id, lower(login) AS key, ARRAY[lower(display), lower(last_name || ' ' || first_name), lower(first_name),
                                      lower(nullif(email, ''))] AS names
  FROM users
 WHERE org_id = %(org)s
   AND (id = ANY(%(ids)s) OR lower(login) = ANY(%(words)s) OR lower(display) = ANY(%(words)s)
        OR lower(first_name) = ANY(%(words)s) OR lower(last_name || ' ' || first_name) = ANY(%(words)s)
        OR lower(email) = ANY(%(words)s))"""

FROM_COMPONENTS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names
  FROM component
 WHERE org_id = %(org)s AND queue_id = ANY(%(readable)s) AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

FROM_VERSIONS = """
SELECT id, NULL AS key, ARRAY[lower(name)] AS names
  FROM version
 WHERE org_id = %(org)s AND queue_id = ANY(%(readable)s) AND (id = ANY(%(ids)s) OR lower(name) = ANY(%(words)s))"""

# The statuses of a category, each under the name of the category: inProgress, in_progress and "In progress" are one.
FROM_CATEGORIES = """
SELECT c.id, w.word AS key, '{}'::text[] AS names
  FROM unnest(%(words)s::text[]) AS w (word)
  JOIN catalogue c ON c.org_id = %(org)s AND c.kind = 'status'
                  AND replace(c.category, '_', '') = replace(replace(w.word, '_', ''), ' ', '')"""

OWN = {
    str(Kind.USER): FROM_USERS,
    str(Kind.COMPONENT): FROM_COMPONENTS,
    str(Kind.VERSION): FROM_VERSIONS,
    CATEGORY: FROM_CATEGORIES,
}
"""Where a search looks up more than an edit does: what is archived or has left, but only what may be read."""
assert OWN.keys().isdisjoint(CATALOGUE_KINDS)


async def _find(tx: Transaction, kind: Source, words: Sequence[str], readable: Sequence[int]) -> list[Named]:
    ids = list(_ids(words))
    if kind not in OWN:
        return await values.find(tx, Kind(kind), Marks(ids, list(words)), readable=readable)
    return await tx.rows(OWN[kind], {"words": list(words), "ids": ids, "readable": list(readable)}, into=Named)


def _ids(words: Iterable[str]) -> Iterator[int]:
    for word in words:
        if re.fullmatch(r"[0-9]{1,19}", word) and int(word) <= LARGEST_ID:
            yield int(word)


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
