"""People."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import users
from shoal.dialects import http
from shoal.dialects.yandex import paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.write import user as write


@get("/myself")
async def get_myself(db: TheDatabase, actor: TheActor, view: TheView) -> Response[bytes]:
    user = await users.get(db, actor, str(actor.user_id))
    return http.json(write.user(view, user))


@get("/users")
async def list_users(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[bytes]:
    found, total = await users.list_page(db, actor, limit=page.size, offset=page.offset)
    return paging.json(view, page, [write.user(view, user) for user in found], total)


@get("/users/{ref:str}")
async def get_user(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> Response[bytes]:
    user = await users.get(db, actor, ref)
    return http.json(write.user(view, user))


handlers = [get_myself, list_users, get_user]
