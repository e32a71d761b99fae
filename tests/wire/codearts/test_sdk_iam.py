"""The vendor's own SDK against `shoal serve`, with nothing changed but its endpoints: how it gets in."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkiam.v3 import (
    IamClient,
    KeystoneCreateUserTokenByPasswordRequest,
    KeystoneListProjectsRequest,
    KeystoneShowProjectRequest,
    PwdAuth,
    PwdIdentity,
    PwdPassword,
    PwdPasswordUser,
    PwdPasswordUserDomain,
)
from huaweicloudsdkiam.v3.model import KeystoneCreateUserTokenByPasswordRequestBody
from huaweicloudsdkprojectman.v4 import ListTemplatesRequest, ListWorkitemsRequest, ProjectManClient

from shoal.actions import organisations
from shoal.dialects.codearts import ids
from shoal.store.db import Database
from tests import database
from tests.ports import free_port
from tests.processes import program, temporary_folder
from tests.wire.codearts.conftest import PASSWORD, Signer, give_password, make_key
from tests.wire.conftest import SECRET_KEY
from tests.world import World, make_world


@dataclass(frozen=True)
class Place:
    url: str
    world: World
    domain: str
    key: Signer


@pytest.fixture(scope="module")
def place(postgres_url: str, template_database: str) -> Iterator[Place]:
    """`shoal serve` over a database that the tests of this module share."""
    with database.database(postgres_url, template=template_database) as url, temporary_folder() as folder:
        world, domain, key = asyncio.run(_prepare(url))
        port = str(free_port())
        serve = ("shoal", "serve", "--no-worker", "--database-url", url, "--data-dir", str(folder), "--port", port)
        with program(*serve, environment={"SHOAL_SECRET_KEY": SECRET_KEY}) as running:
            running.hear("Shoal is ready")
            yield Place(f"http://127.0.0.1:{port}", world, domain, key)
            running.end()


async def _prepare(url: str) -> tuple[World, str, Signer]:
    db = Database(url, max_size=2)
    await db.open()
    try:
        world = await make_world(db)
        await give_password(db, world.rosa)
        return world, (await organisations.get(db, world.org_id)).name, await make_key(db, world.rosa)
    finally:
        await db.close()


def iam(place: Place, *, domain_id: str | None = None, secret: str | None = None) -> Any:
    credentials = GlobalCredentials(place.key.access, secret or place.key.secret, domain_id)
    # Not the default endpoint of the region for the look-up of the account.
    credentials = credentials.with_iam_endpoint(place.url)
    return IamClient.new_builder().with_credentials(credentials).with_endpoint(place.url).build()


def service(place: Place, *, secret: str | None = None, project_id: str | None = "any-iam-project") -> Any:
    credentials = BasicCredentials(place.key.access, secret or place.key.secret, project_id)
    credentials = credentials.with_iam_endpoint(place.url)
    builder = ProjectManClient.new_builder().with_credentials(credentials)
    if project_id:
        return builder.with_endpoint(place.url).build()
    return builder.with_region(Region("cn-north-4", place.url)).build()


def password_request(place: Place, password: str = PASSWORD) -> Any:
    user = PwdPasswordUser(domain=PwdPasswordUserDomain(name=place.domain), name="rosa", password=password)
    identity = PwdIdentity(methods=["password"], password=PwdPassword(user=user))
    body = KeystoneCreateUserTokenByPasswordRequestBody(auth=PwdAuth(identity=identity))
    return KeystoneCreateUserTokenByPasswordRequest(nocatalog="true", body=body)


def test_the_sdk_gets_a_token_by_password(place: Place) -> None:
    answer = iam(place).keystone_create_user_token_by_password(password_request(place))
    assert answer.status_code == 201
    assert len(answer.x_subject_token) >= 10
    assert (answer.token.user.name, answer.token.user.domain.name) == ("rosa", place.domain)
    assert answer.token.expires_at > answer.token.issued_at


def test_the_sdk_is_told_of_a_wrong_password(place: Place) -> None:
    with pytest.raises(ClientRequestException) as refused:
        iam(place).keystone_create_user_token_by_password(password_request(place, "wrong"))
    assert (refused.value.status_code, str(refused.value.error_code)) == (401, "401")
    assert refused.value.error_msg == "The username or password is wrong"


def test_the_sdk_finds_its_account_and_its_project(place: Place) -> None:
    [project] = iam(place).keystone_list_projects(KeystoneListProjectsRequest(name="cn-north-1")).projects
    assert project.name == "cn-north-1"
    assert project.domain_id == ids.domain(place.world.org_id)
    assert project.enabled is True


def not_there(call: Any) -> ClientRequestException:
    """That the call came in, and leads nowhere."""
    with pytest.raises(ClientRequestException) as refused:
        call()
    assert refused.value.status_code == 404, refused.value
    error: ClientRequestException = refused.value
    return error


@pytest.mark.parametrize("project_id", ["any-iam-project", None])
def test_a_signature_of_the_sdk_lets_in_with_a_project_and_with_a_region(place: Place, project_id: str | None) -> None:
    client = service(place, project_id=project_id)
    error = not_there(lambda: client.list_workitems(ListWorkitemsRequest("ü ~", 0, 10, "a b/ü")))
    assert error.error_code == "APIGW.0101"
    assert error.request_id


def test_a_token_lets_the_sdk_in_where_its_key_does_not(place: Place) -> None:
    token = iam(place).keystone_create_user_token_by_password(password_request(place)).x_subject_token
    client = service(place, secret="wrong")
    request = ListTemplatesRequest(project_id="x")
    with pytest.raises(ClientRequestException) as refused:
        client.list_templates(request)
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
    assert not_there(client.list_templates_invoker(request).add_header("X-Auth-Token", token).invoke)


def test_the_paths_of_iam_that_shoal_lacks_are_404_in_its_shape(place: Place) -> None:
    client = iam(place, domain_id=ids.domain(place.world.org_id))
    not_there(lambda: client.keystone_show_project(KeystoneShowProjectRequest(project_id="x")))


@pytest.mark.parametrize("url", ["/v4/caf%C3%A9/x%2Fy", "/v4/a%20b?q=%C3%BC%2F%20&p=", "/v4//x//", "/v4/%ff?a=%fe"])
def test_the_server_hands_on_what_stood_on_the_request_line(place: Place, url: str) -> None:
    host = place.url.removeprefix("http://")
    headers = place.key.headers("GET", url, host=host)
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", url, headers=headers)
    assert connection.getresponse().status == 404
    connection.close()
