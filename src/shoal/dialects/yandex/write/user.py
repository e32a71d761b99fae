"""A person in full."""

from __future__ import annotations

from shoal.dialects.yandex.view import View
from shoal.domain.user import User


def user(view: View, user: User) -> dict[str, object]:
    return {
        "self": view.link("users", user.id),
        "uid": user.id,
        "login": user.login,
        "trackerUid": user.id,
        "passportUid": user.id,
        "cloudUid": str(user.id),
        "firstName": user.first_name,
        "lastName": user.last_name,
        "display": user.display,
        "email": user.email,
        "external": user.is_external,
        "hasLicense": not user.is_external and not user.is_dismissed,
        "dismissed": user.is_dismissed,
    }
