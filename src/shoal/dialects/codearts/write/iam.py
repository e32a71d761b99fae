"""Tokens, projects and domains of IAM."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shoal.dialects.codearts import ids
from shoal.domain.access import IamToken
from shoal.domain.organisation import Organisation

ADMINISTRATOR, ORDINARY = "te_admin", "te_user"


def token(found: IamToken, *, with_catalog: bool) -> dict[str, Any]:
    account = {"id": ids.domain(found.org_id), "name": found.org_name}
    return {
        "token": {
            "expires_at": instant(found.expires_at),
            "issued_at": instant(found.issued_at),
            "methods": ["password"],
            "user": {
                "id": ids.user(found.user_id),
                "name": found.login,
                "domain": account,
                "password_expires_at": "",
            },
            **_scope(found, account),
            "roles": [{"id": "0", "name": ADMINISTRATOR if found.is_admin else ORDINARY}],
            **({"catalog": []} if with_catalog else {}),
        }
    }


def _scope(found: IamToken, account: dict[str, str]) -> dict[str, Any]:
    if found.region is None:
        return {"domain": account}
    return {
        "project": {"id": ids.iam_project(found.org_id, found.region), "name": found.region, "domain": account},
    }


def instant(at: datetime) -> str:
    """UTC with microseconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def projects(org_id: int, name: str | None, *, url: str) -> dict[str, Any]:
    """The region of this name, if the SDK knows it; without a name the first. Never two: the SDK takes none then."""
    asked = ids.REGIONS[0] if name is None else name
    account = ids.domain(org_id)
    found = [
        {
            "id": (project_id := ids.iam_project(org_id, region)),
            "name": region,
            "domain_id": account,
            "parent_id": account,
            "enabled": True,
            "is_domain": False,
            "description": "",
            "links": {"self": f"{url}/{project_id}"},
        }
        for region in ids.REGIONS
        if region == asked
    ]
    return {"projects": found, "links": _links(url)}


def domains(organisation: Organisation, *, url: str) -> dict[str, Any]:
    """The one account that the caller is in."""
    account = ids.domain(organisation.id)
    found = {
        "id": account,
        "name": organisation.name,
        "enabled": True,
        "description": "",
        "links": {"self": f"{url}/{account}"},
    }
    return {"domains": [found], "links": _links(url)}


def _links(url: str) -> dict[str, str | None]:
    return {"self": url, "next": None, "previous": None}
