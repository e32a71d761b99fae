"""Members, and oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal.dialects.codearts import ids
from shoal.dialects.codearts.tables import CREATOR, ROLES, Role, role_of
from shoal.dialects.codearts.write.values import millis
from shoal.domain.member import Member
from shoal.domain.organisation import Organisation
from shoal.domain.user import User

Json = dict[str, object]
USER_TYPE = "User"


def listed(page: Sequence[Member], total: int, organisation: Organisation) -> Json:
    return {"members": [_member(one, organisation) for one in page], "total": total}


def _member(one: Member, organisation: Organisation) -> Json:
    role = _role(one)
    return {
        "domain_id": ids.domain(organisation.id),
        "domain_name": organisation.name,
        "user_id": ids.user(one.user_id),
        "user_name": one.login,
        "user_num_id": one.user_id,
        "role_id": role.id,
        "nick_name": one.display,
        "role_name": role.name,
        "user_type": USER_TYPE,
        "forbidden": int(one.is_dismissed),
    }


def own_role(one: Member) -> Json:
    return {"user_role": _role(one).id}


def _role(one: Member) -> Role:
    return ROLES[CREATOR] if one.is_maker else role_of(one.role, one.rights)


def oneself(user: User, updated_at: datetime, organisation: Organisation) -> Json:
    return {
        "domain_id": ids.domain(organisation.id),
        "domain_name": organisation.name,
        "user_num_id": user.id,
        "user_id": ids.user(user.id),
        "user_name": user.login,
        "nick_name": user.display,
        "created_time": millis(user.created_at),
        "updated_time": millis(updated_at),
        "gender": "",
        "user_type": USER_TYPE,
    }
