"""What an import asks and makes beside the issues themselves (store/load.py): origins, names, workflows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.fields import Kind
from shoal.store.db import Transaction
from shoal.store.sprints import board_of

# --- origins -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """An issue that was imported from `source`."""

    source: str
    issue_id: int
    queue_id: int
    digest: bytes


FIND_ORIGINS = """
SELECT source, issue_id, queue_id, digest FROM import_origin
 WHERE org_id = %(org)s AND queue_id = ANY(%(queues)s) AND source = ANY(%(sources)s)"""


async def origins(tx: Transaction, queue_ids: Iterable[int], sources: Iterable[str]) -> dict[str, Origin]:
    """Those of these sources that were imported into these queues, by source."""
    params = {"queues": list(queue_ids), "sources": list(sources)}
    return {origin.source: origin for origin in await tx.rows(FIND_ORIGINS, params, into=Origin)}


# --- the queue -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queue:
    """What an import needs to know of the queue it goes to."""

    id: int
    key: str
    default_type_id: int
    default_priority_id: int
    initial_status_id: int


FIND_QUEUE = """
SELECT queue.id, queue.key, default_type_id, default_priority_id, workflow.initial_status_id
  FROM queue
  JOIN queue_type ON queue_type.org_id = %(org)s AND queue_type.queue_id = queue.id
                 AND queue_type.type_id = queue.default_type_id
  JOIN workflow ON workflow.org_id = %(org)s AND workflow.id = queue_type.workflow_id
 WHERE queue.org_id = %(org)s AND queue.key = %(key)s"""


async def queue(tx: Transaction, key: str) -> Queue | None:
    return await tx.row(FIND_QUEUE, {"key": key}, into=Queue)


# --- catalogues ----------------------------------------------------------------------------------------------------


INSERT_ENTRY = """
INSERT INTO catalogue (org_id, kind, key, name, category, position)
SELECT %(org)s, %(kind)s, %(key)s, jsonb_build_object('en', %(name)s::text), %(category)s,
       coalesce(%(position)s, (SELECT coalesce(max(position), 0) + 10 FROM catalogue
                                WHERE org_id = %(org)s AND kind = %(kind)s))
RETURNING id, position"""


async def insert_entry(
    tx: Transaction, kind: Kind, *, key: str, name: str, category: str | None, position: int | None
) -> CatalogueEntry:
    """Add to a catalogue; at its end without a position. Conflict if the key is taken."""
    params = {"kind": kind, "key": key, "name": name, "category": category, "position": position}
    [(entry_id, position)] = await tx.tuples(INSERT_ENTRY, params)
    return CatalogueEntry(entry_id, kind, key, {"en": name}, "", position or 0, category, 1)


# --- people --------------------------------------------------------------------------------------------------------

FIND_PEOPLE = "SELECT lower(login), id FROM users WHERE org_id = %(org)s AND lower(login) = ANY(%(logins)s)"


async def people(tx: Transaction, logins: Iterable[str]) -> dict[str, int]:
    """Ids by login in lower case."""
    return dict(await tx.tuples(FIND_PEOPLE, {"logins": [login.lower() for login in logins]}))


INSERT_PEOPLE = """
INSERT INTO users (org_id, login, first_name, last_name, is_external)
SELECT %(org)s, login, first_name, last_name, true
  FROM unnest(%(logins)s::text[], %(first)s::text[], %(last)s::text[]) AS t (login, first_name, last_name)
