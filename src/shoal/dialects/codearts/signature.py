"""Request signatures of the algorithm SDK-HMAC-SHA256: read, computed and compared. Pure; who the key belongs to is
known elsewhere, and the time comes in.

What is signed are method, path, query, the headers that the signature names, and the body. The server must therefore
see `Host` as the client wrote it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from shoal.domain.errors import Unauthenticated

ALGORITHM = "SDK-HMAC-SHA256"
WINDOW = timedelta(minutes=15)
"""How far a request's date may be from the server's clock, either way: the gateway's own."""

DATE = "x-sdk-date"
CONTENT_HASH = "x-sdk-content-sha256"
ALWAYS_SIGNED = frozenset({"host", DATE})


class BadSignature(Unauthenticated):
    """The request is not signed as it should be: forged, altered on its way, or signed with another secret."""

    def __init__(self, reason: str = "verify aksk signature fail") -> None:
        super().__init__("signature_refused", reason=reason)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What arrived. Names of headers are in small letters; path and query are as they stood on the request line."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, bytes]]
    body: bytes = b""

    def header(self, name: str) -> bytes | None:
        """The only header of this name; twice is as good as none, since nobody can say which was meant."""
        found = [value for key, value in self.headers if key == name]
        return found[0].strip() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Credential:
    """The header `Authorization` of a signed request."""

    access: str
    names: tuple[str, ...]
    """The headers that are signed, in the order in which they are."""
    signature: str


# --- reading -------------------------------------------------------------------------------------------------------

AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Access=([!-+\--~]{{1,128}}), ?SignedHeaders=([!-+\--~]{{1,4000}}), ?Signature=([0-9a-f]{{64}})",
    re.ASCII,
)
DATE_FORM = re.compile(rb"[0-9]{8}T[0-9]{6}Z")


def read(authorization: str) -> Credential:
    """The parts of the header. Raises BadSignature, also where the signature leaves out what it must cover."""
    match = AUTHORIZATION.fullmatch(authorization.strip())
    if match is None:
        raise BadSignature("the Authorization header is not Access=…, SignedHeaders=…, Signature=<64 hex digits>")
    names = tuple(match[2].split(";"))
    if missing := ALWAYS_SIGNED - set(names):
        raise BadSignature(f"{' and '.join(sorted(missing))} must be among the signed headers")
    return Credential(match[1], names, match[3])


def fresh_date(request: SignedRequest, now: datetime) -> datetime:
    """When the request was signed. Raises BadSignature if that is not told, or is too far from `now`."""
    text = request.header(DATE)
    if text is None:
        raise BadSignature("the header X-Sdk-Date is missing")
    try:
        signed_at = datetime.strptime(_date_text(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadSignature("the header X-Sdk-Date is not of the form YYYYMMDDThhmmssZ") from None
    if abs(now - signed_at) > WINDOW:
        raise BadSignature("the header X-Sdk-Date is more than 15 minutes away from the server's clock")
    return signed_at


def _date_text(text: bytes) -> str:
    if not DATE_FORM.fullmatch(text):
        raise ValueError("not a date")
    return text.decode()


# --- comparing -----------------------------------------------------------------------------------------------------


def verify(request: SignedRequest, credential: Credential, secret: str) -> None:
    """Raise BadSignature unless this secret signs this request so."""
    _check_query(request.query)
    given_hash = request.header(CONTENT_HASH)
    is_told = any(name == CONTENT_HASH for name, _ in request.headers)
    if request.body and is_told and given_hash != payload_hash(request.body).encode():
        # UNSIGNED-PAYLOAD is for uploads of files; nothing here takes one.
        raise BadSignature("X-Sdk-Content-Sha256 is not the hash of the body")
    expected = sign(string_to_sign(request, credential.names), secret)
    if not hmac.compare_digest(expected.encode(), credential.signature.encode()):
        raise BadSignature


def _check_query(query: str) -> None:
    """The signature covers no order, and whoever reads a parameter that is there twice takes the first or the last."""
    names = [unquote(name) for name, _, _ in _pairs(query)]
    if len(set(names)) < len(names):
        raise BadSignature("a query parameter is there twice")


def sign(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def string_to_sign(request: SignedRequest, names: Sequence[str]) -> str:
    date = (request.header(DATE) or b"").decode("latin-1")
    return "\n".join([ALGORITHM, date, hashlib.sha256(canonical_request(request, names)).hexdigest()])


def canonical_request(request: SignedRequest, names: Sequence[str]) -> bytes:
    """The six parts. Raises BadSignature if a header that is signed is missing, or is there twice."""
    parts = [
        request.method.upper().encode(),
        canonical_path(request.path).encode(),
        canonical_query(request.query).encode(),
        b"".join(_canonical_header(request, name) for name in names),
        ";".join(names).encode(),
        payload_hash(request.body).encode(),
    ]
    return b"\n".join(parts)


def canonical_path(path: str) -> str:
    encoded = "/".join(_encode(part) for part in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else f"{encoded}/"


def canonical_query(query: str) -> str:
    """Sorted by what names and values say, not by how they are encoded: that is the order of the SDK."""
    pairs = sorted((unquote(name), unquote(value)) for name, _, value in _pairs(query))
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs)


def payload_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _canonical_header(request: SignedRequest, name: str) -> bytes:
    value = request.header(name.lower())
    if value is None:
        raise BadSignature(f"the signed header {name} is not there once")
    return name.lower().encode() + b":" + value + b"\n"


def _pairs(query: str) -> list[tuple[str, str, str]]:
    return [part.partition("=") for part in query.split("&") if part]


def _encode(text: str) -> str:
    return quote(text, safe="~")
