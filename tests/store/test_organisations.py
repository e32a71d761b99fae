"""Organisations and what they begin with, against a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shoal.actions import organisations
from shoal.domain import starter
from shoal.domain.errors import Conflict, Invalid, NotFound
from shoal.domain.fields import Kind
from shoal.store import catalogues
from shoal.store.db import Database


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


async def test_new_organisation_has_the_starter_catalogue(db: Database) -> None:
    org = await organisations.create(db, "Reef")
    async with db.transaction(org.id) as tx:
        for kind, entries in starter.CATALOGUE.items():
            made = await catalogues.list_all(tx, kind)
            assert [(it.key, it.names["ru"], it.category) for it in made] == [
                (entry.key, entry.ru, entry.category) for entry in entries
            ]


async def test_new_organisation_has_the_workflow(db: Database) -> None:
    org = await organisations.create(db, "Reef")
    sql = """SELECT t.key, a.key, b.key, t.required FROM transition t
               JOIN catalogue a ON a.org_id = %(org)s AND a.id = t.from_status_id
               JOIN catalogue b ON b.org_id = %(org)s AND b.id = t.to_status_id WHERE t.org_id = %(org)s"""
    async with db.transaction(org.id) as tx:
        made = {(key, a, b, tuple(required)) for key, a, b, required in await tx.tuples(sql)}
    assert made == {
        (step.key, source, step.target, step.required) for step in starter.TRANSITIONS for source in step.sources
    }


async def test_name_that_is_taken_makes_nothing(db: Database) -> None:
    org = await organisations.create(db, "Reef")
    with pytest.raises(Conflict):
        await organisations.create(db, "Reef")
    assert await organisations.list_all(db) == [org]


async def test_one_organisation_does_not_see_the_catalogue_of_another(db: Database) -> None:
    one, other = await organisations.create(db, "Reef"), await organisations.create(db, "Atoll")
    async with db.transaction(one.id) as tx:
        mine = {entry.id for entry in await catalogues.list_all(tx, Kind.STATUS)}
    async with db.transaction(other.id) as tx:
        assert mine.isdisjoint(entry.id for entry in await catalogues.list_all(tx, Kind.STATUS))


@pytest.mark.parametrize(
    ("name", "language", "timezone", "field"),
    [
        (" ", "en", "UTC", "name"),
        ("a\0b", "en", "UTC", "name"),
        ("Reef", "fr", "UTC", "language"),
        ("Reef", "en", "Mars", "timezone"),
    ],
)
async def test_bad_organisation_names_the_field(
    db: Database, name: str, language: str, timezone: str, field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        await organisations.create(db, name, language=language, timezone=timezone)
    assert set(raised.value.fields) == {field}


async def test_organisation_that_is_not_there_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        await organisations.get(db, 2**62)
