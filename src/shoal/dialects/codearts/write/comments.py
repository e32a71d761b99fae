"""Comments."""

from __future__ import annotations

from shoal.actions.comments import Page
from shoal.dialects.codearts.write.people import comment_user
from shoal.dialects.codearts.write.values import millis, moment
from shoal.domain.comment import Comment
from shoal.domain.fields import Kind
from shoal.domain.reference import References

Json = dict[str, object]

DONE: Json = {"result": {"status": "success"}, "status": "success"}
"""The answer to a change of one's own comment."""


def comments(page: Page) -> Json:
    return {"comments": [comment(one, page.references) for one in page.comments], "total": page.total}


def comment(one: Comment, known: References) -> Json:
    """Both times are text."""
    author = known.find(Kind.USER, one.author_id)
    return {
        "id": one.id,
        "comment": one.text,
        "created_time": moment(one.created_at),
        "timestamp": str(millis(one.created_at)),
        "user": comment_user(author) if author else None,
    }