ON CONFLICT DO NOTHING"""


async def insert_people(tx: Transaction, names: Mapping[str, tuple[str, str]]) -> int:
    """Add external users: first and last name by login. How many were new."""
    params = {
        "logins": list(names),
        "first": [first for first, _ in names.values()],
        "last": [last for _, last in names.values()],
    }
    return await tx.run(INSERT_PEOPLE, params)


# --- components, versions, sprints ---------------------------------------------------------------------------------

COMPONENTS = "SELECT name, id FROM component WHERE org_id = %(org)s AND queue_id = %(queue)s"
INSERT_COMPONENTS = """
INSERT INTO component (org_id, queue_id, name) SELECT %(org)s, %(queue)s, unnest(%(names)s::text[])
ON CONFLICT DO NOTHING"""

VERSIONS = "SELECT name, id FROM version WHERE org_id = %(org)s AND queue_id = %(queue)s"
INSERT_VERSIONS = """
INSERT INTO version (org_id, queue_id, name) SELECT %(org)s, %(queue)s, unnest(%(names)s::text[])
ON CONFLICT DO NOTHING"""

# The sprints of an import are on the queue's own board.
SPRINTS = """
SELECT sprint.name, sprint.id FROM sprint JOIN board ON board.org_id = %(org)s AND board.id = sprint.board_id
 WHERE sprint.org_id = %(org)s AND board.queue_id = %(queue)s AND sprint.deleted_at IS NULL"""
INSERT_SPRINTS = """
INSERT INTO sprint (org_id, board_id, name, created_by)
SELECT %(org)s, %(board)s, unnest(%(names)s::text[]), %(user)s
ON CONFLICT DO NOTHING"""


async def components(tx: Transaction, queue_id: int, *, add: Sequence[str] = ()) -> dict[str, int]:
    """All of the queue by name, after those to add."""
    if add:
        await tx.run(INSERT_COMPONENTS, {"queue": queue_id, "names": list(add)})
    return dict(await tx.tuples(COMPONENTS, {"queue": queue_id}))


async def versions(tx: Transaction, queue_id: int, *, add: Sequence[str] = ()) -> dict[str, int]:
    """All of the queue by name, after those to add."""
    if add:
        await tx.run(INSERT_VERSIONS, {"queue": queue_id, "names": list(add)})
    return dict(await tx.tuples(VERSIONS, {"queue": queue_id}))


async def sprints(tx: Transaction, queue_id: int, *, user_id: int, add: Sequence[str] = ()) -> dict[str, int]:
    """All of the queue's own board by name, after those to add."""
    if add:
        board = await board_of(tx, queue_id)
        await tx.run(INSERT_SPRINTS, {"board": board, "names": list(add), "user": user_id})
    return dict(await tx.tuples(SPRINTS, {"queue": queue_id}))


# --- workflows -----------------------------------------------------------------------------------------------------

ADD_TYPES = """
INSERT INTO queue_type (org_id, queue_id, type_id, workflow_id, resolutions)
SELECT %(org)s, %(queue)s, unnest(%(types)s::bigint[]), model.workflow_id, model.resolutions
  FROM queue JOIN queue_type model
    ON model.org_id = %(org)s AND model.queue_id = queue.id AND model.type_id = queue.default_type_id
 WHERE queue.org_id = %(org)s AND queue.id = %(queue)s
ON CONFLICT DO NOTHING"""


async def add_types(tx: Transaction, queue_id: int, type_ids: Sequence[int]) -> None:
    """Let the queue have these types too, with the workflow of its default type."""
    await tx.run(ADD_TYPES, {"queue": queue_id, "types": list(type_ids)})


ADD_RESOLUTIONS = """
UPDATE queue_type SET resolutions = resolutions || ARRAY(
           SELECT id FROM unnest(%(ids)s::bigint[]) AS new (id) WHERE NOT id = ANY(resolutions))
 WHERE org_id = %(org)s AND queue_id = %(queue)s AND resolutions <> '{}' AND NOT resolutions @> %(ids)s::bigint[]"""


async def add_resolutions(tx: Transaction, queue_id: int, resolution_ids: Sequence[int]) -> None:
    """Let the issues of the queue end with these too, where not all are let."""
    await tx.run(ADD_RESOLUTIONS, {"queue": queue_id, "ids": list(resolution_ids)})


