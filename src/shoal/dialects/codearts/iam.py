"""IAM: tokens for passwords, and the look-ups that the SDK makes by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from litestar import Response, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from msgspec import UNSET, Meta, Struct, UnsetType, field

from shoal.actions import iam_tokens, organisations, passwords
from shoal.actions.attempts import Gate
from shoal.actions.passwords import WrongPassword
from shoal.dialects.codearts import ids
from shoal.dialects.codearts.bodies import Body
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheOrigin
from shoal.dialects.codearts.values import Answer
from shoal.dialects.front import AnyRequest
from shoal.dialects.http import SIGN_IN
from shoal.domain.access import IamToken
from shoal.domain.errors import Invalid, NotFound
from shoal.domain.organisation import Organisation

ADMINISTRATOR, ORDINARY = "te_admin", "te_user"
SUBJECT = "X-Subject-Token"
TheSubject = Annotated[str, HeaderParameter(name=SUBJECT)]
TOKEN_ITSELF = [ResponseHeader(SUBJECT, description="The token itself.", documentation_only=True)]
NO_CATALOG = {
    "name": "nocatalog",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "description": "Leaves the catalog out; with or without a value."},
}


class IdOrName(Body):
    """A thing that is named by its id, its name, or both."""

    id: str | None = None
    name: str | None = None


class Scope(Body):
    project: IdOrName | None = None
    domain: IdOrName | None = None


class DomainName(Body):
    name: str


class PasswordUser(Body):
    name: str
    password: str
    domain: DomainName


class Password(Body):
    user: PasswordUser


class Identity(Body):
    methods: list[str]
    password: Password | None = None


class Auth(Body):
    identity: Identity
    scope: Scope | None = None


class SignIn(Body):
    auth: Auth


class RegionName(Struct):
    name: Annotated[str, Meta(description="Of a region; without it the first.")] | None = None


class IdAndName(Answer):
    id: str
    name: str


class TokenUser(IdAndName):
    domain: IdAndName
    password_expires_at: str = ""


class TokenProject(IdAndName):
    domain: IdAndName


class Token(Answer):
    expires_at: str
    issued_at: str
    methods: list[str]
    user: TokenUser
    roles: list[IdAndName]
    project: TokenProject | UnsetType = UNSET
    domain: IdAndName | UnsetType = UNSET
    catalog: tuple[()] | UnsetType = UNSET


class TokenAnswer(Answer):
    token: Token


class Links(Answer):
    itself: str = field(name="self")
    next: None = None
    previous: None = None


class OwnLink(Answer):
    itself: str = field(name="self")


class Account(IdAndName):
    links: OwnLink
    enabled: bool = True
    description: str = ""


class Region(Account, kw_only=True):
    domain_id: str
    parent_id: str
    is_domain: bool = False


class RegionList(Answer):
    projects: list[Region]
    links: Links


class AccountList(Answer):
    domains: list[Account]
    links: Links


@post(
    "/v3/auth/tokens",
    request_max_body_size=SIGN_IN,
    security=[],
    opt={"parameters": [NO_CATALOG]},
    response_headers=TOKEN_ITSELF,
)
async def keystone_create_user_token_by_password(
    request: AnyRequest, db: TheDatabase, gate: NamedDependency[Gate], payload: Payload[SignIn]
) -> Response[TokenAnswer]:
    """A token for a password."""
    asked, scope = signing_in(payload)
    with gate.attempt(request.scope["state"]["address"], f"{asked.domain.name}\n{asked.name}"):
        organisation = await organisations.find_named(db, asked.domain.name)
        user = await passwords.sign_in(db, organisation.id if organisation else None, asked.name, asked.password)
        if organisation is None:
            raise WrongPassword
    text, token = await iam_tokens.create(db, organisation.id, user.id, region=region(scope, organisation))
    return _with_token(request, text, token)


@get("/v3/auth/tokens", opt={"parameters": [NO_CATALOG]}, response_headers=TOKEN_ITSELF)
async def keystone_validate_token(
    request: AnyRequest, db: TheDatabase, actor: TheActor, subject: TheSubject = ""
) -> Response[TokenAnswer]:
    """What a token is."""
    text = _required(subject)
    return _with_token(request, text, await iam_tokens.get(db, actor, text))


@delete("/v3/auth/tokens")
async def revoke_token(db: TheDatabase, actor: TheActor, subject: TheSubject = "") -> None:
    """End a token."""
    await iam_tokens.delete(db, actor, _required(subject))


@get("/v3/projects")
async def keystone_list_projects(actor: TheActor, params: Parameters[RegionName], origin: TheOrigin) -> RegionList:
    """The region of a name."""
    return regions(actor.org_id, params.name, url=f"{origin}/v3/projects")


@get("/v3/auth/domains")
async def keystone_list_auth_domains(db: TheDatabase, actor: TheActor, origin: TheOrigin) -> AccountList:
    """The account."""
    return accounts(await organisations.get(db, actor.org_id), url=f"{origin}/v3/auth/domains")


def _required(subject: str) -> str:
    if not subject.strip():
        raise Invalid("header_required", header=SUBJECT)
    return subject.strip()


def _with_token(request: AnyRequest, text: str, token: IamToken) -> Response[TokenAnswer]:
    """`nocatalog` counts without a value too."""
    names = {part.partition(b"=")[0] for part in request.scope["query_string"].split(b"&")}
    return Response(shown(token, with_catalog=b"nocatalog" not in names), headers={SUBJECT: text})


# --- what is sent --------------------------------------------------------------------------------------------------


def signing_in(asked: SignIn) -> tuple[PasswordUser, Scope]:
    """Who wants to come in, and where. Raises Invalid for a method that is not by password."""
    auth = asked.auth
    if "password" not in auth.identity.methods or auth.identity.password is None:
        raise Invalid("password_method_only", "auth.identity.methods")
    scope = auth.scope or Scope()
    if scope.project is not None and scope.domain is not None:
        raise Invalid("either_scope", "auth.scope")
    for name, thing in (("project", scope.project), ("domain", scope.domain)):
        if thing is not None and thing.id is None and thing.name is None:
            raise Invalid("id_or_name", f"auth.scope.{name}")
    return auth.identity.password.user, scope


def region(scope: Scope, organisation: Organisation) -> str | None:
    """The region that the scope asks for; None for the whole account. Raises NotFound for what is not there."""
    if scope.project is not None:
        return _region(scope.project, organisation)
    if scope.domain is not None and not _fits(scope.domain, ids.domain(organisation.id), organisation.name):
        raise NotFound("no_iam_domain")
    return None


def _region(asked: IdOrName, organisation: Organisation) -> str:
    for name in ids.REGIONS:
        if _fits(asked, ids.iam_project(organisation.id, name), name):
            return name
    raise NotFound("no_iam_project")


def _fits(asked: IdOrName, own_id: str, name: str) -> bool:
    return asked.id in (None, own_id) and asked.name in (None, name)


# --- what is answered ----------------------------------------------------------------------------------------------


def shown(found: IamToken, *, with_catalog: bool) -> TokenAnswer:
    account = IdAndName(id=ids.domain(found.org_id), name=found.org_name)
    token = Token(
        expires_at=instant(found.expires_at),
        issued_at=instant(found.issued_at),
        methods=["password"],
        user=TokenUser(id=ids.user(found.user_id), name=found.login, domain=account),
        roles=[IdAndName(id="0", name=ADMINISTRATOR if found.is_admin else ORDINARY)],
        project=_project(found, account),
        domain=account if found.region is None else UNSET,
        catalog=() if with_catalog else UNSET,
    )
    return TokenAnswer(token=token)


def _project(found: IamToken, account: IdAndName) -> TokenProject | UnsetType:
    if found.region is None:
        return UNSET
    return TokenProject(id=ids.iam_project(found.org_id, found.region), name=found.region, domain=account)


def instant(at: datetime) -> str:
    """UTC with microseconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def regions(org_id: int, name: str | None, *, url: str) -> RegionList:
    """The region of this name, if the SDK knows it; without a name the first. Never two: the SDK takes none then."""
    asked = ids.REGIONS[0] if name is None else name
    found = [_shown_region(org_id, region, url) for region in ids.REGIONS if region == asked]
    return RegionList(projects=found, links=Links(itself=url))


def _shown_region(org_id: int, name: str, url: str) -> Region:
    own, account = ids.iam_project(org_id, name), ids.domain(org_id)
    return Region(id=own, name=name, domain_id=account, parent_id=account, links=OwnLink(itself=f"{url}/{own}"))


def accounts(organisation: Organisation, *, url: str) -> AccountList:
    """The one account that the caller is in."""
    own = ids.domain(organisation.id)
    account = Account(id=own, name=organisation.name, links=OwnLink(itself=f"{url}/{own}"))
    return AccountList(domains=[account], links=Links(itself=url))
