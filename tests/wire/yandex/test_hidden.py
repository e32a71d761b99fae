"""What a person may not know of has no name: in no issue, in no history, in no refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from shoal.actions import comments, issues, membership
from shoal.dialects.yandex import ids
from shoal.domain.errors import NotFound, QueueNotFound
from shoal.store.db import Database
from tests.wire.yandex.conftest import Client
from tests.world import World, grant, make_issues

MAKE = {
    "component": "INSERT INTO component (org_id, queue_id, name) VALUES (%(org)s, %(queue)s, 'Secret A') RETURNING id",
    "version": "INSERT INTO version (org_id, queue_id, name) VALUES (%(org)s, %(queue)s, 'Secret B') RETURNING id",
    "area": "INSERT INTO area (org_id, queue_id, name) VALUES (%(org)s, %(queue)s, 'Secret C') RETURNING id",
    "sprint": """WITH made AS (INSERT INTO board (org_id, queue_id, name)
                               VALUES (%(org)s, %(queue)s, 'Secret board') RETURNING id)
                 INSERT INTO sprint (org_id, board_id, name) SELECT %(org)s, id, 'Secret sprint' FROM made
                 RETURNING id""",
    "field": """INSERT INTO field (org_id, queue_id, key, name, kind)
                VALUES (%(org)s, %(queue)s, 'secretKey', '{"en": "Secret field"}', 'string') RETURNING id""",
}

HOLD = """
UPDATE issue SET components = ARRAY[%(component)s]::bigint[], fix_versions = ARRAY[%(version)s]::bigint[],
                 affected_versions = ARRAY[%(version)s]::bigint[], sprints = ARRAY[%(sprint)s]::bigint[],
                 area_id = %(area)s
 WHERE org_id = %(org)s AND id = %(id)s"""

REMEMBER = """
INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, changes)
VALUES (%(org)s, %(id)s, now(), %(author)s, 'moved', 'api', jsonb_build_object(
    'components', jsonb_build_array(ARRAY[%(component)s::bigint], NULL),
    'fix_versions', jsonb_build_array(ARRAY[%(version)s::bigint], NULL),
    'sprints', jsonb_build_array(ARRAY[%(sprint)s::bigint], NULL), 'area', jsonb_build_array(%(area)s::bigint, NULL),
    'custom.' || %(field)s::bigint, jsonb_build_array('Secret value', NULL)))"""


@dataclass(frozen=True)
class Secrets:
    """What olga's queue FOREIGN has, of which rosa may not know; and an issue of rosa's that holds it."""

    issue_id: int
    field: int


@pytest.fixture
async def secrets(db: Database, world: World) -> Secrets:
    (issue_id,) = await make_issues(db, world, 1)
    async with db.transaction(world.org_id) as tx:
        made = {table: await tx.value(sql, {"queue": world.foreign}) for table, sql in MAKE.items()}
        params = {**made, "id": issue_id, "author": world.rosa.user_id}
        await tx.run(HOLD, params)
        await tx.run(REMEMBER, params)
    return Secrets(issue_id, made["field"])


@pytest.mark.parametrize("what", ["", "/changelog"])
async def test_names_of_a_hidden_queue_are_told_to_who_may_know_it_only(
    api: Client, db: Database, world: World, secrets: Secrets, what: str
) -> None:
    assert "Secret" not in (await api.get(f"/v2/issues/TEST-1{what}")).text
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.foreign, world.rosa, ["create"])
    assert (await api.get(f"/v2/issues/TEST-1{what}")).text.count("Secret") >= 4


async def test_hidden_local_field_is_refused_like_none(api: Client, secrets: Secrets) -> None:
    async def refused(field_id: int) -> str:
        name = ids.local_field(field_id, "guess")
        answer = await api.patch("/v2/issues/TEST-1", json={name: "x"})
        assert answer.status_code == 422
        return answer.text.replace(name, "NAME")

    assert await refused(secrets.field) == await refused(secrets.field + 1000)


async def test_unique_value_of_a_hidden_issue_is_free(
    api: Client, api_of: Callable[[str], Client], db: Database, world: World
) -> None:
    body = {"summary": "One", "unique": "shared"}
    assert (await api_of("olga").post("/v2/issues", json={"queue": "FOREIGN", **body})).status_code == 201
    assert (await api.post("/v2/issues/_findByUnique?unique=shared")).status_code == 404
    assert (await api.post("/v2/issues", json={"queue": "TEST", **body})).status_code == 201
    assert (await api.post("/v2/issues", json={"queue": "TEST", **body})).status_code == 409
    assert (await api.post("/v2/issues/_findByUnique?unique=shared")).json()["key"] == "TEST-1"


async def test_unique_value_of_ones_own_issue_stays_taken_when_it_is_out_of_sight(
    api: Client, db: Database, world: World
) -> None:
    body = {"queue": "TEST", "summary": "One", "unique": "own"}
    assert (await api.post("/v2/issues", json=body)).status_code == 201
    async with db.transaction(world.org_id) as tx:
        await tx.run("UPDATE issue SET queue_id = %(queue)s WHERE org_id = %(org)s", {"queue": world.foreign})
    assert (await api.post("/v2/issues", json=body)).status_code == 409


async def test_who_may_create_in_a_queue_may_name_it(api: Client, db: Database, world: World) -> None:
    """As the queue of a new issue, which they then may not read, and of a component, which they may not make."""
    requests = [
        ("/v2/issues", {"queue": "FOREIGN", "summary": "x"}),
        ("/v2/components", {"queue": "FOREIGN", "name": "x"}),
    ]
    unknown = [(await api.post(path, json=body)).status_code for path, body in requests]
    assert unknown == [404, 422]
    async with db.transaction(world.org_id) as tx:
        await grant(tx, world.foreign, world.rosa, ["create"])
    assert [(await api.post(path, json=body)).status_code for path, body in requests] == [403, 403]


async def test_comment_and_sprint_of_a_hidden_issue_are_not_found(db: Database, world: World, secrets: Secrets) -> None:
    async with db.transaction(world.org_id) as tx:
        comment_id = await tx.value(
            """INSERT INTO comment (org_id, issue_id, author_id, text, updated_by)
               VALUES (%(org)s, %(id)s, %(author)s, 'Said', %(author)s) RETURNING id""",
            {"id": secrets.issue_id, "author": world.rosa.user_id},
        )
    assert (await comments.locate_issue(db, world.rosa, comment_id)).id == secrets.issue_id
    with pytest.raises(NotFound):
        await comments.locate_issue(db, world.ivan, comment_id)
    assert len(await issues.sprints_of(db, world.rosa, [secrets.issue_id])) == 1
    assert await issues.sprints_of(db, world.ivan, [secrets.issue_id]) == []


async def test_project_by_its_former_id_is_refused_by_that_id(db: Database, world: World) -> None:
    async with db.transaction(world.org_id) as tx:
        await tx.run(
            "UPDATE queue SET former_id = %(former)s WHERE org_id = %(org)s AND id = %(id)s",
            {"former": "a" * 32, "id": world.foreign},
        )
    with pytest.raises(QueueNotFound, match="a" * 32):
        await membership.queue_known_as(db, world.rosa, "a" * 32)
