"""Which requests are this dialect's. The other wire lives under /v2 and /v3 too, so it is told by the whole path; where
the path is nobody's, or both have it, by the credential."""

from __future__ import annotations

from litestar.datastructures import Headers

OWN_VERSIONS = {"v1", "v4"}
OWN_FOLDERS = {("v2", "workitem"), ("v2", "issue-severity"), ("v2", "ipdprojectservice"), ("v3", "auth")}
OWN_WORDS = {
    ("v2", "issues", "update-issue-notes"),
    ("v2", "issues", "associate-issue"),
    ("v2", "issues", "cancel-associate"),
}
NOBODYS = {"health"}
"""Paths that ask nobody who they are."""

ALGORITHM = "SDK-HMAC-SHA256"
OTHER_SCHEMES = ("oauth", "bearer")


def is_iam(path: str, headers: Headers) -> bool:
    parts = _parts(path)
    if parts == ["v3", "projects"]:  # on the other wire as well
        return _scheme(headers) not in OTHER_SCHEMES
    return parts[:2] == ["v3", "auth"]


def is_service(path: str, headers: Headers) -> bool:
    parts = _parts(path)
    return _is_own(parts) or (speaks(headers) and not (parts and parts[0] in NOBODYS))


def _is_own(parts: list[str]) -> bool:
    if not parts or parts[0] in OWN_VERSIONS:
        return bool(parts)
    if tuple(parts[:2]) in OWN_FOLDERS or tuple(parts[:3]) in OWN_WORDS:
        return True
    if parts[:2] == ["v2", "projects"]:
        return parts[3:4] == ["issues"]
    return parts[0] == "v3" and parts[2:] == ["custom-fields"]


def speaks(headers: Headers) -> bool:
    """Whether the caller shows a credential of this wire."""
    scheme = _scheme(headers)
    if scheme in OTHER_SCHEMES:
        return False
    return scheme == ALGORITHM.lower() or bool(headers.get("x-auth-token", "").strip())


def _scheme(headers: Headers) -> str:
    return headers.get("authorization", "").strip().partition(" ")[0].lower()


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
