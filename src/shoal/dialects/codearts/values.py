"""What is answered, as far as all nouns share it: moments, hours, numbered things, people, and the values of fields as
text for people to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

from msgspec import Struct

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.tables import AREAS, PRIORITIES, SEVERITIES, STATUSES, TRACKERS, Table
from shoal.domain import durations
from shoal.domain.fields import Field, Kind
from shoal.domain.reference import Reference, References

T = TypeVar("T")


class Answer(Struct):
    """What is answered, or a part of it. A field of the type None is one of the vendor's that nothing here fills."""


class Result(Answer, Generic[T]):
    """The frame of the second version's answers."""

    result: T
    status: str = "success"


class Named(Struct, frozen=True):
    id: int
    name: str


TABLES: Mapping[Kind, Table] = {
    Kind.TYPE: TRACKERS,
    Kind.STATUS: STATUSES,
    Kind.PRIORITY: PRIORITIES,
    Kind.SEVERITY: SEVERITIES,
    Kind.AREA: AREAS,
}


def number(known: References, kind: Kind, own_id: int) -> int:
    """The wire's number of a thing of a kind that has a table; of any other its id."""
    table = TABLES.get(kind)
    thing = known.find(kind, own_id)
    return table.number(thing.key if thing else None, own_id) if table else own_id


def named(known: References, kind: Kind, own_id: int | None) -> Named | None:
    """None without a thing, and for one that the caller may not know of."""
    thing = known.find(kind, own_id)
    return None if thing is None else Named(id=number(known, kind, thing.id), name=thing.name("en"))


def moment(at: datetime | None) -> str | None:
    """In UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def millis(at: datetime | date | None) -> int | None:
    """Milliseconds since the epoch; a day begins in UTC."""
    if at is None:
        return None
    instant = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
    return int(instant.timestamp() * 1000)


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def hours(minutes: int | None) -> float:
    return round((minutes or 0) / durations.MINUTES_AN_HOUR, 2)


# --- people --------------------------------------------------------------------------------------------------------


class CommentUser(Answer):
    user_num_id: int
    user_name: str | None
    nick_name: str


class NumberedUser(CommentUser):
    user_id: str


class ItemUser(Answer):
    """Who made or has a work item."""

    id: int
    user_num_id: int
    user_id: str
    name: str | None
    nick_name: str


class AccountUser(Answer):
    """Somebody with the account that they are of."""

    user_id: str
    user_name: str | None
    nick_name: str | None
    domain_id: str
    domain_name: str | None


class NumberedAccountUser(AccountUser):
    user_num_id: int


def comment_user(one: Reference) -> CommentUser:
    return CommentUser(user_num_id=one.id, user_name=one.key, nick_name=one.name("en"))


def numbered_user(known: References, user_id: int | None) -> NumberedUser | None:
    one = known.find(Kind.USER, user_id)
    if one is None:
        return None
    return NumberedUser(user_num_id=one.id, user_name=one.key, nick_name=one.name("en"), user_id=ids.user(one.id))


def item_user(known: References, user_id: int | None) -> ItemUser | None:
    one = known.find(Kind.USER, user_id)
    if one is None:
        return None
    return ItemUser(id=one.id, user_num_id=one.id, user_id=ids.user(one.id), name=one.key, nick_name=one.name("en"))


# --- as text -------------------------------------------------------------------------------------------------------


def text(field: Field | None, stored: object, known: References) -> str:
    """The value as people read it; empty for none."""
    match stored:
        case list() | tuple():
            return ",".join(filter(None, (text(field, item, known) for item in stored)))
        case None:
            return ""
        case bool():
            return "true" if stored else "false"
        case float():
            return plain(stored)
        case int() if field is not None:
            return _whole_number(field, stored, known)
        case _:
            return str(stored)


def _whole_number(field: Field, stored: int, known: References) -> str:
    """What the number means: a thing by its name, minutes as hours, or itself."""
    if field.is_reference:
        thing = known.find(field.kind, stored)
        return "" if thing is None else (thing.key if field.kind in BY_KEY else thing.name("en")) or ""
    return plain(hours(stored)) if field.kind is Kind.DURATION else str(stored)


BY_KEY = frozenset({Kind.USER})
"""Kinds of which the wire shows the key: people by their login."""


def plain(number: float) -> str:
    """Without a fraction where there is none."""
    return str(int(number)) if number.is_integer() else str(number)
