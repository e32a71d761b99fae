"""The 32 hex digits by which this wire knows things; computed, not stored.

Projects and users must be found again by them: 16 digits say the kind, 16 our own id. Accounts and IAM projects are
only compared: theirs are digests.
"""

from __future__ import annotations

import hashlib
import re

from shoal.domain.naming import LARGEST_ID

PROJECT = 0x5B0AC0DEA2700001
USER = 0x5B0AC0DEA2700002

HEX = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)
LARGEST = LARGEST_ID

REGIONS = (
    "cn-north-4",
    "cn-north-1",
    "cn-east-2",
    "cn-east-3",
    "cn-south-1",
    "cn-southwest-2",
    "ap-southeast-3",
    "la-north-2",
    "sa-brazil-1",
)
"""The names of IAM projects: those that the SDK knows. Any of them is the whole account; the first is told unasked."""


def project(queue_id: int) -> str:
    return _write(PROJECT, queue_id)


def read_project(text: str) -> int | None:
    """The id of the queue; None if the text is no project's."""
    return _read(PROJECT, text)


def user(user_id: int) -> str:
    return _write(USER, user_id)


def read_user(text: str) -> int | None:
    """The id of the user; None if the text is no user's."""
    return _read(USER, text)


def domain(org_id: int) -> str:
    """The account: an organisation."""
    return _digest(f"domain/{org_id}")


def iam_project(org_id: int, region: str) -> str:
    """What IAM calls a project: a region in which an account is at home. Nothing of ours but a name."""
    return _digest(f"region/{org_id}/{region}")


def status(org_id: int, status_id: int) -> str:
    """The second id of a status, by which nothing is looked up."""
    return _digest(f"status/{org_id}/{status_id}")


def _write(kind: int, own: int) -> str:
    return f"{kind:016x}{own:016x}"


def _read(kind: int, text: str) -> int | None:
    if not HEX.fullmatch(text) or int(text[:16], 16) != kind:
        return None
    own = int(text[16:], 16)
    return own if 0 < own <= LARGEST else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
