"""The body of a comment."""

from __future__ import annotations

from typing import Any

from shoal.dialects import http
from shoal.dialects.yandex.read import values
from shoal.domain.errors import Invalid
from shoal.domain.patch import NewComment


def new(raw: bytes) -> NewComment:
    """Raises Invalid without a text, and for attachments, which cannot be here."""
    given = http.decode(raw, dict[str, Any])
    if not isinstance(given.get("text"), str) or not given["text"].strip():
        raise Invalid({"text": "a comment is not empty"})
    if given.get("attachmentIds"):
        raise Invalid({"attachmentIds": "there is no such attachment"})
    return values.comment("text", given, called="summonees")
