"""The transitions that an issue can go through now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from shoal.actions import issues
from shoal.dialects import http
from shoal.dialects.front import AnyRequest
from shoal.dialects.yandex import custom_names
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, TheVersion, TheView
from shoal.dialects.yandex.fields import wire_name
from shoal.dialects.yandex.read import issues as read
from shoal.dialects.yandex.read import values
from shoal.dialects.yandex.routes.issues import conflict_by_parameter
from shoal.dialects.yandex.write import transition as write
from shoal.domain.bulk import Transition
from shoal.domain.errors import Invalid, NotFound
from shoal.domain.found import Depth

AVAILABLE = Depth(description=False, transitions=True)


@get("/issues/{ref:str}/transitions")
async def list_transitions(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    return http.json(write.transitions(view, await issues.get(db, actor, read.ref(ref), AVAILABLE)))


@get("/issues/{ref:str}/transitions/{transition_id:str}")
async def get_transition(
    db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str], transition_id: FromPath[str]
) -> Response[bytes]:
    found = await issues.get(db, actor, read.ref(ref), AVAILABLE)
    for way in write.transitions(view, found):
        if way["id"] == transition_id:
            return http.json(way)
    raise NotFound(f"the transition {transition_id} is not available for {found.issue.key}")


@post("/issues/{ref:str}/transitions/{transition_id:str}/_execute", status_code=200)
async def execute_transition(
    request: AnyRequest,
    db: TheDatabase,
    actor: TheActor,
    view: TheView,
    ref: FromPath[str],
    transition_id: FromPath[str],
    body: RawBody,
    expected_version: TheVersion,
) -> Response[bytes]:
    """Answers with the transitions that are available afterwards."""
    change = Transition(transition_id, values.patch(read.body(body)))
    with conflict_by_parameter(request), said_as_message():
        async with custom_names.in_errors(db, actor, body):
            found = await issues.change(db, actor, read.ref(ref), change, version=expected_version, depth=AVAILABLE)
    return http.json(write.transitions(view, found))


@contextmanager
def said_as_message() -> Iterator[None]:
    """What a transition lacks is said in `errorMessages` as well: there clients look for it."""
    try:
        yield
    except Invalid as invalid:
        if invalid.message or not invalid.fields:
            raise
        lacks = "; ".join(f"{wire_name(name)}: {problem}" for name, problem in invalid.fields.items())
        raise Invalid(invalid.fields, lacks) from None


handlers = [list_transitions, get_transition, execute_transition]
