"""People."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from shoal.actions import users
from shoal.dialects.yandex import paging
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase, ThePage, TheView
from shoal.dialects.yandex.shapes import LinkedAnswer
from shoal.dialects.yandex.view import View
from shoal.domain.user import User


class UserAnswer(LinkedAnswer):
    uid: int
    login: str
    tracker_uid: int
    passport_uid: int
    cloud_uid: str
    first_name: str
    last_name: str
    display: str
    email: str
    external: bool
    has_license: bool
    dismissed: bool


@get("/myself")
async def get_myself(db: TheDatabase, actor: TheActor, view: TheView) -> UserAnswer:
    return write(view, await users.get(db, actor, str(actor.user_id)))


@get("/users")
async def list_users(db: TheDatabase, actor: TheActor, view: TheView, page: ThePage) -> Response[list[UserAnswer]]:
    found, total = await users.list_page(db, actor, limit=page.size, offset=page.offset)
    return paging.answer(view, page, [write(view, user) for user in found], total)


@get("/users/{ref:str}")
async def get_user(db: TheDatabase, actor: TheActor, view: TheView, ref: FromPath[str]) -> UserAnswer:
    return write(view, await users.get(db, actor, ref))


def write(view: View, user: User) -> UserAnswer:
    return UserAnswer(
        link=view.link("users", user.id),
        uid=user.id,
        login=user.login,
        tracker_uid=user.id,
        passport_uid=user.id,
        cloud_uid=str(user.id),
        first_name=user.first_name,
        last_name=user.last_name,
        display=user.display,
        email=user.email,
        external=user.is_external,
        has_license=not user.is_external and not user.is_dismissed,
        dismissed=user.is_dismissed,
    )
