"""Comments."""

from __future__ import annotations

from shoal.dialects.yandex import ids
from shoal.dialects.yandex.view import View
from shoal.dialects.yandex.write import reference
from shoal.domain.comment import Comment
from shoal.domain.fields import Kind
from shoal.domain.found import Thread
from shoal.domain.reference import References


def comments(view: View, thread: Thread) -> list[dict[str, object]]:
    return [comment(view, str(thread.issue.key), one, thread.references) for one in thread.comments]


def comment(view: View, key: str, one: Comment, known: References) -> dict[str, object]:
    author, editor = known.find(Kind.USER, one.author_id), known.find(Kind.USER, one.updated_by)
    written: dict[str, object] = {
        "self": view.link("issues", key, "comments", one.id),
        "id": one.id,
        "longId": ids.write(ids.COMMENT, one.id),
        "text": one.text,
        "createdBy": reference.reference(view, author) if author else None,
        "createdAt": reference.instant(one.created_at),
        "updatedBy": reference.reference(view, editor) if editor else None,
        "updatedAt": reference.instant(one.updated_at),
        "version": one.version,
        "type": "standard",
        "transport": "internal",
    }
    if one.summonees:
        written["summonees"] = reference.references(view, known.all(Kind.USER, one.summonees))
    return written
