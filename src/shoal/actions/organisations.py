"""Organisations: made with the catalogue that each begins with. Only the command line does this; no API does."""

from __future__ import annotations

from zoneinfo import available_timezones

from shoal.domain.errors import Invalid, NotFound
from shoal.domain.organisation import LANGUAGES, Organisation
from shoal.store import organisations
from shoal.store.db import Database


async def create(db: Database, name: str, *, language: str = "en", timezone: str = "UTC") -> Organisation:
    """Make an organisation with its starter catalogue. Conflict if the name is taken, and nothing is made."""
    _check(name, language, timezone)
    async with db.transaction(None) as tx:
        organisation = await organisations.insert(tx, name.strip(), language=language, timezone=timezone)
        await organisations.insert_starter(tx)
    return organisation


def _check(name: str, language: str, timezone: str) -> None:
    problems = {}
    if not name.strip() or len(name) > 200 or "\0" in name:
        problems["name"] = "a name has 1 to 200 characters"
    if language not in LANGUAGES:
        problems["language"] = f"one of {', '.join(LANGUAGES)}"
    if timezone not in available_timezones():
        problems["timezone"] = "a time zone's name, like Europe/Moscow"
    if problems:
        raise Invalid(problems)


async def get(db: Database, org_id: int) -> Organisation:
    async with db.transaction(None) as tx:
        organisation = await organisations.find(tx, org_id)
    if organisation is None:
        raise NotFound(f"there is no organisation {org_id}")
    return organisation


async def find_named(db: Database, name: str) -> Organisation | None:
    async with db.transaction(None) as tx:
        return await organisations.find_named(tx, name)


async def list_all(db: Database) -> list[Organisation]:
    async with db.transaction(None) as tx:
        return await organisations.list_all(tx)
