"""Ids of the Yandex wire that are computed, not stored: 24 hex digits, of which 8 say the kind and 16 our own id."""

from __future__ import annotations

import re

from shoal.dialects import spelling
from shoal.domain.errors import NotFound
from shoal.domain.issue import IssueRef, key_ref
from shoal.domain.naming import LARGEST_ID, as_id

ISSUE = 0x5B0A1001
BULK_CHANGE = 0x5B0A1002
CHANGELOG_ENTRY = 0x5B0A1003
LOCAL_FIELD = 0x5B0A1004
COMMENT = 0x5B0A1005

number = as_id
"""A decimal id; None if the text can be none."""

HEX = re.compile(r"[0-9a-fA-F]{24}", re.ASCII)


def write(kind: int, own: int) -> str:
    return f"{kind:08x}{own:016x}"


def read(kind: int, text: str) -> int | None:
    """Our id; None if the text is not an id of this kind."""
    if not HEX.fullmatch(text) or int(text[:8], 16) != kind:
        return None
    own = int(text[8:], 16)
    return own if 0 < own <= LARGEST_ID else None


def issue(text: str) -> int | None:
    """Our id of the issue that the wire's id names, in which an error is to name it too."""
    own = read(ISSUE, text)
    if own is not None:
        spelling.note(str(own), text)
    return own


def known_number(thing: str, text: str) -> int:
    """A decimal id in a path. Raises NotFound if it can be nothing's."""
    found = number(text)
    if found is None:
        raise NotFound("unknown_value", thing=thing, value=text)
    return found


def local_field(field_id: int, key: str) -> str:
    """The name of a queue's own field."""
    return f"{write(LOCAL_FIELD, field_id)}--{key}"


def read_local_field(text: str) -> int | None:
    """The id of the field that a name like `<hex>--<key>` means; None if it is none."""
    head, dashes, key = text.partition("--")
    return read(LOCAL_FIELD, head) if dashes and key else None


def issue_ref(text: str) -> IssueRef:
    """The issue that a key or an id of the wire names; one that names none is no issue's."""
    return key_ref(text) or IssueRef(text, id=read(ISSUE, text))
