"""Modules: the components of a queue. In the list stand those at the top, each with everything below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import delete, get, post, put
from litestar.params import FromPath
from msgspec import UNSET

from shoal.actions import components
from shoal.actions.components import ComponentsFound
from shoal.dialects.codearts import bodies
from shoal.dialects.codearts.bodies import AnyNumber, Body, DemandingBody, PageParameters, Text, UserId
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.values import Answer, NumberedUser, numbered_user
from shoal.domain.component import Component, ComponentEdit, NewComponent
from shoal.domain.patch import Ref


class Owner(Body):
    user_id: UserId | None = None


class NewModule(DemandingBody):
    module_name: Text
    description: str | None = None
    parent_module_id: AnyNumber | None = None
    owner: Owner | None = None


class ModuleEdit(Body):
    module_name: str | None = None
    description: str | None = None
    owner: Owner | None = None


class Module(Answer):
    """As it is after it was made or changed."""

    module_id: int
    module_name: str
    description: str
    owner: NumberedUser | None


class ListedModule(Answer):
    module_id: int
    module_name: str
    owner: NumberedUser | None
    deepth: int  # sic, in the document of 2025-09-10
    is_parent: bool


class ChildModule(ListedModule):
    parent_module_id: int | None


class TopModule(ListedModule):
    """What is below it comes with it whole: `children` has every depth, for the model has no children of children."""

    children: list[ChildModule]


class ModuleList(Answer):
    """A page of those at the top, of which there are `total`."""

    total: int
    modules: list[TopModule]


@post("/v4/projects/{project_id:str}/module", status_code=200)
async def create_project_module(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[NewModule]
) -> Module:
    """Make a module."""
    return shown(await components.create(db, actor, new_component(payload, project.id)))


@get("/v4/projects/{project_id:str}/modules")
async def list_project_modules(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[PageParameters]
) -> ModuleList:
    """Modules, with all that is below them."""
    return listed(await components.list_of_queue(db, actor, str(project.id)), params)


@put("/v4/projects/{project_id:str}/modules/{module_id:str}")
async def update_project_module(
    db: TheDatabase, actor: TheActor, project: TheProject, module_id: FromPath[str], payload: Payload[ModuleEdit]
) -> Module:
    """Change a module."""
    component_id = bodies.number("module_id", module_id)
    return shown(await components.edit(db, actor, component_id, component_edit(payload), queue=str(project.id)))


@delete("/v4/projects/{project_id:str}/modules/{module_id:str}")
async def delete_project_module(
    db: TheDatabase, actor: TheActor, project: TheProject, module_id: FromPath[str]
) -> None:
    """Delete a module."""
    await components.delete_from_issues(db, actor, str(project.id), bodies.number("module_id", module_id))


# --- what is sent --------------------------------------------------------------------------------------------------


def new_component(asked: NewModule, queue_id: int) -> NewComponent:
    return NewComponent(
        queue=Ref(id=queue_id),
        name=asked.module_name,
        description=asked.description or "",
        lead=_lead(asked.owner),
        parent_id=None
        if asked.parent_module_id is None
        else bodies.number("parent_module_id", asked.parent_module_id) or None,
    )


def component_edit(asked: ModuleEdit) -> ComponentEdit:
    return ComponentEdit(
        name=UNSET if asked.module_name is None else asked.module_name,
        description=UNSET if asked.description is None else asked.description,
        lead=_lead(asked.owner) or UNSET,
    )


def _lead(owner: Owner | None) -> Ref | None:
    return Ref(id=bodies.user(owner.user_id)) if owner and owner.user_id else None


# --- what is answered ----------------------------------------------------------------------------------------------


def shown(found: ComponentsFound) -> Module:
    (component,) = found.components
    return Module(
        module_id=component.id,
        module_name=component.name,
        description=component.description,
        owner=numbered_user(found.references, component.lead_id),
    )


def listed(found: ComponentsFound, page: PageParameters) -> ModuleList:
    tree = Tree(found)
    top = tree.below.get(None, [])
    shown_here = top[page.offset : page.offset + page.limit]
    return ModuleList(total=len(top), modules=[tree.top(component) for component in shown_here])


class Tree:
    """The components in use, each below its parent; one whose parent is not in use stands at the top."""

    def __init__(self, found: ComponentsFound) -> None:
        self.known = found.references
        self.below: dict[int | None, list[Component]] = {}
        in_use = [component for component in found.components if not component.archived]
        ids_here = {component.id for component in in_use}
        for component in in_use:
            parent_id = component.parent_id if component.parent_id in ids_here else None
            self.below.setdefault(parent_id, []).append(component)

    def top(self, component: Component) -> TopModule:
        return TopModule(**self._module(component, 1), children=list(self._children(component)))

    def _children(self, top: Component) -> Iterator[ChildModule]:
        """Everything below, parents before their parts."""
        left = [(child, 2) for child in reversed(self.below.get(top.id, ()))]
        while left:
            child, depth = left.pop()
            yield ChildModule(**self._module(child, depth), parent_module_id=child.parent_id)
            left.extend((part, depth + 1) for part in reversed(self.below.get(child.id, ())))

    def _module(self, component: Component, depth: int) -> Mapping[str, Any]:
        return {
            "module_id": component.id,
            "module_name": component.name,
            "owner": numbered_user(self.known, component.lead_id),
            "deepth": depth,
            "is_parent": component.id in self.below,
        }
