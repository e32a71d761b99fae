"""Catalogues: the types, statuses, priorities and resolutions of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shoal.domain.fields import Kind


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One word of a catalogue. `names` by language, `en` always; `category` is of a status only."""

    id: int
    kind: Kind
    key: str
    names: Mapping[str, str]
    description: str
    position: int
    category: str | None
    version: int
