"""Custom fields by the names that they have on the wire, where an answer names one that the request did not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from shoal.actions import Database, references
from shoal.dialects import spelling
from shoal.dialects.yandex import field_names
from shoal.domain.actor import Actor
from shoal.domain.errors import Invalid


@asynccontextmanager
async def in_errors(db: Database, actor: Actor) -> AsyncIterator[None]:
    """Let an Invalid pass once the names of the custom fields in it are known."""
    try:
        yield
    except Invalid as invalid:
        for name, written in (await of(db, actor, invalid.fields)).items():
            spelling.note(name, written)
        raise


async def of(db: Database, actor: Actor, names: Iterable[str]) -> Mapping[str, str]:
    """The wire's name of each custom field among these names of ours."""
    known = await references.custom_fields(db, actor, names)
    return {name: field_names.field_name(field) for name, field in known.items()}
