"""A component in full."""

from __future__ import annotations

from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write.reference import named, reference
from shoal.domain.component import Component
from shoal.domain.fields import Kind
from shoal.domain.reference import References


def component(view: View, component: Component, known: References) -> dict[str, object]:
    full: dict[str, object] = {
        "self": view.link("components", component.id),
        "id": component.id,
        "version": component.version,
        "name": component.name,
        "description": component.description,
        "assignAuto": component.assign_auto,
        "archived": component.archived,
    }
    if queue := known.find(Kind.QUEUE, component.queue_id):
        full["queue"] = reference(view, queue)
    if lead := known.find(Kind.USER, component.lead_id):
        full["lead"] = reference(view, lead)
    return full


def short(view: View, component: Component) -> dict[str, object]:
    return named(view, "components", component.id, component.name)
