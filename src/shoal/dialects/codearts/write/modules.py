"""Modules: those at the top, each with everything below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.read.numbers import Page
from shoal.domain.component import Component
from shoal.domain.fields import Kind
from shoal.domain.reference import References

Json = dict[str, object]
Below = Mapping[int | None, Sequence[Component]]


def listed(components: Sequence[Component], known: References, page: Page) -> Json:
    """A page of those at the top, of which there are `total`. What is below one comes with it whole: `children` has
    every depth, for the model has no children of children."""
    below: dict[int | None, list[Component]] = {}
    ids_here = {component.id for component in components}
    for component in components:
        parent_id = component.parent_id if component.parent_id in ids_here else None
        below.setdefault(parent_id, []).append(component)
    top = below.get(None, [])
    shown = top[page.offset : page.offset + page.limit]
    return {"total": len(top), "modules": [_top(component, below, known) for component in shown]}


def _top(component: Component, below: Below, known: References) -> Json:
    return {**_module(component, below, known, 1), "children": _children(component, below, known)}


def _children(top: Component, below: Below, known: References) -> list[Json]:
    """Everything below, parents before their parts."""
    found: list[Json] = []
    left = [(child, 2) for child in reversed(below.get(top.id, ()))]
    while left:
        child, depth = left.pop()
        found.append({**_module(child, below, known, depth), "parent_module_id": child.parent_id})
        left.extend((part, depth + 1) for part in reversed(below.get(child.id, ())))
    return found


def _module(component: Component, below: Below, known: References, depth: int) -> Json:
    return {
        "module_id": component.id,
        "module_name": component.name,
        "owner": _owner(component, known),
        "deepth": depth,  # sic
        "is_parent": component.id in below,
    }


def shown(component: Component, known: References) -> Json:
    """As it is after it was made or changed."""
    return {
        "module_id": component.id,
        "module_name": component.name,
        "description": component.description,
        "owner": _owner(component, known),
    }


def _owner(component: Component, known: References) -> Json | None:
    one = known.find(Kind.USER, component.lead_id)
    if one is None:
        return None
    return {"user_id": ids.user(one.id), "user_num_id": one.id, "user_name": one.key, "nick_name": one.name("en")}
