"""The sort as ORDER BY: references by what people see of them, and what is empty last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg.sql import SQL, Composable, Identifier

from shoal.domain.errors import QuerySyntaxError
from shoal.domain.fields import CATALOGUE_KINDS, Field, Kind
from shoal.domain.query import Sort
from shoal.store.search import spans, texts
from shoal.store.search.fields import Fields
from shoal.store.search.names import label
from shoal.store.search.params import Params

MOST_KEYS = 20
NEWEST_CHANGE_FIRST = SQL("i.updated_at DESC, i.id DESC")
UNSORTED = frozenset(
    {
        "description",
        "comment",
        "comment_author",
        "related",
        "linked_to",
        "children",
        "epic_issues",
        "queue_lead",
        "component_lead",
    }
)

SHOWN: Mapping[Kind, tuple[SQL, ...]] = {
    **dict.fromkeys(
        CATALOGUE_KINDS, (SQL("(SELECT o.position FROM catalogue o WHERE o.org_id = %(org)s AND o.id = {})"),)
    ),
    Kind.USER: (SQL("(SELECT lower(o.display) FROM users o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.QUEUE: (SQL("(SELECT o.key FROM queue o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.COMPONENT: (SQL("(SELECT lower(o.name) FROM component o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.AREA: (SQL("(SELECT lower(o.name) FROM area o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.VERSION: (SQL("(SELECT lower(o.name) FROM version o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.SPRINT: (SQL("(SELECT lower(o.name) FROM sprint o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.PROJECT: (SQL("(SELECT lower(o.name) FROM project o WHERE o.org_id = %(org)s AND o.id = {})"),),
    Kind.ISSUE: (
        SQL("""(SELECT q.key FROM issue o JOIN queue q ON q.org_id = %(org)s AND q.id = o.queue_id
                 WHERE o.org_id = %(org)s AND o.id = {})"""),
        SQL("(SELECT o.number FROM issue o WHERE o.org_id = %(org)s AND o.id = {})"),
    ),
}
"""What the thing with the id {} is sorted by."""

CATEGORY = SQL("""(SELECT array_position(ARRAY['new', 'in_progress', 'paused', 'done', 'cancelled'], o.category)
                     FROM catalogue o WHERE o.org_id = %(org)s AND o.id = i.status_id)""")


def order_by(sort: Sequence[Sort], fields: Fields, params: Params) -> Composable:
    """What follows ORDER BY. Issues that are equal in all of it stand in the order in which they were made."""
    if not sort:
        return NEWEST_CHANGE_FIRST
    if len(sort) > MOST_KEYS:
        raise QuerySyntaxError("too_many_sort_keys", sort[MOST_KEYS].at, most=MOST_KEYS)
    keys: list[Composable] = []
    for key in sort:
        direction = SQL("{} DESC NULLS LAST" if key.descending else "{} ASC NULLS LAST")
        keys += [direction.format(expression) for expression in _expressions(key, fields[key.field], params)]
    return SQL(", ").join([*keys, SQL("i.id")])


def _expressions(key: Sort, field: Field, params: Params) -> list[Composable]:
    if field.name in UNSORTED:
        raise QuerySyntaxError("query_sort", key.at, about=label(field))
    if field.name == "status_category":
        return [CATEGORY]
    if field.is_reference:
        id_ = _reference(field, params)
        return [shown.format(id_) for shown in SHOWN[field.kind]]
    if spans.is_scaled(field):
        return [spans.value(field, params)]
    return [_text(field, params)]


def _reference(field: Field, params: Params) -> Composable:
    """The id in the field; of several the first."""
    if field.is_custom:
        return SQL("{}::bigint").format(_text(field, params))
    return SQL("{}[1]" if field.is_list else "{}").format(_column(field))


def _text(field: Field, params: Params) -> Composable:
    if field.is_custom:
        return texts.first_value(field, params) if field.is_list else texts.value(field, params)
    return SQL("nullif({}, '{{}}')" if field.is_list else "{}").format(_column(field))


def _column(field: Field) -> Identifier:
    return Identifier("i", field.column or field.name)
