"""The transitions that an issue can go through now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import get, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from shoal.actions import issues
from shoal.dialects.front import AnyRequest
from shoal.dialects.yandex import custom_names, edits, ids, references
from shoal.dialects.yandex.dependencies import (
    Payload,
    TheActor,
    TheDatabase,
    TheVersion,
    TheView,
    conflict_by_parameter,
)
from shoal.dialects.yandex.errors import SaidTwice
from shoal.dialects.yandex.issue_shapes import EditsBody
from shoal.dialects.yandex.references import Short
from shoal.dialects.yandex.shapes import LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.bulk import Transition as Execution
from shoal.domain.errors import Invalid, NotFound
from shoal.domain.fields import Kind
from shoal.domain.found import Depth, Found
from shoal.domain.reference import References
from shoal.domain.workflow import Transition

AVAILABLE = Depth(description=False, transitions=True)


class TransitionAnswer(LinkedAnswer):
    id: str
    display: str
    to: Short | UnsetType = UNSET


@get("/issues/{ref:str}/transitions")
async def list_transitions(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]
) -> list[TransitionAnswer]:
    return _write_all(view, await issues.get(db, actor, ids.issue_ref(ref), AVAILABLE))


@get("/issues/{ref:str}/transitions/{transition_id:str}")
async def get_transition(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], transition_id: FromPath[str]
) -> TransitionAnswer:
    found = await issues.get(db, actor, ids.issue_ref(ref), AVAILABLE)
    for transition in _write_all(view, found):
        if transition.id == transition_id:
            return transition
    raise NotFound("transition_unavailable", transition=transition_id, issue=found.issue.key)


@post("/issues/{ref:str}/transitions/{transition_id:str}/_execute", status_code=200)
async def execute_transition(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    ref: FromPath[str],
    transition_id: FromPath[str],
    payload: Payload[EditsBody | None],
    expected_version: TheVersion,
) -> list[TransitionAnswer]:
    """Answers with the transitions that are available afterwards."""
    change = Execution(transition_id, edits.patch(payload or {}))
    with conflict_by_parameter(request), invalid_as_message():
        async with custom_names.in_errors(db, actor):
            found = await issues.change(
                db, actor, ids.issue_ref(ref), change, version=expected_version, depth=AVAILABLE
            )
    return _write_all(view, found)


@contextmanager
def invalid_as_message() -> Iterator[None]:
    """What a transition lacks is said in `errorMessages` as well: there clients look for it."""
    try:
        yield
    except Invalid as invalid:
        raise SaidTwice.of(invalid.problems) from None


def _write_all(view: View, found: Found) -> list[TransitionAnswer]:
    """Those of the one issue that was asked for."""
    available = (found.transitions or {}).get(found.issue.id, [])
    return [write(view, found.issue.key, transition, found.references) for transition in available]


def write(view: View, key: str, transition: Transition, known: References) -> TransitionAnswer:
    """`key` is the issue's. `self` is absolute: a client posts to it as it stands."""
    return TransitionAnswer(
        link=view.link("issues", key, "transitions", transition.key),
        id=transition.key,
        display=view.name(transition.name),
        to=references.find(view, known, Kind.STATUS, transition.to_status_id),
    )
