"""A small organisation to test in, and its neighbour. Made by plain SQL, so that no test of a part needs the others.

    world = await make_world(db)
    ids = await make_issues(db, world, 10, status="closed", resolution="fixed")

Queues: TEST and DEMO are rosa's (ivan has no right to either), FOREIGN is olga's alone; nina lives in another
organisation, with a queue TEST of her own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shoal.actions import organisations
from shoal.domain.actor import Actor
from shoal.store.db import Database, Transaction

ALL_RIGHTS = ["read", "write", "create", "grant"]


@dataclass(frozen=True, slots=True)
class World:
    org_id: int
    other_org_id: int
    rosa: Actor
    ivan: Actor
    olga: Actor
    nina: Actor
    tokens: Mapping[str, str]
    """By login."""
    queues: Mapping[str, int]
    """By key: TEST, DEMO, FOREIGN; of this organisation."""
    other_queue: int
    types: Mapping[str, int]
    statuses: Mapping[str, int]
    priorities: Mapping[str, int]
    resolutions: Mapping[str, int]
    components: Mapping[str, int]
    """By name, of TEST: Core, API, Docs."""
    versions: Mapping[str, int]
    """By name, of TEST: 1.0, 1.1, 2.0."""
    demo_components: Mapping[str, int] = field(default_factory=dict)
    """By name, of DEMO: Core, Interface."""
    demo_versions: Mapping[str, int] = field(default_factory=dict)
    """By name, of DEMO: 1.0."""

    @property
    def token(self) -> str:
        return self.tokens["rosa"]

    @property
    def test(self) -> int:
        return self.queues["TEST"]

    @property
    def demo(self) -> int:
        return self.queues["DEMO"]

    @property
    def foreign(self) -> int:
        return self.queues["FOREIGN"]


async def make_world(db: Database) -> World:
    """Two organisations with their people, tokens and queues; no issues."""
    org = await organisations.create(db, f"Reef {secrets.token_hex(4)}")
    other = await organisations.create(db, f"Atoll {secrets.token_hex(4)}")
    async with db.transaction(other.id) as tx:
        nina, nina_token = await make_user(tx, "nina", "Nina Outside", is_admin=True)
        other_queue = await make_queue(tx, "TEST", "Elsewhere", nina)
    async with db.transaction(org.id) as tx:
        rosa, rosa_token = await make_user(tx, "rosa", "Rosa Prado", is_admin=True)
        ivan, ivan_token = await make_user(tx, "ivan", "Иван Петров")
        olga, olga_token = await make_user(tx, "olga", "Olga Lind")
        queues = {
            "TEST": await make_queue(tx, "TEST", "Testing", rosa),
            "DEMO": await make_queue(tx, "DEMO", "Demonstration", rosa),
            "FOREIGN": await make_queue(tx, "FOREIGN", "Somebody else's", olga),
        }
        return World(
            org_id=org.id,
            other_org_id=other.id,
            rosa=rosa,
            ivan=ivan,
            olga=olga,
            nina=nina,
            tokens={"rosa": rosa_token, "ivan": ivan_token, "olga": olga_token, "nina": nina_token},
            queues=queues,
            other_queue=other_queue,
            types=await catalogue(tx, "type"),
            statuses=await catalogue(tx, "status"),
            priorities=await catalogue(tx, "priority"),
            resolutions=await catalogue(tx, "resolution"),
            components=await make_named(tx, "component", queues["TEST"], ["Core", "API", "Docs"]),
            versions=await make_named(tx, "version", queues["TEST"], ["1.0", "1.1", "2.0"]),
            demo_components=await make_named(tx, "component", queues["DEMO"], ["Core", "Interface"]),
            demo_versions=await make_named(tx, "version", queues["DEMO"], ["1.0"]),
        )


# --- the parts, for tests that need more of them -------------------------------------------------------------------


async def make_user(tx: Transaction, login: str, display: str = "", *, is_admin: bool = False) -> tuple[Actor, str]:
    """A user and a token of theirs."""
    first, _, last = (display or login.title()).partition(" ")
    user_id = await tx.value(
        """INSERT INTO users (org_id, login, first_name, last_name, email, is_admin)
           VALUES (%(org)s, %(login)s, %(first)s, %(last)s, %(login)s || '@example.org', %(is_admin)s) RETURNING id""",
        {"login": login, "first": first, "last": last, "is_admin": is_admin},
    )
    token = secrets.token_urlsafe(32)
    token_id = await tx.value(
        """INSERT INTO access_token (hash, org_id, user_id, name) VALUES (%(hash)s, %(org)s, %(user)s, 'test')
           RETURNING id""",
        {"hash": hashlib.sha256(token.encode()).digest(), "user": user_id},
    )
    assert tx.org_id is not None
    name = f"{first} {last}".strip()
    return Actor(tx.org_id, user_id, login, name, is_admin=is_admin, token_id=token_id), token


async def make_queue(tx: Transaction, key: str, name: str, owner: Actor) -> int:
    """A queue with every type, the default workflow and all rights for its owner."""
    queue_id = await tx.value(
        """INSERT INTO queue (org_id, key, name, lead_id, default_type_id, default_priority_id)
           SELECT %(org)s, %(key)s, %(name)s, %(lead)s, type.id, priority.id
             FROM catalogue type, catalogue priority
            WHERE type.org_id = %(org)s AND type.kind = 'type' AND type.key = 'task'
              AND priority.org_id = %(org)s AND priority.kind = 'priority' AND priority.key = 'normal'
           RETURNING id""",
        {"key": key, "name": name, "lead": owner.user_id},
    )
    await tx.run(
        """INSERT INTO queue_type (org_id, queue_id, type_id, workflow_id)
           SELECT %(org)s, %(queue)s, catalogue.id, workflow.id FROM catalogue, workflow
            WHERE catalogue.org_id = %(org)s AND catalogue.kind = 'type'
              AND workflow.org_id = %(org)s AND workflow.key = 'default'""",
        {"queue": queue_id},
    )
    await grant(tx, queue_id, owner, ALL_RIGHTS)
    return int(queue_id)


async def grant(tx: Transaction, queue_id: int, user: Actor, rights: list[str]) -> None:
    await tx.run(
        """INSERT INTO queue_right (org_id, queue_id, user_id, rights)
           VALUES (%(org)s, %(queue)s, %(user)s, %(rights)s)
           ON CONFLICT (org_id, queue_id, user_id, group_id) DO UPDATE SET rights = excluded.rights""",
        {"queue": queue_id, "user": user.user_id, "rights": rights},
    )


async def make_named(tx: Transaction, table: str, queue_id: int, names: list[str]) -> dict[str, int]:
    """Components or versions of a queue, by name."""
    statements: dict[str, Any] = {
        "component": """INSERT INTO component (org_id, queue_id, name)
                        SELECT %(org)s, %(queue)s, unnest(%(names)s::text[]) RETURNING name, id""",
        "version": """INSERT INTO version (org_id, queue_id, name)
                      SELECT %(org)s, %(queue)s, unnest(%(names)s::text[]) RETURNING name, id""",
    }
    return dict(await tx.tuples(statements[table], {"queue": queue_id, "names": names}))


async def catalogue(tx: Transaction, kind: str) -> dict[str, int]:
    """Ids by key."""
    entries = "SELECT key, id FROM catalogue WHERE org_id = %(org)s AND kind = %(kind)s"
    return dict(await tx.tuples(entries, {"kind": kind}))


# --- issues --------------------------------------------------------------------------------------------------------

MAKE_ISSUES = """
WITH first AS (
    UPDATE queue SET last_number = last_number + %(count)s
     WHERE org_id = %(org)s AND id = %(queue)s RETURNING last_number - %(count)s AS number
), made AS (
    INSERT INTO issue (org_id, queue_id, number, type_id, status_id, priority_id, resolution_id, resolved_at, author_id,
                       assignee_id, updated_by, summary, tags, components, fix_versions)
    SELECT %(org)s, %(queue)s, first.number + n, %(type)s, %(status)s, %(priority)s, %(resolution)s,
           CASE WHEN %(resolution)s::bigint IS NOT NULL THEN now() END, %(author)s,
           %(assignee)s, %(author)s, %(summary)s || ' ' || n, %(tags)s, %(components)s, %(fix_versions)s
      FROM first, generate_series(1, %(count)s) AS n
    RETURNING id, summary, status_id, author_id
), texts AS (
    INSERT INTO issue_text (org_id, issue_id, description, search)
    SELECT %(org)s, id, %(description)s, search_vector(summary, %(description)s) FROM made
), history AS (
    INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, changes)
    SELECT %(org)s, id, now(), author_id, 'created', 'api',
           jsonb_build_object('status', jsonb_build_array(NULL, status_id)) FROM made
)
SELECT id FROM made ORDER BY id"""


async def make_issues(
    db: Database,
    world: World,
    count: int,
    *,
    queue: str = "TEST",
    summary: str = "Issue",
    description: str = "",
    issue_type: str = "task",
    status: str = "open",
    priority: str = "normal",
    resolution: str | None = None,
    author: Actor | None = None,
    assignee: Actor | None = None,
    tags: tuple[str, ...] = (),
    components: tuple[int, ...] = (),
    fix_versions: tuple[int, ...] = (),
) -> list[int]:
    """Issues that differ in number and summary only, with their texts and first history rows; their ids."""
    params = {
        "count": count,
        "queue": world.queues[queue],
        "summary": summary,
        "description": description,
        "type": world.types[issue_type],
        "status": world.statuses[status],
        "priority": world.priorities[priority],
        "resolution": world.resolutions[resolution] if resolution else None,
        "author": (author or world.rosa).user_id,
        "assignee": assignee.user_id if assignee else None,
        "tags": list(tags),
        "components": list(components),
        "fix_versions": list(fix_versions),
    }
    async with db.transaction(world.org_id) as tx:
        return [int(row[0]) for row in await tx.tuples(MAKE_ISSUES, params)]
