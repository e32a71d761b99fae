"""The application spoken to without a socket, as CodeArts clients speak.

`api` is a client with a token of rosa's; `api_of(login)` is another's. `rosas` is rosa's access key, and signs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx2
import msgspec
import pytest
from argon2 import PasswordHasher

from shoal.actions import access_keys, iam_tokens
from shoal.actions.sealing import Seal
from shoal.dialects.codearts import signature
from shoal.dialects.codearts.signature import SignedRequest
from shoal.dialects.front import Front
from shoal.domain.actor import Actor
from shoal.store.db import Database
from tests.wire.conftest import SECRET_KEY
from tests.world import World

Client = httpx2.AsyncClient
HOST = "shoal.test"
PASSWORD = "s3cret-Pass"
SDK_AGENT = "huaweicloud-usdk-python/3.0; os/Linux"


def make_client(app: Front, *, token: str | None = None, port: int = 40000) -> Client:
    """A client whose requests come from this port, as over one connection."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=("192.0.2.1", port))  # type: ignore[arg-type]
    return Client(
        transport=transport, base_url=f"http://{HOST}", headers={"X-Auth-Token": token} if token is not None else {}
    )


async def give_password(db: Database, actor: Actor) -> None:
    set_it = """UPDATE users SET password_hash = %(hash)s
                 WHERE org_id = %(org)s AND id = %(id)s AND password_hash IS NULL"""
    async with db.transaction(actor.org_id) as tx:
        await tx.run(set_it, {"hash": password_hash(), "id": actor.user_id})


@cache
def password_hash() -> str:
    return PasswordHasher().hash(PASSWORD)


async def make_token(db: Database, actor: Actor, *, region: str | None = "cn-north-4") -> str:
    """A token as the sign-in gives it; the user gets the password for it."""
    await give_password(db, actor)
    return (await iam_tokens.create(db, actor.org_id, actor.user_id, region=region))[0]


def assert_error(answer: httpx2.Response, status: int, code: str) -> None:
    """The service's shape: the pair of texts that the SDK looks for."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error_code"] == code
    assert isinstance(body["error_msg"], str)
    assert body["error_msg"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]


def assert_iam_error(answer: httpx2.Response, status: int) -> None:
    """IAM's shape."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == status
    assert error["message"]
    assert error["title"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]


@dataclass(frozen=True, slots=True)
class Signer:
    """An access key in its owner's hands."""

    access: str
    secret: str

    def headers(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        *,
        more: Mapping[str, str] | None = None,
        date: datetime | None = None,
        names: tuple[str, ...] | None = None,
        host: str = HOST,
    ) -> dict[str, str]:
        """The headers of a signed request; all of `more` are signed, unless other names are given."""
        path, _, query = url.partition("?")
        stamp = f"{date or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        given = {"host": host, "x-sdk-date": stamp, **{name.lower(): value for name, value in (more or {}).items()}}
        signed = names or tuple(sorted(given))
        request = SignedRequest(method, path, query, [(name, value.encode()) for name, value in given.items()], body)
        given["authorization"] = (
            f"SDK-HMAC-SHA256 Access={self.access}, SignedHeaders={';'.join(signed)}, "
            f"Signature={signature.sign(signature.string_to_sign(request, signed), self.secret)}"
        )
        return given

    async def send(self, client: Client, method: str, url: str, body: Any = None, **options: Any) -> httpx2.Response:
        content = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return await client.request(method, url, content=content, headers=self.headers(method, url, content, **options))


async def make_key(db: Database, actor: Actor) -> Signer:
    return Signer(*await access_keys.create(db, Seal(SECRET_KEY), actor, "test"))


async def is_token_known(db: Database, org_id: int, token: str) -> bool:
    """Whether this token of IAM is stored: what the only change among IAM's own routes takes away."""
    count = "SELECT count(*) FROM iam_token WHERE org_id = %(org)s AND hash = %(hash)s"
    async with db.transaction(org_id) as tx:
        return bool(await tx.value(count, {"hash": hashlib.sha256(token.encode()).digest()}))


@pytest.fixture
def anybody(app: Front) -> Client:
    """A client without a credential."""
    return make_client(app)


@pytest.fixture
async def rosas(db: Database, world: World) -> Signer:
    return await make_key(db, world.rosa)


@pytest.fixture
def api_of(app: Front, db: Database, world: World) -> Callable[[str], Awaitable[Client]]:
    """A client with a token of the user of this login."""

    async def client(login: str) -> Client:
        actor: Actor = getattr(world, login)
        return make_client(app, token=await make_token(db, actor))

    return client


@pytest.fixture
async def api(api_of: Callable[[str], Awaitable[Client]]) -> Client:
    return await api_of("rosa")
