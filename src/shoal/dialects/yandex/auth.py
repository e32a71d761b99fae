"""Who may come in: a token under either scheme, and the organisation it is meant for."""

from __future__ import annotations

from litestar.datastructures import Headers

from shoal.actions import Database, tokens
from shoal.domain.actor import Actor
from shoal.domain.errors import Forbidden, Invalid, Unauthenticated

SCHEMES = ("oauth", "bearer")
ORGANISATION_HEADERS = ("x-org-id", "x-cloud-org-id")
ABSENT = "not provided"
"""What the official client sends in place of nothing."""


async def authenticate(db: Database, headers: Headers) -> Actor:
    """Whose token it is. Raises Unauthenticated without a good token, Forbidden in another organisation, Invalid
    without an organisation."""
    actor = await tokens.authenticate(db, _token(headers))
    organisations = _organisations(headers)
    if not organisations:
        raise Invalid("header_required", header="X-Org-ID or X-Cloud-Org-ID")
    if organisations != {str(actor.org_id)}:
        raise Forbidden("not_in_organisation")
    return actor


def _token(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() not in SCHEMES or token.strip() in ("", ABSENT):
        raise Unauthenticated("oauth_required")
    return token.strip()


def _organisations(headers: Headers) -> set[str]:
    """Every organisation that the request names; more than one is a contradiction, and lets nobody in."""
    values = (value.strip() for name in ORGANISATION_HEADERS for value in headers.getall(name, []))
    return {value for value in values if value and value != ABSENT}
