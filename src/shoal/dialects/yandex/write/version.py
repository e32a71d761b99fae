"""A version in full."""

from __future__ import annotations

from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write.reference import named, reference
from shoal.domain.fields import Kind
from shoal.domain.reference import References
from shoal.domain.version import Version


def version(view: View, version: Version, known: References) -> dict[str, object]:
    full: dict[str, object] = {
        "self": view.link("versions", version.id),
        "id": version.id,
        "version": version.version,
        "name": version.name,
        "description": version.description,
        "released": version.released,
        "archived": version.archived,
    }
    if queue := known.find(Kind.QUEUE, version.queue_id):
        full["queue"] = reference(view, queue)
    if version.start_date is not None:
        full["startDate"] = version.start_date.isoformat()
    if version.due_date is not None:
        full["dueDate"] = version.due_date.isoformat()
    return full


def short(view: View, version: Version) -> dict[str, object]:
    return named(view, "versions", version.id, version.name)
