"""Filling a database with the demo's organisations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shoal.actions import access_keys, passwords, queues, tokens
from shoal.actions.sealing import Seal
from shoal.demo import organisation, state
from shoal.demo.organisation import Demo
from shoal.domain.actor import Right
from shoal.domain.errors import NotFound
from shoal.domain.queue import Section
from shoal.store.db import Database

COUNT = 60
SEAL = Seal("a key of at least 32 characters, for tests")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


async def fill(db: Database, folder: Path, count: int = COUNT) -> Demo:
    return await organisation.fill(db, folder, count, lambda _queue, _done: None, seal=SEAL)


async def count(db: Database, demo: Demo, key: str) -> int:
    sql = """SELECT count(*) FROM issue JOIN queue ON queue.org_id = %(org)s AND queue.id = issue.queue_id
              WHERE issue.org_id = %(org)s AND queue.key = %(key)s"""
    async with db.transaction(demo.org_id) as tx:
        return int(await tx.value(sql, {"key": key}))


async def test_tokens_let_in_who_they_are_for(db: Database, tmp_path: Path) -> None:
    demo = await fill(db, tmp_path)
    owner = await tokens.authenticate(db, demo.tokens[organisation.OWNER])
    outsider = await tokens.authenticate(db, demo.tokens[organisation.OUTSIDER])
    neighbour = await tokens.authenticate(db, demo.tokens[organisation.NEIGHBOUR])
    assert owner.is_admin
    assert owner.org_id == outsider.org_id == demo.org_id
    assert neighbour.org_id == demo.other_org_id
    for right in Right:
        await queues.check_right(db, owner, "TEST", right)
    for actor, key in ((owner, "FOREIGN"), (outsider, "TEST"), (neighbour, "TEST")):
        with pytest.raises(NotFound):
            await queues.get(db, actor, key)


async def test_both_queues_have_the_same_types_and_workflow_and_members(db: Database, tmp_path: Path) -> None:
    demo = await fill(db, tmp_path)
    owner = await tokens.authenticate(db, demo.tokens[organisation.OWNER])
    one, other = [await queues.get(db, owner, key, list(Section)) for key in ("TEST", "DEMO")]
    types = [{(of.type_id, of.workflow_id) for of in found.types[found.queue.id]} for found in (one, other)]
    assert types[0] == types[1]
    assert min(len(found.team[found.queue.id]) for found in (one, other)) >= 2


async def test_second_fill_finds_everything_again(db: Database, tmp_path: Path) -> None:
    first = await fill(db, tmp_path)
    assert await fill(db, tmp_path) == first
    assert await count(db, first, "TEST") == COUNT


async def test_fill_that_was_cut_off_goes_on(db: Database, tmp_path: Path) -> None:
    first = await fill(db, tmp_path)
    kept = state.load(tmp_path)
    kept.filled.clear()  # as if it had been killed before it could say so
    state.save(tmp_path, kept)
    assert await fill(db, tmp_path, COUNT + 5) == first
    assert await count(db, first, "TEST") == COUNT + 5


async def test_old_folder_over_a_new_database_begins_anew(db: Database, tmp_path: Path) -> None:
    state.save(tmp_path, state.State(seed=1, now=state.load(tmp_path).now, password="x", org_id=1, filled={"TEST": 99}))
    demo = await fill(db, tmp_path)
    assert await count(db, demo, "TEST") == COUNT


async def test_secrets_are_private_and_differ_between_folders(db: Database, tmp_path: Path) -> None:
    demo = await fill(db, tmp_path)
    assert (tmp_path / state.FILE).stat().st_mode & 0o777 == 0o600
    assert state.load(tmp_path).password == demo.password
    (tmp_path / "other").mkdir()
    assert state.load(tmp_path / "other").password != demo.password


async def test_the_owner_signs_and_signs_in_after_every_start(db: Database, tmp_path: Path) -> None:
    first, again = await fill(db, tmp_path, 1), await fill(db, tmp_path, 1)
    assert (again.access_key, again.secret_key) == (first.access_key, first.secret_key)
    (tmp_path / "new").mkdir()
    other = await fill(db, tmp_path / "new", 1)
    for demo in (first, other):
        key = await access_keys.find(db, demo.access_key)
        assert key is not None
        assert access_keys.secret(SEAL, key) == demo.secret_key
    user = await passwords.sign_in(db, demo.org_id, organisation.OWNER, other.password)
    assert user.is_admin
