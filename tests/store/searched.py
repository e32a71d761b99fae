"""The issues that searches are tested on, and how a test finds them by their letters.

`a` to `e` are in TEST, `f` in DEMO; `g` is in FOREIGN, which rosa may not read; one is in another organisation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import sql
from psycopg.types.json import Jsonb

from shoal.dialects.yandex.query import parse
from shoal.domain.actor import Actor
from shoal.domain.query import Query
from shoal.store import search
from shoal.store.db import Database, Transaction
from tests.world import World, make_issues, make_named, make_user, make_world

MOSCOW = "Europe/Moscow"
NOW = datetime(2026, 11, 22, 1, 30, 45, tzinfo=ZoneInfo(MOSCOW))  # a Sunday; in UTC it is still the 21st


@dataclass(frozen=True)
class Place:
    url: str
    world: World
    names: dict[int, str]
    """Issue id -> its letter."""
    fields: dict[str, int]


@dataclass(frozen=True)
class Finder:
    db: Database
    place: Place

    async def __call__(self, query: str | Query, actor: Actor | None = None, readable: list[int] | None = None) -> str:
        """The letters of the issues found, in alphabetical order."""
        return "".join(sorted(await self.sorted(query, actor, readable)))

    async def sorted(self, query: str | Query, actor: Actor | None = None, readable: list[int] | None = None) -> str:
        """The letters of the issues found, in the query's order."""
        world = self.place.world
        tree = parse(query) if isinstance(query, str) else query
        async with self.db.transaction(world.org_id) as tx:
            prepared = await search.prepare(
                tx,
                replace(actor or world.rosa, timezone=MOSCOW),
                tree,
                readable=[world.test, world.demo] if readable is None else readable,
                now=NOW,
            )
            ids = await search.find_ids(tx, prepared)
            assert await search.count(tx, prepared) == len(ids) == len(set(ids))
        return "".join(self.place.names.get(id_, "?") for id_ in ids)


async def make_place(url: str) -> Place:
    db = Database(url)
    await db.open()
    world = await make_world(db)
    names = {}
    for letter in "abcdefg":
        queue = {"f": "DEMO", "g": "FOREIGN"}.get(letter, "TEST")
        (id_,) = await make_issues(db, world, 1, queue=queue, summary=letter)
        names[id_] = letter
    async with db.transaction(world.other_org_id) as tx:
        await _make_foreign_issue(tx, world)
    async with db.transaction(world.org_id) as tx:
        fields = await _make_fields(tx, world)
        await _fill(tx, world, {letter: id_ for id_, letter in names.items()}, fields)
    await db.close()
    return Place(url, world, names, fields)


FOREIGN_ISSUE = """
INSERT INTO issue (org_id, queue_id, number, type_id, status_id, priority_id, author_id, updated_by, summary,
                   assignee_id)
SELECT %(org)s, %(queue)s, 1, t.id, s.id, p.id, %(nina)s, %(nina)s, 'Login crashes on Release 2.0', %(nina)s
  FROM catalogue t, catalogue s, catalogue p
 WHERE t.org_id = %(org)s AND t.kind = 'type' AND t.key = 'bug' AND s.org_id = %(org)s AND s.kind = 'status'
   AND s.key = 'open' AND p.org_id = %(org)s AND p.kind = 'priority' AND p.key = 'critical'"""


async def _make_foreign_issue(tx: Transaction, world: World) -> None:
    await tx.run(FOREIGN_ISSUE, {"queue": world.other_queue, "nina": world.nina.user_id})


