"""What Shoal does not have yet, and clients list all the same: empty lists, of those that may ask."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from shoal.actions import issues, queues
from shoal.dialects.yandex import ids
from shoal.dialects.yandex.dependencies import TheActor, TheDatabase

OF_ALL = ("linktypes", "groups", "filters", "issueTemplates", "commentTemplates")
OF_A_QUEUE = ("triggers", "macros", "autoactions", "issueTemplates", "commentTemplates")
OF_AN_ISSUE = ("links", "attachments", "worklog", "checklistItems", "remotelinks")


@get([f"/{name}" for name in OF_ALL])
async def list_none() -> list[None]:
    return []


@get([f"/queues/{{ref:str}}/{name}" for name in OF_A_QUEUE])
async def list_none_of_queue(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> list[None]:
    await queues.get(db, actor, ref)
    return []


@get([f"/issues/{{ref:str}}/{name}" for name in OF_AN_ISSUE])
async def list_none_of_issue(db: TheDatabase, actor: TheActor, ref: FromPath[str]) -> list[None]:
    await issues.check_readable(db, actor, ids.issue_ref(ref))
    return []
