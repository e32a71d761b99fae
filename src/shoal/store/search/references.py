"""Conditions on fields that hold references: to people, statuses, versions, issues and the like."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.sql import SQL, Composable, Composed, Identifier

from shoal.domain.fields import Field
from shoal.store.search.params import Params

# What is no column of the issue itself, by name: the condition that it is, or holds, one of the ids {0}.
HOLDS: Mapping[str, SQL] = {
    "related": SQL("(i.author_id = ANY({0}) OR i.assignee_id = ANY({0}) OR i.followers && {0})"),
    "comment_author": SQL(
        "i.id IN (SELECT c.issue_id FROM comment c WHERE c.org_id = %(org)s AND c.author_id = ANY({0}))"
    ),
    "queue_lead": SQL("i.queue_id IN (SELECT q.id FROM queue q WHERE q.org_id = %(org)s AND q.lead_id = ANY({0}))"),
    "component_lead": SQL(
        "i.components && ARRAY(SELECT c.id FROM component c WHERE c.org_id = %(org)s AND c.lead_id = ANY({0}))"
    ),
    "children": SQL("i.id IN (SELECT o.parent_id FROM issue o WHERE o.org_id = %(org)s AND o.id = ANY({0}))"),
    "epic_issues": SQL("i.id IN (SELECT o.epic_id FROM issue o WHERE o.org_id = %(org)s AND o.id = ANY({0}))"),
    "linked_to": SQL("""(i.parent_id = ANY({0}) OR i.epic_id = ANY({0})
        OR i.id IN (SELECT unnest(ARRAY[o.parent_id, o.epic_id]) FROM issue o
                     WHERE o.org_id = %(org)s AND o.id = ANY({0})))"""),
}

LACKS: Mapping[str, SQL] = {
    "comment_author": SQL("NOT EXISTS (SELECT FROM comment c WHERE c.org_id = %(org)s AND c.issue_id = i.id)"),
    "queue_lead": SQL("i.queue_id IN (SELECT q.id FROM queue q WHERE q.org_id = %(org)s AND q.lead_id IS NULL)"),
    "component_lead": SQL("""NOT i.components && ARRAY(SELECT c.id FROM component c
                                                        WHERE c.org_id = %(org)s AND c.lead_id IS NOT NULL)"""),
    "related": SQL("false"),
    "children": SQL("NOT EXISTS (SELECT FROM issue o WHERE o.org_id = %(org)s AND o.parent_id = i.id)"),
    "epic_issues": SQL("""i.id NOT IN (SELECT o.epic_id FROM issue o
                                        WHERE o.org_id = %(org)s AND o.epic_id IS NOT NULL)"""),
    "linked_to": SQL("""(i.parent_id IS NULL AND i.epic_id IS NULL
        AND NOT EXISTS (SELECT FROM issue o WHERE o.org_id = %(org)s AND o.parent_id = i.id)
        AND i.id NOT IN (SELECT o.epic_id FROM issue o WHERE o.org_id = %(org)s AND o.epic_id IS NOT NULL))"""),
}
"""The condition that there is none."""

CUSTOM_ONE = SQL("(i.custom ->> {})::bigint = ANY({})")
CUSTOM_MANY = SQL("""EXISTS (SELECT FROM jsonb_array_elements_text(i.custom -> {}) AS item
                              WHERE item::bigint = ANY({}))""")
CUSTOM_WORDS = SQL("""EXISTS (SELECT FROM jsonb_array_elements_text(i.custom -> {}) AS item
                               WHERE lower(item) = ANY({}))""")
CUSTOM_NONE = SQL("coalesce(i.custom -> {}, '[]') = '[]'")


def holds(field: Field, ids: tuple[int, ...], params: Params) -> Composed:
    """The field is, or holds, one of these."""
    given = params.ids(ids)
    if field.name in HOLDS:
        return HOLDS[field.name].format(given)
    if field.is_custom:
        return (CUSTOM_MANY if field.is_list else CUSTOM_ONE).format(_key(field, params), given)
    return SQL("{} && {}" if field.is_list else "{} = ANY({})").format(_column(field), given)


def holds_word(field: Field, words: tuple[str, ...], params: Params) -> Composed:
    """A list of strings has one of these, in any case of letters."""
    given = params.words(words)
    if field.is_custom:
        return CUSTOM_WORDS.format(_key(field, params), given)
    return SQL("EXISTS (SELECT FROM unnest({}) AS item WHERE lower(item) = ANY({}))").format(_column(field), given)


def is_empty(field: Field, params: Params) -> Composed:
    """The field has no value."""
    if field.name in LACKS:
        return LACKS[field.name].format()
    if field.is_custom:
        return CUSTOM_NONE.format(_key(field, params))
    return SQL("{} = '{{}}'" if field.is_list else "{} IS NULL").format(_column(field))


def _column(field: Field) -> Composable:
    return Identifier("i", field.column or field.name)


def _key(field: Field, params: Params) -> Composed:
    return params.text(str(field.id))