async def _make_fields(tx: Transaction, world: World) -> dict[str, int]:
    rows: list[tuple[str, int | None, str, dict[str, Any]]] = [
        ("risk", None, "integer", {"name": {"en": "Risk level", "ru": "Уровень риска"}}),
        ("reviewers", None, "user", {"is_list": True}),
        ("launch", None, "date", {}),
        ("seenAt", None, "datetime", {}),
        ("effort", None, "duration", {}),
        ("urgent", None, "boolean", {}),
        ("size", None, "string", {"options": ["S", "M", "L"]}),
        ("labels", None, "string", {"is_list": True}),
        ("notes", None, "text", {}),
        ("crashStatus", None, "string", {"name": {"en": "crash Status"}}),
        ("bay", world.test, "string", {}),
        ("bay", world.demo, "string", {}),
        ("lead", world.test, "user", {"name": {"en": "Lead engineer"}}),
        ("secret", world.foreign, "string", {}),
    ]
    statement = """INSERT INTO field (org_id, queue_id, key, name, kind, is_list, options)
                   VALUES (%(org)s, %(queue)s, %(key)s, %(name)s, %(kind)s, %(is_list)s, %(options)s) RETURNING id"""
    ids = {}
    for key, queue, kind, more in rows:
        params = {
            "queue": queue,
            "key": key,
            "kind": kind,
            "is_list": False,
            "options": None,
            "name": {"en": key},
        } | more
        ids[f"{key}@{queue}" if queue else key] = await tx.value(statement, params | {"name": Jsonb(params["name"])})
    return ids


