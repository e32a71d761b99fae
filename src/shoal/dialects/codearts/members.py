"""Members of projects: those who have rights in the queue. And oneself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from litestar import delete, get, post, put

from shoal.actions import members, organisations, users
from shoal.dialects.codearts import bodies, ids
from shoal.dialects.codearts.bodies import MANY, Body, LongPage, Number, UserId, form
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheProject
from shoal.dialects.codearts.errors import UnknownRole
from shoal.dialects.codearts.tables import CREATOR, ROLES, Role, role_of
from shoal.dialects.codearts.values import Answer, NumberedAccountUser, millis
from shoal.dialects.http import LISTS
from shoal.domain.errors import FixedMembership, Invalid
from shoal.domain.member import Member, NewMember
from shoal.domain.organisation import Organisation
from shoal.domain.user import User

_GIVEN = sorted(ROLES.keys() - {CREATOR})
RoleId = Annotated[
    Number,
    form(
        enum=[*_GIVEN, *map(str, _GIVEN)], description=", ".join(f"{number} {ROLES[number].name}" for number in _GIVEN)
    ),
]


class MemberOfMany(Body):
    user_id: UserId
    role_id: RoleId


class OneMember(MemberOfMany):
    domain_id: str | None = None
    domain_name: str | None = None


class ManyMembers(Body):
    users: Annotated[list[MemberOfMany], MANY]


class UserIds(Body):
    user_ids: Annotated[list[UserId], MANY]


class RoleOfUsers(UserIds):
    role_id: RoleId


class NickName(Body):
    nick_name: str


class ListedMember(NumberedAccountUser):
    role_id: int
    role_name: str
    forbidden: int
    user_type: str = "User"


class MemberList(Answer):
    members: list[ListedMember]
    total: int


class OwnRole(Answer):
    user_role: int


class Oneself(NumberedAccountUser):
    created_time: int | None
    updated_time: int | None
    gender: str = ""
    user_type: str = "User"


@get("/v4/projects/{project_id:str}/members")
async def list_project_members_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, params: Parameters[LongPage]
) -> MemberList:
    """Members."""
    found, total = await members.list_page(db, actor, str(project.id), limit=params.limit, offset=params.offset)
    return listed(found, total, await organisations.get(db, actor.org_id))


@post("/v4/projects/{project_id:str}/member", status_code=204)
async def add_member_v4(db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[OneMember]) -> None:
    """Take in a member, who may be of this account only."""
    if payload.domain_id and payload.domain_id.lower() != ids.domain(actor.org_id):
        raise Invalid("own_account_only", "domain_id")
    await members.add(db, actor, str(project.id), [new_member(payload)])


@post("/v4/projects/{project_id:str}/members", status_code=204, request_max_body_size=LISTS)
async def batch_add_members_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[ManyMembers]
) -> None:
    """Take in several."""
    await members.add(db, actor, str(project.id), [new_member(each) for each in payload.users])


@delete("/v4/projects/{project_id:str}/members", request_max_body_size=LISTS)
async def batch_delete_members_v4(
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[UserIds]
) -> None:
    """Send members away."""
    await members.remove(db, actor, str(project.id), distinct_users(payload.user_ids))


@post("/v4/projects/{project_id:str}/members/role", status_code=204, request_max_body_size=LISTS)
async def update_membes_role_v4(  # sic, in the SDK
    db: TheDatabase, actor: TheActor, project: TheProject, payload: Payload[RoleOfUsers]
) -> None:
    """Give members another role."""
    role = given_role(payload.role_id)
    await members.change_role(
        db,
        actor,
        str(project.id),
        distinct_users(payload.user_ids),
        lambda user_id: NewMember(user_id, role.rights, role.id),
    )


@get("/v4/projects/{project_id:str}/user-role")
async def show_cur_user_role(db: TheDatabase, actor: TheActor, project: TheProject) -> OwnRole:
    """One's own role."""
    return OwnRole(user_role=_role(await members.get_own(db, actor, str(project.id))).id)


@get("/v4/user")
async def show_cur_user_info(db: TheDatabase, actor: TheActor) -> Oneself:
    """Oneself."""
    user = await users.get(db, actor, str(actor.user_id))
    changed = await users.updated_at(db, actor)
    return oneself(user, changed, await organisations.get(db, actor.org_id))


@put("/v4/user", status_code=204)
async def update_nick_name_v4(db: TheDatabase, actor: TheActor, payload: Payload[NickName]) -> None:
    """Change one's own name."""
    await users.rename(db, actor, payload.nick_name)


# --- what is sent --------------------------------------------------------------------------------------------------


def new_member(asked: MemberOfMany) -> NewMember:
    role = given_role(asked.role_id)
    return NewMember(bodies.user(asked.user_id), role.rights, role.id)


def distinct_users(user_ids: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(map(bodies.user, user_ids)))


def given_role(number: Number) -> Role:
    """The role of this number, with the rights that come with it. Raises UnknownRole, and FixedMembership for the
    creator's."""
    if str(number).strip() == str(CREATOR):
        raise FixedMembership("creator_is_maker")
    role_id = bodies.number("role_id", number)
    if role_id not in ROLES:
        raise UnknownRole(role_id)
    return ROLES[role_id]


# --- what is answered ----------------------------------------------------------------------------------------------


def listed(page: Sequence[Member], total: int, organisation: Organisation) -> MemberList:
    return MemberList(members=[_member(one, organisation) for one in page], total=total)


def _member(one: Member, organisation: Organisation) -> ListedMember:
    role = _role(one)
    return ListedMember(
        domain_id=ids.domain(organisation.id),
        domain_name=organisation.name,
        user_id=ids.user(one.user_id),
        user_name=one.login,
        user_num_id=one.user_id,
        nick_name=one.display,
        role_id=role.id,
        role_name=role.name,
        forbidden=int(one.is_dismissed),
    )


def _role(one: Member) -> Role:
    return ROLES[CREATOR] if one.is_maker else role_of(one.role, one.rights)


def oneself(user: User, updated_at: datetime, organisation: Organisation) -> Oneself:
    return Oneself(
        domain_id=ids.domain(organisation.id),
        domain_name=organisation.name,
        user_num_id=user.id,
        user_id=ids.user(user.id),
        user_name=user.login,
        nick_name=user.display,
        created_time=millis(user.created_at),
        updated_time=millis(updated_at),
    )
