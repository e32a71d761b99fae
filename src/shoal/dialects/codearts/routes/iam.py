"""IAM: tokens for passwords, and the look-ups that the SDK makes by itself."""

from __future__ import annotations

from litestar import Response, delete, get, post
from litestar.params import RawBody

from shoal.actions import iam_tokens, organisations, passwords
from shoal.actions.passwords import WrongPassword
from shoal.dialects import http
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase, TheOrigin, TheParams
from shoal.dialects.codearts.read import iam as read
from shoal.dialects.codearts.write import iam as write
from shoal.dialects.front import AnyRequest
from shoal.domain.errors import Invalid

SUBJECT = "X-Subject-Token"


@post("/v3/auth/tokens")
async def create_token(request: AnyRequest, db: TheDatabase, body: RawBody) -> Response[bytes]:
    asked, scope = read.sign_in(body)
    organisation = await organisations.find_named(db, asked.domain.name)
    user = await passwords.sign_in(db, organisation.id if organisation else None, asked.name, asked.password)
    if organisation is None:
        raise WrongPassword
    region = read.region(scope, organisation)
    text, token = await iam_tokens.create(db, organisation.id, user.id, region=region)
    answer = write.token(token, with_catalog=_wants_catalog(request))
    return http.json(answer, status=201, headers={SUBJECT: text})


@get("/v3/auth/tokens")
async def get_token(request: AnyRequest, db: TheDatabase, actor: TheActor) -> Response[bytes]:
    text = _subject(request)
    token = await iam_tokens.get(db, actor, text)
    return http.json(write.token(token, with_catalog=_wants_catalog(request)), headers={SUBJECT: text})


@delete("/v3/auth/tokens")
async def delete_token(request: AnyRequest, db: TheDatabase, actor: TheActor) -> None:
    await iam_tokens.delete(db, actor, _subject(request))


@get("/v3/projects")
async def list_projects(actor: TheActor, params: TheParams, origin: TheOrigin) -> Response[bytes]:
    return http.json(write.projects(actor.org_id, params.text("name"), url=f"{origin}/v3/projects"))


@get("/v3/auth/domains")
async def list_domains(db: TheDatabase, actor: TheActor, origin: TheOrigin) -> Response[bytes]:
    organisation = await organisations.get(db, actor.org_id)
    return http.json(write.domains(organisation, url=f"{origin}/v3/auth/domains"))


def _subject(request: AnyRequest) -> str:
    text = request.headers.get(SUBJECT, "").strip()
    if not text:
        raise Invalid(message=f"the header {SUBJECT} is required")
    return text


def _wants_catalog(request: AnyRequest) -> bool:
    """`nocatalog` counts without a value too."""
    return not any(part.partition(b"=")[0] == b"nocatalog" for part in request.scope["query_string"].split(b"&"))


handlers = [create_token, get_token, delete_token, list_projects, list_domains]
