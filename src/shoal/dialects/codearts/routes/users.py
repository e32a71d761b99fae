"""Oneself."""

from __future__ import annotations

from litestar import Response, get, put
from litestar.params import RawBody

from shoal.actions import organisations, users
from shoal.dialects import http
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase
from shoal.dialects.codearts.read import members as read
from shoal.dialects.codearts.write import members as write


@get("/v4/user")
async def show_oneself(db: TheDatabase, actor: TheActor) -> Response[bytes]:
    user = await users.get(db, actor, str(actor.user_id))
    changed = await users.updated_at(db, actor)
    return http.json(write.oneself(user, changed, await organisations.get(db, actor.org_id)))


@put("/v4/user")
async def update_nick_name(db: TheDatabase, actor: TheActor, body: RawBody) -> Response[None]:
    await users.rename(db, actor, read.nick_name(body))
    return http.empty()


handlers = [show_oneself, update_nick_name]
