"""Who may come in: an IAM token, or a signed request. A token wins, as at the vendor's gateway."""

from __future__ import annotations

from urllib.parse import quote

from litestar.types import HTTPScope

from shoal.actions import Database, access_keys, iam_tokens
from shoal.actions.sealing import Seal
from shoal.dialects.codearts import signature
from shoal.dialects.codearts.paths import ALGORITHM
from shoal.dialects.codearts.replay import Proof
from shoal.dialects.codearts.signature import BadSignature, SignedRequest
from shoal.dialects.front import Arrival
from shoal.domain.actor import Actor
from shoal.domain.errors import Unauthenticated

SIGN_IN = ("POST", "/v3/auth/tokens")
"""The one request that is not asked who makes it: it is how one gets a token."""


async def authenticate(db: Database, seal: Seal | None, arrival: Arrival) -> Actor | None:
    """Who asks; None for the sign-in. Raises Unauthenticated."""
    if (arrival.scope["method"], arrival.scope["path"].rstrip("/")) == SIGN_IN:
        return None
    if token := arrival.headers.get("x-auth-token", "").strip():
        return await iam_tokens.authenticate(db, token)
    authorization = arrival.headers.get("authorization", "").strip()
    if not authorization.startswith(f"{ALGORITHM} "):
        raise Unauthenticated("credential_required")
    return await _signer(db, seal, arrival, authorization)


async def _signer(db: Database, seal: Seal | None, arrival: Arrival, authorization: str) -> Actor:
    """Whose signature it is. What can be refused without the body is refused before it is read."""
    credential = signature.read(authorization)
    key = await access_keys.find(db, credential.access)
    if key is None:
        raise BadSignature(f"there is no access key {credential.access}")
    signed_at = signature.fresh_date(_request(arrival.scope, b""), key.found_at)
    request = _request(arrival.scope, await arrival.read_body())
    signature.verify(request, credential, access_keys.secret(seal, key))
    actor = await access_keys.get_owner(db, key)
    arrival.scope["state"]["proof"] = Proof.of(request, credential, signed_at, client=arrival.scope.get("client"))
    return actor


def _request(scope: HTTPScope, body: bytes) -> SignedRequest:
    raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
    return SignedRequest(
        method=scope["method"],
        path=raw_path.decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value) for name, value in scope["headers"]],
        body=body,
    )
