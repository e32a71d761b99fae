"""Organisations: made with the catalogue that each begins with. Only the command line does this; no API does."""

from __future__ import annotations

from zoneinfo import available_timezones

from shoal.domain.errors import Invalid, NotFound
from shoal.domain.organisation import LANGUAGES, Organisation
from shoal.domain.problems import problem
from shoal.store import organisations
from shoal.store.db import Database

LONGEST_NAME = 200


async def create(db: Database, name: str, *, language: str = "en", timezone: str = "UTC") -> Organisation:
    """Make an organisation with its starter catalogue. Conflict if the name is taken, and nothing is made."""
    _check(name, language, timezone)
    async with db.transaction(None) as tx:
        organisation = await organisations.insert(tx, name.strip(), language=language, timezone=timezone)
        await organisations.insert_starter(tx)
    return organisation


def _check(name: str, language: str, timezone: str) -> None:
    wrong = []
    if not name.strip() or len(name) > LONGEST_NAME or "\0" in name:
        wrong.append(problem("name_length", "name", most=LONGEST_NAME))
    if language not in LANGUAGES:
        wrong.append(problem("one_of", "language", values=", ".join(LANGUAGES)))
    if timezone not in available_timezones():
        wrong.append(problem("time_zone", "timezone"))
    if wrong:
        raise Invalid.of(wrong)


async def get(db: Database, org_id: int) -> Organisation:
    async with db.transaction(None) as tx:
        organisation = await organisations.find(tx, org_id)
    if organisation is None:
        raise NotFound("no_organisation", organisation=org_id)
    return organisation


async def find_named(db: Database, name: str) -> Organisation | None:
    async with db.transaction(None) as tx:
        return await organisations.find_named(tx, name)


async def list_all(db: Database) -> list[Organisation]:
    async with db.transaction(None) as tx:
        return await organisations.list_all(tx)
