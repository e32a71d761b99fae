"""Custom fields in what went wrong, by the names that they have on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from shoal.actions import Database, references
from shoal.dialects.yandex import fields
from shoal.domain.actor import Actor
from shoal.domain.errors import Invalid


@asynccontextmanager
async def in_errors(db: Database, actor: Actor) -> AsyncIterator[None]:
    """Let an Invalid pass with the wire's names of custom fields in place of ours."""
    try:
        yield
    except Invalid as invalid:
        names = await of(db, actor, invalid.fields)
        if not names:
            raise
        renamed = {names.get(name, name): problem for name, problem in invalid.fields.items()}
        raise Invalid(renamed, invalid.message) from None


async def of(db: Database, actor: Actor, names: Iterable[str]) -> Mapping[str, str]:
    """The wire's name of each custom field among these names of ours."""
    known = await references.custom_fields(db, actor, names)
    return {name: fields.field_name(field) for name, field in known.items()}
