"""Organisations, and what each begins with."""

from __future__ import annotations

from shoal.domain import starter
from shoal.domain.organisation import Organisation
from shoal.store.db import Transaction

INSERT = """
INSERT INTO organisation (name, language, timezone)
VALUES (%(name)s, %(language)s, %(timezone)s)
RETURNING id, name, language, timezone, created_at"""

ENTER = "SELECT set_config('shoal.org_id', %(entered)s, true)"


async def insert(tx: Transaction, name: str, *, language: str, timezone: str) -> Organisation:
    """Make an organisation, and go on inside it: the transaction is behind its wall from here."""
    params = {"name": name, "language": language, "timezone": timezone}
    organisation = await tx.row(INSERT, params, into=Organisation)
    assert organisation is not None
    await tx.value(ENTER, {"entered": str(organisation.id)})
    tx.org_id = organisation.id
    return organisation


FIND = "SELECT id, name, language, timezone, created_at FROM organisation WHERE id = %(id)s"


async def find(tx: Transaction, org_id: int) -> Organisation | None:
    return await tx.row(FIND, {"id": org_id}, into=Organisation)


FIND_NAMED = "SELECT id, name, language, timezone, created_at FROM organisation WHERE name = %(name)s"


async def find_named(tx: Transaction, name: str) -> Organisation | None:
    return await tx.row(FIND_NAMED, {"name": name}, into=Organisation)


LIST = "SELECT id, name, language, timezone, created_at FROM organisation ORDER BY id"


async def list_all(tx: Transaction) -> list[Organisation]:
    return await tx.rows(LIST, into=Organisation)


# --- the starter catalogue -----------------------------------------------------------------------------------------


async def insert_starter(tx: Transaction) -> None:
    """Give a new organisation its catalogue and its workflow."""
    await _insert_catalogue(tx)
    await tx.run(INSERT_AREAS, {"keys": list(starter.AREAS), "names": list(starter.AREAS.values())})
    await tx.run(
        INSERT_WORKFLOW,
        {"key": starter.WORKFLOW_KEY, "name": starter.WORKFLOW_NAME, "initial": starter.INITIAL_STATUS},
    )
    await _insert_transitions(tx)


INSERT_CATALOGUE = """
INSERT INTO catalogue (org_id, kind, key, name, category, position)
SELECT %(org)s, kind, key, jsonb_build_object('en', en, 'ru', ru, 'zh', zh), category, position
  FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(en)s::text[], %(ru)s::text[], %(zh)s::text[],
              %(categories)s::text[], %(positions)s::integer[]) AS t (kind, key, en, ru, zh, category, position)"""


async def _insert_catalogue(tx: Transaction) -> None:
    rows = [
        (kind.value, entry, position * 10)  # room between them for what people add
        for kind, entries in starter.CATALOGUE.items()
        for position, entry in enumerate(entries, start=1)
    ]
    await tx.run(
        INSERT_CATALOGUE,
        {
            "kinds": [kind for kind, _, _ in rows],
            "keys": [entry.key for _, entry, _ in rows],
            "en": [entry.en for _, entry, _ in rows],
            "ru": [entry.ru for _, entry, _ in rows],
            "zh": [entry.zh for _, entry, _ in rows],
            "categories": [entry.category for _, entry, _ in rows],
            "positions": [position for _, _, position in rows],
        },
    )


INSERT_AREAS = """
INSERT INTO area (org_id, key, name)
SELECT %(org)s, * FROM unnest(%(keys)s::text[], %(names)s::text[])"""

INSERT_WORKFLOW = """
INSERT INTO workflow (org_id, key, name, initial_status_id)
SELECT %(org)s, %(key)s, %(name)s, id
  FROM catalogue WHERE org_id = %(org)s AND kind = 'status' AND key = %(initial)s"""

INSERT_TRANSITIONS = """
INSERT INTO transition (org_id, workflow_id, key, name, from_status_id, to_status_id, required, position)
SELECT %(org)s, workflow.id, t.key, jsonb_build_object('en', t.en, 'ru', t.ru, 'zh', t.zh), source.id, target.id,
       CASE WHEN t.required = '' THEN '{}' ELSE string_to_array(t.required, ',') END, t.position
  FROM unnest(%(keys)s::text[], %(en)s::text[], %(ru)s::text[], %(zh)s::text[], %(sources)s::text[],
              %(targets)s::text[], %(required)s::text[], %(positions)s::integer[])
           AS t (key, en, ru, zh, source, target, required, position)
  JOIN workflow ON workflow.org_id = %(org)s AND workflow.key = %(workflow)s
  JOIN catalogue source ON source.org_id = %(org)s AND source.kind = 'status' AND source.key = t.source
  JOIN catalogue target ON target.org_id = %(org)s AND target.kind = 'status' AND target.key = t.target"""


async def _insert_transitions(tx: Transaction) -> None:
    rows = [
        (step.key, step.en, step.ru, step.zh, source, step.target, ",".join(step.required), position)
        for position, step in enumerate(starter.TRANSITIONS, start=1)
        for source in step.sources
    ]
    names = ("keys", "en", "ru", "zh", "sources", "targets", "required", "positions")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    await tx.run(INSERT_TRANSITIONS, {"workflow": starter.WORKFLOW_KEY, **columns})
