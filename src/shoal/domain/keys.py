"""Keys made from names, for things that were made without one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count

NOT_OF_QUEUE_KEY = re.compile(r"[^A-Z0-9]+", re.ASCII)
NOT_OF_FIELD_KEY = re.compile(r"[^A-Za-z0-9]+", re.ASCII)
QUEUE_KEY_LENGTH = 10
FIELD_KEY_LENGTH = 40


def queue_key(name: str, taken: Collection[str]) -> str:
    """A key for a queue of this name, of latin capitals and digits: `Harbour 2` is HARBOUR2. With a number after it
    where that is taken, and QUEUE for a name without a latin letter."""
    letters = NOT_OF_QUEUE_KEY.sub("", _plain(name).upper()).lstrip("0123456789")
    return _free(letters[:QUEUE_KEY_LENGTH] or "QUEUE", taken)


def field_key(name: str, taken: Collection[str]) -> str:
    """A key for a field of this name: `Berth no.` is berth_no."""
    words = NOT_OF_FIELD_KEY.sub("_", _plain(name).lower()).strip("_").lstrip("0123456789_")
    return _free(words[:FIELD_KEY_LENGTH] or "field", taken)


def _plain(name: str) -> str:
    """Without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def _free(key: str, taken: Collection[str]) -> str:
    numbered = (f"{key}{number}" for number in count(2))
    return key if key not in taken else next(other for other in numbered if other not in taken)
