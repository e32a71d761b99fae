"""Modules: components, and the tree that they make."""

from __future__ import annotations

import pytest
from msgspec import UNSET, to_builtins

from shoal.actions.components import ComponentsFound
from shoal.dialects.codearts import ids, modules
from shoal.dialects.codearts.bodies import PageParameters
from shoal.dialects.codearts.modules import ModuleEdit, NewModule, Owner
from shoal.domain.component import Component, ComponentEdit, NewComponent
from shoal.domain.errors import Invalid
from shoal.domain.patch import Ref
from tests.unit.codearts.things import KNOWN


def component(id_: int, parent_id: int | None = None, *, archived: bool = False, lead: int | None = None) -> Component:
    return Component(id_, 3, f"Part {id_}", "", lead, False, archived, 1, parent_id)


def found(*components: Component) -> ComponentsFound:
    return ComponentsFound(list(components), len(components), KNOWN)


def tree(*components: Component, page: PageParameters | None = None) -> dict[int, list[tuple[int, int]]]:
    """By the module at the top: those below it, each with its depth."""
    listed = modules.listed(found(*components), page or PageParameters())
    return {top.module_id: [(child.module_id, child.deepth) for child in top.children] for top in listed.modules}


def test_everything_below_comes_with_the_module_at_the_top_parents_first() -> None:
    parts = [component(1), component(2, 1), component(3, 1), component(4, 2), component(5)]
    assert tree(*parts) == {1: [(2, 2), (4, 3), (3, 2)], 5: []}


def test_what_is_below_an_archived_module_stands_at_the_top() -> None:
    assert tree(component(1, archived=True), component(2, 1)) == {2: []}


def test_a_page_and_the_total_count_those_at_the_top() -> None:
    parts = [component(number) for number in range(1, 6)]
    assert list(tree(*parts, component(9, 2), page=PageParameters(offset=1, limit=2))) == [2, 3]
    assert modules.listed(found(*parts, component(9, 2)), PageParameters(limit=1)).total == 5


def test_a_module_says_whether_it_is_a_parent_and_whose_it_is() -> None:
    (top,) = to_builtins(modules.listed(found(component(1, lead=21), component(2, 1)), PageParameters()))["modules"]
    owner = {"user_id": ids.user(21), "user_num_id": 21, "user_name": "rosa", "nick_name": "Rosa Luna"}
    assert (top["owner"], top["is_parent"], top["deepth"]) == (owner, True, 1)
    (child,) = top["children"]
    assert (child["owner"], child["is_parent"], child["parent_module_id"]) == (None, False, 1)


def test_a_new_module_has_an_owner_and_a_parent_if_they_are_named() -> None:
    asked = NewModule("Cranes", parent_module_id="31", owner=Owner(ids.user(21)))
    assert modules.new_component(asked, 3) == NewComponent(Ref(id=3), "Cranes", lead=Ref(id=21), parent_id=31)
    plain = NewComponent(Ref(id=3), "Cranes")
    assert modules.new_component(NewModule("Cranes", parent_module_id=0, owner=Owner("")), 3) == plain


def test_null_leaves_a_module_as_it_is() -> None:
    assert modules.component_edit(ModuleEdit()) == ComponentEdit()
    assert modules.component_edit(ModuleEdit("Cranes", "", Owner(None))) == ComponentEdit("Cranes", "", UNSET)


def test_an_owner_is_named_by_the_id_of_a_user() -> None:
    with pytest.raises(Invalid):
        modules.component_edit(ModuleEdit(owner=Owner("rosa")))
