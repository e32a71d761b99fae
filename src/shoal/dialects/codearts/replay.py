"""A signature changes things once.

It is fresh for fifteen minutes, in which whoever has overheard it could send it again. So the first use by a request
that changes something is written down, for all processes of the API, and a second one is refused. What only reads may
be asked for again.

The vendor's SDK dates its signatures by the second, and so signs two equal requests of one second alike: the same
comment twice, the same item deleted twice. Those are let through if they come over the connection that the first came
over, within two seconds of it; a thief has a connection of his own. Code that signs for itself can make its signatures
differ by one more signed header, and has no need of this grace.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from litestar.types import ASGIApp, Middleware, Receive, Scope, Send

from shoal.actions import Database, access_keys
from shoal.dialects.codearts.signature import WINDOW, BadSignature, Credential, SignedRequest
from shoal.dialects.idempotency import changes_something
from shoal.domain.actor import Actor

SDK_AGENT = b"huaweicloud-usdk"


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature that was found good."""

    digest: bytes
    signed_at: datetime
    connection: str | None
    """Over which it came; None where no repetition can be an honest one."""

    @classmethod
    def of(
        cls, request: SignedRequest, credential: Credential, signed_at: datetime, *, client: tuple[str, int] | None
    ) -> Proof:
        digest = hashlib.sha256(f"{credential.access} {credential.signature}".encode()).digest()
        agent = (request.header("user-agent") or b"") if "user-agent" in credential.names else b""
        is_sdk = client is not None and agent.startswith(SDK_AGENT)
        return cls(digest, signed_at, f"{client[0]} {client[1]}" if client and is_sdk else None)


def middleware(db: Database) -> Middleware:
    """Refuses a request that changes something by a signature that did so before."""

    def once(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            proof: Proof | None = scope["state"].get("proof")
            if proof is not None and changes_something(scope["route_handler"]):
                await _use(db, scope["user"], proof)
            await app(scope, receive, send)

        return call

    return once


async def _use(db: Database, actor: Actor, proof: Proof) -> None:
    expires_at = proof.signed_at + WINDOW
    if not await access_keys.use_signature(db, actor, proof.digest, expires_at=expires_at, connection=proof.connection):
        raise BadSignature("this signature has been used before, or has expired on its way")
