"""Signing in: who, where, and what a token says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from shoal.dialects.codearts import bodies, iam, ids
from shoal.dialects.codearts.iam import IdOrName, Scope, SignIn
from shoal.domain.access import IamToken
from shoal.domain.errors import Invalid, NotFound
from tests.unit.codearts.things import NOON, ORGANISATION

USER = {"name": "rosa", "password": "s3cret", "domain": {"name": "Harbour"}}
TOKEN = IamToken(7, "Harbour", 21, "rosa", False, "cn-north-4", NOON, NOON + timedelta(hours=24))


def sign_in(methods: Any = ("password",), scope: Any = None, **identity: Any) -> SignIn:
    auth = {"identity": {"methods": methods, "password": {"user": USER}, **identity}, "scope": scope}
    return bodies.decode(msgspec.json.encode({"auth": auth}), SignIn)


def test_a_password_is_a_users_of_an_account() -> None:
    user, scope = iam.signing_in(sign_in())
    assert (user.name, user.password, user.domain.name) == ("rosa", "s3cret", "Harbour")
    assert scope == Scope()


@pytest.mark.parametrize(
    "asked",
    [
        {"methods": ["token"]},
        {"password": None},
        {"scope": {"project": {"name": "x"}, "domain": {"name": "y"}}},
        {"scope": {"project": {}}},
        {"scope": {"domain": {"id": None}}},
    ],
)
def test_a_sign_in_that_cannot_be_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=r"auth\."):
        iam.signing_in(sign_in(**asked))


REGION = ids.iam_project(7, "cn-east-2")


@pytest.mark.parametrize(
    ("scope", "region"),
    [
        (Scope(), None),
        (Scope(domain=IdOrName(name="Harbour")), None),
        (Scope(domain=IdOrName(ids.domain(7), "Harbour")), None),
        (Scope(project=IdOrName(name="cn-east-2")), "cn-east-2"),
        (Scope(project=IdOrName(REGION)), "cn-east-2"),
        (Scope(project=IdOrName(REGION, "cn-east-2")), "cn-east-2"),
    ],
)
def test_a_scope_is_a_region_or_the_whole_account(scope: Scope, region: str | None) -> None:
    assert iam.region(scope, ORGANISATION) == region


@pytest.mark.parametrize(
    "scope",
    [
        Scope(domain=IdOrName(name="Port")),
        Scope(domain=IdOrName(ids.domain(8), "Harbour")),
        Scope(project=IdOrName(name="mars-1")),
        Scope(project=IdOrName(REGION, "cn-north-4")),
        Scope(project=IdOrName(ids.iam_project(8, "cn-east-2"))),
    ],
)
def test_a_scope_of_another_account_is_not_there(scope: Scope) -> None:
    with pytest.raises(NotFound):
        iam.region(scope, ORGANISATION)


def test_a_token_of_a_region_tells_no_domain_and_one_of_the_account_no_project() -> None:
    of_region = msgspec.to_builtins(iam.shown(TOKEN, with_catalog=True))["token"]
    of_account = msgspec.to_builtins(iam.shown(replace(TOKEN, region=None, is_admin=True), with_catalog=False))["token"]
    account = {"id": ids.domain(7), "name": "Harbour"}
    assert of_region["project"] == {
        "id": ids.iam_project(7, "cn-north-4"),
        "name": "cn-north-4",
        "domain": account,
    }
    assert (of_account["domain"], of_region["user"]["domain"]) == (account, account)
    assert of_region.keys() ^ of_account.keys() == {"project", "domain", "catalog"}
    assert (of_region["roles"][0]["name"], of_account["roles"][0]["name"]) == ("te_user", "te_admin")
    assert of_region["issued_at"] == "2026-01-05T12:00:00.000000Z"


@pytest.mark.parametrize(("name", "names"), [(None, ["cn-north-4"]), ("la-north-2", ["la-north-2"]), ("mars-1", [])])
def test_there_is_never_more_than_one_region(name: str | None, names: list[str]) -> None:
    found = msgspec.to_builtins(iam.regions(7, name, url="http://x/v3/projects"))
    assert [it["name"] for it in found["projects"]] == names
    assert found["links"] == {"self": "http://x/v3/projects", "next": None, "previous": None}
    assert all(it["links"]["self"] == f"http://x/v3/projects/{it['id']}" for it in found["projects"])