LACKING = """
SELECT DISTINCT workflow.id, status.id
  FROM queue_type
  JOIN workflow ON workflow.org_id = %(org)s AND workflow.id = queue_type.workflow_id
 CROSS JOIN unnest(%(statuses)s::bigint[]) AS status (id)
 WHERE queue_type.org_id = %(org)s AND queue_type.queue_id = %(queue)s AND workflow.initial_status_id <> status.id
   AND NOT EXISTS (SELECT FROM transition
                    WHERE transition.org_id = %(org)s AND transition.workflow_id = workflow.id
                      AND status.id IN (transition.from_status_id, transition.to_status_id))"""

SHARED = """
SELECT DISTINCT workflow_id FROM queue_type
 WHERE org_id = %(org)s AND queue_id <> %(queue)s AND workflow_id = ANY(%(workflows)s)"""


async def add_statuses(tx: Transaction, queue_id: int, status_ids: Sequence[int]) -> None:
    """Let the issues of the queue be in these statuses too, and go on from them.

    A workflow that other queues have as well is copied first: theirs stays as it is.
    """
    lacking = await tx.tuples(LACKING, {"queue": queue_id, "statuses": list(status_ids)})
    if not lacking:
        return
    workflows = {workflow_id for workflow_id, _ in lacking}
    shared = await tx.tuples(SHARED, {"queue": queue_id, "workflows": sorted(workflows)})
    own = {workflow_id: await _copy(tx, queue_id, workflow_id) for (workflow_id,) in shared}
    for workflow_id, status_id in sorted(lacking):
        await _add_status(tx, own.get(workflow_id, workflow_id), status_id)


COPY_WORKFLOW = """
INSERT INTO workflow (org_id, key, name, initial_status_id)
SELECT %(org)s, left(lower(queue.key) || '-' || workflow.key, 200), queue.key || ': ' || workflow.name,
       workflow.initial_status_id
  FROM workflow, queue
 WHERE workflow.org_id = %(org)s AND workflow.id = %(workflow)s AND queue.org_id = %(org)s AND queue.id = %(queue)s
ON CONFLICT (org_id, key) DO UPDATE SET name = excluded.name
RETURNING id"""

COPY_TRANSITIONS = """
INSERT INTO transition (org_id, workflow_id, key, name, from_status_id, to_status_id, required, position)
SELECT %(org)s, %(copy)s, key, name, from_status_id, to_status_id, required, position
  FROM transition WHERE org_id = %(org)s AND workflow_id = %(workflow)s
ON CONFLICT DO NOTHING"""

USE_COPY = """
UPDATE queue_type SET workflow_id = %(copy)s
 WHERE org_id = %(org)s AND queue_id = %(queue)s AND workflow_id = %(workflow)s"""


async def _copy(tx: Transaction, queue_id: int, workflow_id: int) -> int:
    copy_id = await tx.value(COPY_WORKFLOW, {"queue": queue_id, "workflow": workflow_id})
    params = {"queue": queue_id, "workflow": workflow_id, "copy": copy_id}
    await tx.run(COPY_TRANSITIONS, params)
    await tx.run(USE_COPY, params)
    return int(copy_id)


# Into it: from any status, by a transition with its own key and name.
WAY_IN = """
INSERT INTO transition (org_id, workflow_id, key, name, from_status_id, to_status_id, required, position)
SELECT %(org)s, %(workflow)s, key, name, NULL, id,
       CASE WHEN category IN ('done', 'cancelled') THEN ARRAY['resolution'] ELSE '{}' END, 1000 + position
  FROM catalogue WHERE org_id = %(org)s AND id = %(status)s
ON CONFLICT DO NOTHING"""

