"""The dialect of CodeArts Req: its IAM under /v3, its service under /v1, /v2, /v3 and /v4.

Each noun of the wire has a module: the structs that come in and go out, the handlers, and what is read and written.
`routes` is the table of the modules; `paths` tells which requests are this dialect's, for the other wire lives under
the same prefixes; `auth` says who asks, by a token or by `signature`; `replay` lets a signature change things once;
`errors` knows the two shapes of an error, `ids` the 32-character ids; `description` tells it all to machines.
"""

from __future__ import annotations

from functools import partial

from litestar.di import Provide
from litestar.types import Middleware

from shoal.actions import Database
from shoal.actions.attempts import Gate
from shoal.actions.sealing import Seal
from shoal.dialects import described, idempotency
from shoal.dialects.codearts import auth, description, errors, paths, replay, routes
from shoal.dialects.codearts.dependencies import Origin, dependencies
from shoal.dialects.front import Dialect


def describe() -> Dialect:
    return described.dialect("codearts", description.document, errors.refuse)


def dialects(db: Database, *, origin: Origin, seal: Seal | None, gate: Gate) -> list[Dialect]:
    """IAM and the service: one credential, two shapes of errors. Without a seal nobody comes in by a signature."""

    def provide_gate() -> Gate:
        return gate

    authenticate = partial(auth.authenticate, db.door, seal)
    at_the_door = {**dependencies(db.door, origin), "gate": Provide(provide_gate, sync_to_thread=False)}
    iam = [routes.router(routes.IAM, at_the_door, _once(db.door))]
    service = [routes.router(routes.SERVICE, dependencies(db, origin), _once(db))]
    return [
        Dialect("codearts-iam", iam, paths.is_iam, authenticate, errors.refuse_iam),
        Dialect("codearts", service, paths.is_service, authenticate, errors.refuse),
    ]


def _once(db: Database) -> list[Middleware]:
    """In this order: a signature is used up by a request, also when that is then undone."""
    return [replay.middleware(db), idempotency.middleware(db)]
