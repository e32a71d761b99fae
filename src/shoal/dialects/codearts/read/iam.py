"""The body of the sign-in, and what it asks to be let into."""

from __future__ import annotations

from msgspec import Struct

from shoal.dialects import http
from shoal.dialects.codearts import ids
from shoal.domain.errors import Invalid, NotFound
from shoal.domain.organisation import Organisation


class Named(Struct, frozen=True):
    """A thing that is named by its id, its name, or both."""

    id: str | None = None
    name: str | None = None


class Scope(Struct, frozen=True):
    project: Named | None = None
    domain: Named | None = None


class DomainName(Struct, frozen=True):
    name: str


class User(Struct, frozen=True):
    name: str
    password: str
    domain: DomainName


class Password(Struct, frozen=True):
    user: User


class Identity(Struct, frozen=True):
    methods: list[str]
    password: Password | None = None


class Auth(Struct, frozen=True):
    identity: Identity
    scope: Scope | None = None


class SignIn(Struct, frozen=True):
    auth: Auth


def sign_in(raw: bytes) -> tuple[User, Scope]:
    """Who wants to come in, and where. Raises Malformed, or Invalid for a method that is not by password."""
    auth = http.decode(raw, SignIn).auth
    if "password" not in auth.identity.methods or auth.identity.password is None:
        raise Invalid({"auth.identity.methods": "only the method password is supported"})
    scope = auth.scope or Scope()
    if scope.project is not None and scope.domain is not None:
        raise Invalid({"auth.scope": "either a project or a domain"})
    for name, thing in (("project", scope.project), ("domain", scope.domain)):
        if thing is not None and thing.id is None and thing.name is None:
            raise Invalid({f"auth.scope.{name}": "an id or a name is required"})
    return auth.identity.password.user, scope


def region(scope: Scope, organisation: Organisation) -> str | None:
    """The region that the scope asks for; None for the whole account. Raises NotFound for what is not there."""
    if scope.project is not None:
        return _region(scope.project, organisation)
    own = Named(ids.domain(organisation.id), organisation.name)
    if scope.domain is not None and not _fits(scope.domain, own):
        raise NotFound("there is no such domain to be let into")
    return None


def _region(asked: Named, organisation: Organisation) -> str:
    known = (Named(ids.iam_project(organisation.id, name), name) for name in ids.REGIONS)
    found = next((it.name for it in known if _fits(asked, it)), None)
    if found is None:
        raise NotFound("there is no such project to be let into")
    return found


def _fits(asked: Named, thing: Named) -> bool:
    return asked.id in (None, thing.id) and asked.name in (None, thing.name)
