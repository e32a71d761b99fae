"""The dialect of Yandex Tracker, under /v2 and /v3.

A module a noun: the shapes of its bodies and answers, its routes, and how the shapes are read and written; `routes` is
the table of them all. `edits` reads the values of an edit, `values` writes those of a field, `query` parses the query
language; `auth` says who asks, `errors` what an error looks like, `view` how this caller is to be answered.
"""

from __future__ import annotations

from litestar.datastructures import Headers

from shoal.actions import Database
from shoal.dialects import described, idempotency
from shoal.dialects.front import Dialect
from shoal.dialects.yandex import auth, errors, openapi, routes, view
from shoal.dialects.yandex.dependencies import Origin, dependencies
from shoal.domain.bulk import Limits


def describe() -> Dialect:
    return described.dialect("yandex", openapi.document, errors.refuse)


def dialect(db: Database, *, origin: Origin, limits: Limits) -> Dialect:
    """The dialect over this database; `origin` tells under which address a request reached us, `limits` how much one
    bulk change may do."""
    return Dialect(
        name="yandex",
        routers=routes.routers(dependencies(db, origin, limits), [idempotency.middleware(db)]),
        claims=claims,
        authenticate=lambda arrival: auth.authenticate(db.door, arrival.headers),
        refuse=errors.refuse,
        language=view.language,
    )


def claims(path: str, headers: Headers) -> bool:
    """Its two prefixes; elsewhere whoever shows its credential."""
    if path.lstrip("/").split("/", 1)[0] in ("v2", "v3"):
        return True
    return path.strip("/") != "health" and headers.get("authorization", "").lower().startswith("oauth ")
