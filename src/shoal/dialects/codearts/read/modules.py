"""The bodies about modules."""

from __future__ import annotations

from msgspec import UNSET, Struct

from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.read import bodies, numbers
from shoal.dialects.codearts.read.bodies import Number
from shoal.domain.component import ComponentEdit, NewComponent
from shoal.domain.patch import Ref


class _Owner(Struct, frozen=True):
    user_id: str | None = None


class _Module(Struct, frozen=True):
    """Creating and updating have the same fields; null is left as it is."""

    module_name: str | None = None
    description: str | None = None
    parent_module_id: Number | None = None
    owner: _Owner | None = None


def new_module(raw: bytes, queue_id: int) -> NewComponent:
    asked = bodies.decode(raw, _Module)
    if asked.module_name is None:
        raise MissingParameter("module_name")
    parent = asked.parent_module_id
    return NewComponent(
        queue=Ref(id=queue_id),
        name=asked.module_name,
        description=asked.description or "",
        lead=_lead(asked.owner),
        parent_id=bodies.number("parent_module_id", parent) or None if parent is not None else None,
    )


def module_edit(raw: bytes) -> ComponentEdit:
    asked = bodies.decode(raw, _Module)
    return ComponentEdit(
        name=UNSET if asked.module_name is None else asked.module_name,
        description=UNSET if asked.description is None else asked.description,
        lead=_lead(asked.owner) or UNSET,
    )


def _lead(owner: _Owner | None) -> Ref | None:
    return Ref(id=numbers.user(owner.user_id)) if owner and owner.user_id else None