async def _fill(tx: Transaction, world: World, ids: dict[str, int], fields: dict[str, int]) -> None:
    sprint = await tx.value(
        """WITH made AS (INSERT INTO board (org_id, name) VALUES (%(org)s, 'Board') RETURNING id)
           INSERT INTO sprint (org_id, board_id, name) SELECT %(org)s, id, 'Sprint 1' FROM made RETURNING id"""
    )
    project = await tx.value("INSERT INTO project (org_id, name) VALUES (%(org)s, 'Reef') RETURNING id")
    group = await tx.value("INSERT INTO user_group (org_id, name) VALUES (%(org)s, 'Back end') RETURNING id")
    await tx.run("INSERT INTO user_group (org_id, name) VALUES (%(org)s, 'Nobody')")
    for user in (world.rosa, world.ivan):
        params = {"g": group, "u": user.user_id}
        await tx.run("INSERT INTO group_member (org_id, group_id, user_id) VALUES (%(org)s, %(g)s, %(u)s)", params)
    namesake, _ = await make_user(tx, "rose", "Rosa Vale")
    await tx.run("UPDATE users SET dismissed_at = now() WHERE org_id = %(org)s AND login = 'olga'")
    await tx.run(
        "UPDATE component SET lead_id = %(ivan)s WHERE org_id = %(org)s AND id = %(id)s",
        {"ivan": world.ivan.user_id, "id": world.components["API"]},
    )
    await make_named(tx, "component", world.foreign, ["Hidden"])
    custom = {name: str(id_) for name, id_ in fields.items()}
    bay, demo_bay = custom[f"bay@{world.test}"], custom[f"bay@{world.demo}"]
    amended: dict[str, dict[str, Any]] = {
        "a": {
            "type_id": world.types["bug"],
            "priority_id": world.priorities["critical"],
            "assignee_id": world.rosa.user_id,
            "tags": ["ui", "Q3"],
            "components": [world.components["Core"], world.components["API"]],
            "fix_versions": [world.versions["1.0"]],
            "affected_versions": [world.versions["1.1"], world.versions["2.0"]],
            "story_points": 5,
            "deadline": "2027-01-15",
            "original_estimation": 5 * 480 + 150,
            "created_at": "2026-11-21T21:00:00Z",  # midnight of the 22nd in Moscow
            "updated_at": "2026-11-21T22:30:10Z",  # the minute of NOW
            "summary": "Login crashes on Release 2.0",
            "description": "The pump is leaking near bay 3: 100%_sure",
            "custom": {custom["risk"]: 3, custom["reviewers"]: [world.rosa.user_id, world.ivan.user_id], bay: "North 3",
                       custom["launch"]: "2026-11-22", custom["urgent"]: True, custom["size"]: "M",
                       f"{custom[f'lead@{world.test}']}": world.rosa.user_id},
        },
        "b": {
            "status_id": world.statuses["inProgress"],
            "assignee_id": world.ivan.user_id,
            "followers": [world.rosa.user_id],
            "tags": ["UI"],
            "components": [world.components["Docs"]],
            "story_points": 2.5,
            "deadline": "2027-02-01",
            "spent": 480,
            "created_at": "2026-11-21T20:59:59.999Z",  # the 21st in Moscow
            "updated_at": "2026-11-21T20:00:00Z",
            "summary": "Сломанные кнопки входа",
            "description": "Пользователи не могли войти",
            "custom": {custom["risk"]: 10, custom["labels"]: ["Red", "blue sky"], custom["urgent"]: False,
                       custom["effort"]: 90, custom["seenAt"]: "2026-11-21T22:00:00.000+00:00"},
        },
        "c": {
            "status_id": world.statuses["closed"],
            "resolution_id": world.resolutions["fixed"],
            "resolved_at": "2026-11-10T12:00:00Z",
            "resolver_id": world.ivan.user_id,
            "author_id": world.olga.user_id,
            "access": [world.ivan.user_id],
            "votes": 7,
            "created_at": "2026-10-01T12:00:00Z",
            "updated_at": "2026-11-10T12:00:00Z",
            "summary": "登录页面崩溃",
            "description": "用户无法登录",
            "custom": {custom["notes"]: "Crashing loudly", custom["crashStatus"]: "open"},
        },
        "d": {
            "type_id": world.types["story"],
            "status_id": world.statuses["needInfo"],
            "assignee_id": namesake.user_id,
            "updated_by": world.ivan.user_id,
            "parent_id": ids["a"],
            "epic_id": ids["e"],
            "sprints": [sprint],
            "projects": [project],
            "start_date": "2026-11-16",
            "end_date": "2026-11-20",
            "created_at": "2026-09-30T12:00:00Z",
            "updated_at": "2026-11-09T12:00:00Z",
            "summary": "Release 2.0",
            "description": "rent due tomorrow",
        },
        "e": {
            "type_id": world.types["epic"],
            "priority_id": world.priorities["blocker"],
            "estimation": 60,
            "created_at": "2025-12-31T20:59:00Z",
            "updated_at": "2026-11-08T12:00:00Z",
            "summary": "Draft of the release",
        },
        "f": {
            "components": [world.demo_components["Core"]],
            "previous_queue_id": world.test,
            "created_at": "2024-05-05T12:00:00Z",
            "updated_at": "2026-11-07T12:00:00Z",
            "summary": "Leaks found in C++",
            "custom": {demo_bay: "South"},
        },
        "g": {
            "assignee_id": world.rosa.user_id,
            "parent_id": ids["a"],
            "summary": "Login crashes on Release 2.0",
            "custom": {custom[f"secret@{world.foreign}"]: "x"},
        },
    }  # fmt: skip
    for letter, columns in amended.items():
        await _amend(tx, ids[letter], columns)
    comment = """INSERT INTO comment (org_id, issue_id, author_id, text, updated_by)
                 VALUES (%(org)s, %(issue)s, %(by)s, %(text)s, %(by)s)"""
    for letter, author, text in (
        ("a", world.ivan, "Cannot reproduce on staging"),
        ("b", world.rosa, "Проверено, 仍然崩溃"),
        ("g", world.olga, "staging"),
    ):
        await tx.run(comment, {"issue": ids[letter], "by": author.user_id, "text": text})
    alias = "INSERT INTO issue_alias (org_id, queue_id, number, issue_id) VALUES (%(org)s, %(queue)s, 900, %(issue)s)"
    await tx.run(alias, {"queue": world.test, "issue": ids["f"]})


async def _amend(tx: Transaction, id_: int, columns: dict[str, Any]) -> None:
    description = columns.pop("description", "")
    if "custom" in columns:
        columns["custom"] = Jsonb(columns["custom"])
    sets = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(column)) for column in columns
    )
    await tx.run(
        sql.SQL("UPDATE issue SET {} WHERE org_id = %(org)s AND id = %(id)s").format(sets), {**columns, "id": id_}
    )
    await tx.run(
        """UPDATE issue_text t SET description = %(d)s, search = search_vector(i.summary, %(d)s)
             FROM issue i WHERE i.org_id = %(org)s AND i.id = %(id)s AND t.org_id = %(org)s AND t.issue_id = i.id""",
        {"d": description, "id": id_},
    )
