"""Domains: areas, in the core's word. Their ids are text here, and numbers in work items."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.dialects.codearts.read.numbers import Page
from shoal.dialects.codearts.tables import AREAS
from shoal.domain.area import Area

Json = dict[str, object]


def listed(areas: Sequence[Area], page: Page) -> Json:
    shown_here = areas[page.offset : page.offset + page.limit]
    return {"total": len(areas), "domains": [shown(area) for area in shown_here]}


def shown(area: Area) -> Json:
    return {"domain_name": area.name, "domain_id": str(AREAS.number(area.key, area.id))}
