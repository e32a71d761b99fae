"""What went wrong, in the words of the request: custom fields and issues by the names that they have on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager

from shoal.actions import Database, references
from shoal.dialects import http
from shoal.dialects.yandex import edits, field_names, ids
from shoal.domain.actor import Actor
from shoal.domain.errors import Invalid, UnknownValue


@asynccontextmanager
async def in_errors(db: Database, actor: Actor, body: bytes) -> AsyncIterator[None]:
    """Let an Invalid pass with the wire's names in place of ours; of what does not exist, as the body has them."""
    try:
        yield
    except Invalid as invalid:
        if not invalid.fields:
            raise
        problems = _as_sent(invalid, body).fields
        names = await of(db, actor, problems)
        sent = {field_names.domain_name(word): word for word in _words(body) if ids.read_local_field(word) is not None}
        renamed = {names.get(name) or sent.get(name, name): problem for name, problem in problems.items()}
        if renamed == invalid.fields:
            raise
        raise Invalid(renamed, invalid.message) from None


def _as_sent(invalid: Invalid, body: bytes) -> Invalid:
    """An issue that is not there by the id that the body names it with, which is not ours."""
    if not isinstance(invalid, UnknownValue):
        return invalid
    named = (word for word in _words(body) if str(ids.read(ids.ISSUE, word)) == invalid.value)
    return UnknownValue(invalid.field, next(named, invalid.value))


def _words(body: bytes) -> Iterator[str]:
    """Every string in the body, and every key."""
    return (word for _, word in http.walk(edits.body(body)) if isinstance(word, str))


async def of(db: Database, actor: Actor, names: Iterable[str]) -> Mapping[str, str]:
    """The wire's name of each custom field among these names of ours."""
    known = await references.custom_fields(db, actor, names)
    return {name: field_names.field_name(field) for name, field in known.items()}
