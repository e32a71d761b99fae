"""People, in the forms that the wire has for them."""

from __future__ import annotations

from shoal.dialects.codearts import ids
from shoal.domain.fields import Kind
from shoal.domain.reference import Reference, References

Json = dict[str, object]


def person(known: References, user_id: int | None) -> Reference | None:
    return known.find(Kind.USER, user_id)


def issue_user(known: References, user_id: int | None) -> Json | None:
    """IssueUser: the one who made or has a work item."""
    one = person(known, user_id)
    if one is None:
        return None
    return {
        "id": one.id,
        "user_num_id": one.id,
        "user_id": ids.user(one.id),
        "name": one.key,
        "nick_name": one.name("en"),
    }


def record_user(one: Reference) -> Json:
    """IssueRecordV4User: the one who changed something."""
    return {**comment_user(one), "user_id": ids.user(one.id)}


def comment_user(one: Reference) -> Json:
    """CommentUserV4."""
    return {"user_num_id": one.id, "user_name": one.key, "nick_name": one.name("en")}


def simple_user(known: References, user_id: int | None) -> Json | None:
    """SimpleUserIn."""
    one = person(known, user_id)
    return None if one is None else {"id": one.id, "identifier": ids.user(one.id), "name": one.key}


def user_vo(known: References, user_id: int | None, org_id: int) -> Json | None:
    """UserVO, of the second version. Roles belong to members, not to items."""
    one = person(known, user_id)
    if one is None:
        return None
    return {
        **record_user(one),
        "domain_id": ids.domain(org_id),
        "domain_name": None,
        "role_id": None,
        "role_name": None,
        "role_code": None,
    }


def flow_assignee(known: References, user_id: int | None, nick: str) -> Json | None:
    """IssueNewAssignedTo and IssueNewAuthor, which differ in what they call the nick name."""
    one = person(known, user_id)
    if one is None:
        return None
    first, _, last = one.name("en").partition(" ")
    return {
        "id": one.id,
        "identifier": ids.user(one.id),
        "name": one.key,
        "firstName": first,
        "lastName": last,
        "image_id": None,
        nick: one.name("en"),
    }
