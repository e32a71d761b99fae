"""Which field each name of a query means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from shoal.domain.errors import QuerySyntaxError
from shoal.domain.fields import STANDARD, Field, Kind
from shoal.domain.query import And, Condition, CustomField, Either, FieldRef, Or, Query, Term, walk
from shoal.store.db import Transaction

SEARCHABLE: Mapping[str, Field] = {
    **STANDARD,
    "key": Field("key", Kind.ISSUE, "id"),
    "id": Field("id", Kind.INTEGER, "id"),
    "status_category": Field("status_category", Kind.STATUS, "status_id"),
    "comment": Field("comment", Kind.TEXT),
    "comment_author": Field("comment_author", Kind.USER),
    "related": Field("related", Kind.USER),
    "linked_to": Field("linked_to", Kind.ISSUE),
    "children": Field("children", Kind.ISSUE),
    "epic_issues": Field("epic_issues", Kind.ISSUE),
    "queue_lead": Field("queue_lead", Kind.USER),
    "component_lead": Field("component_lead", Kind.USER),
    "previous_queue": Field("previous_queue", Kind.QUEUE, "previous_queue_id"),
}
"""What one may search by, custom fields apart."""

Fields = Mapping[FieldRef, Field]


async def resolve_fields(tx: Transaction, query: Query, *, readable: Sequence[int]) -> tuple[Term | None, Fields]:
    """The query's term with one reading of each Either, and the field that each name in it means.

    Raises QuerySyntaxError for a name that means none, or several.
    """
    named = [(node.field, node.at) for node in walk(query.where) if isinstance(node, Condition)]
    named += [(key.field, key.at) for key in query.sort]
    custom = await _find_custom(tx, [ref for ref, _ in named if isinstance(ref, CustomField)], readable)
    where = _choose(query.where, custom) if query.where else None
    used = [(node.field, node.at) for node in walk(where) if isinstance(node, Condition)]
    used += [(key.field, key.at) for key in query.sort]
    return where, {ref: _field(ref, at, custom) for ref, at in used}


def _choose(term: Term, custom: Mapping[CustomField, list[Field]]) -> Term:
    match term:
        case And() | Or():
            return replace(term, terms=tuple(_choose(part, custom) for part in term.terms))
        case Either(condition, otherwise):
            is_custom = isinstance(condition.field, CustomField) and custom[condition.field]
            return condition if is_custom else otherwise
        case _:
            return term


def _field(ref: FieldRef, at: int | None, custom: Mapping[CustomField, list[Field]]) -> Field:
    if not isinstance(ref, CustomField):
        if ref not in SEARCHABLE:
            raise QuerySyntaxError("query_field", at, about=ref)
        return SEARCHABLE[ref]
    name = f'{ref.queue}."{ref.name}"' if ref.queue else f'"{ref.written or ref.name}"'
    found = custom[ref]
    if not found:
        raise QuerySyntaxError("no_field", at, field=name)
    if len(found) > 1:
        raise QuerySyntaxError("field_of_several_queues", at, field=name)
    return found[0]


CUSTOM = """
SELECT 'custom.' || f.id AS name, f.id, f.queue_id, f.key, f.name AS names, f.description, f.kind, f.is_list, f.options,
       f.position, f.version, q.key AS queue,
       ARRAY['custom.' || f.id, lower(f.key)]
           || ARRAY(SELECT lower(n.value) FROM jsonb_each_text(f.name) AS n) AS spellings
  FROM field f LEFT JOIN queue q ON q.org_id = %(org)s AND q.id = f.queue_id
 WHERE f.org_id = %(org)s AND (f.queue_id IS NULL OR f.queue_id = ANY(%(readable)s))
   AND (lower(f.key) = ANY(%(names)s) OR 'custom.' || f.id = ANY(%(names)s)
        OR EXISTS (SELECT FROM jsonb_each_text(f.name) AS n WHERE lower(n.value) = ANY(%(names)s)))"""


async def _find_custom(
    tx: Transaction, refs: Sequence[CustomField], readable: Sequence[int]
) -> dict[CustomField, list[Field]]:
    """What each reference may mean: a global field before the local ones."""
    if not refs:
        return {}
    names = sorted({ref.name.lower() for ref in refs})
    rows = await tx.dicts(CUSTOM, {"names": names, "readable": list(readable)})
    known = [(row["queue"], row["spellings"], msgspec.convert(row, Field)) for row in rows]
    found: dict[CustomField, list[Field]] = {}
    for ref in refs:
        named = [(queue, field) for queue, names, field in known if ref.name.lower() in names]
        of_queue = [field for queue, field in named if queue == ref.queue]
        found[ref] = of_queue or ([] if ref.queue else [field for _, field in named])
    return found
