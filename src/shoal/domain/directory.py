"""What queues and the things that they keep for their issues have in common: components, versions, sprints, areas."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from shoal.domain.errors import Invalid
from shoal.domain.problems import problem

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LONGEST_NAME = 250
LONGEST_DESCRIPTION = 100_000


def check_texts(name: str, description: str = "") -> None:
    """Raises Invalid for a name that says nothing, and for what is too long."""
    wrong = []
    if not name.strip() or len(name) > LONGEST_NAME:
        wrong.append(problem("name_length", "name", most=LONGEST_NAME))
    if len(description) > LONGEST_DESCRIPTION:
        wrong.append(problem("characters", "description", most=LONGEST_DESCRIPTION))
    if wrong:
        raise Invalid.of(wrong)


def given(edit: DataclassInstance) -> dict[str, Any]:
    """What is to be changed, by field; UNSET is left as it is."""
    values = {field.name: getattr(edit, field.name) for field in fields(edit)}
    return {name: value for name, value in values.items() if value is not UNSET}