# Out of it: as from a status of the same category that the workflow has; without one, as from the first of all.
WAYS_OUT = """
WITH model AS (
    SELECT status.id
      FROM catalogue new
      JOIN catalogue status ON status.org_id = %(org)s AND status.kind = 'status'
      JOIN workflow ON workflow.org_id = %(org)s AND workflow.id = %(workflow)s
     WHERE new.org_id = %(org)s AND new.id = %(status)s AND status.id <> new.id
       AND (status.id = workflow.initial_status_id
            OR status.category = new.category
               AND EXISTS (SELECT FROM transition
                            WHERE transition.org_id = %(org)s AND transition.workflow_id = workflow.id
                              AND transition.from_status_id = status.id))
     ORDER BY status.category <> new.category, status.position LIMIT 1
)
INSERT INTO transition (org_id, workflow_id, key, name, from_status_id, to_status_id, required, position)
SELECT %(org)s, %(workflow)s, key, name, %(status)s, to_status_id, required, position
  FROM transition JOIN model ON transition.from_status_id = model.id
 WHERE transition.org_id = %(org)s AND transition.workflow_id = %(workflow)s AND to_status_id <> %(status)s
ON CONFLICT DO NOTHING"""


async def _add_status(tx: Transaction, workflow_id: int, status_id: int) -> None:
    params = {"workflow": workflow_id, "status": status_id}
    await tx.run(WAYS_OUT, params)
    await tx.run(WAY_IN, params)


# --- parents and epics ---------------------------------------------------------------------------------------------

Link = tuple[str, str, str]
"""An issue, its parent and its epic, by source; the empty string for none."""

# Only of issues that nobody has changed since, and only what they have not.
FIND_ABOVE = """
SELECT child.issue_id, parent.issue_id, epic.issue_id
  FROM unnest(%(children)s::text[], %(parents)s::text[], %(epics)s::text[]) AS link (child, parent, epic)
  JOIN import_origin child ON child.org_id = %(org)s AND child.queue_id = %(queue)s AND child.source = link.child
  JOIN issue ON issue.org_id = %(org)s AND issue.id = child.issue_id AND issue.version = 1
  LEFT JOIN import_origin parent ON parent.org_id = %(org)s AND parent.queue_id = %(queue)s
        AND parent.source = link.parent AND parent.issue_id <> issue.id AND issue.parent_id IS NULL
  LEFT JOIN import_origin epic ON epic.org_id = %(org)s AND epic.queue_id = %(queue)s
        AND epic.source = link.epic AND epic.issue_id <> issue.id AND issue.epic_id IS NULL"""


async def above(tx: Transaction, queue_id: int, links: Sequence[Link]) -> tuple[dict[int, int], dict[int, int]]:
    """Which issues are to get which parents, and which epics."""
    children, parents, epics = (list(column) for column in zip(*links, strict=True))
    params = {"queue": queue_id, "children": children, "parents": parents, "epics": epics}
    rows = await tx.tuples(FIND_ABOVE, params)
    return (
        {child: parent for child, parent, _ in rows if parent is not None},
        {child: epic for child, _, epic in rows if epic is not None},
    )


# UNION stops where a ring closes.
RINGS = """
WITH RECURSIVE pair AS (
    SELECT * FROM unnest(%(children)s::bigint[], %(parents)s::bigint[]) AS pair (child, parent)
), above (start, id) AS (
    SELECT child, parent FROM pair
     UNION
    SELECT above.start, coalesce(pair.parent, issue.parent_id)
      FROM above JOIN issue ON issue.org_id = %(org)s AND issue.id = above.id
      LEFT JOIN pair ON pair.child = above.id
     WHERE above.id <> above.start AND coalesce(pair.parent, issue.parent_id) IS NOT NULL
)
SELECT DISTINCT start FROM above WHERE id = start"""


async def rings(tx: Transaction, parents: Mapping[int, int]) -> set[int]:
    """The issues that would come to stand above themselves if each got this parent."""
    params = {"children": list(parents), "parents": list(parents.values())}
    return {row[0] for row in await tx.tuples(RINGS, params)}
