"""Comments.

The document has the text twice: percent-encoded in `notes`, and in clear in `innerText`. Older clients know neither
`innerText` nor `projectUUId`, send the id as a number, and text in clear in `notes`.
"""

from __future__ import annotations

from urllib.parse import unquote

from litestar import delete, get, post

from shoal.actions import comments, issues
from shoal.actions.comments import Page
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.bodies import DemandingBody, Digits, ItemPage, ProjectId, number
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheItem
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_answers import CommentedItem, commented
from shoal.dialects.codearts.issue_edits import ref
from shoal.dialects.codearts.values import Answer, CommentUser, Result, comment_user, millis, moment
from shoal.domain.comment import Comment
from shoal.domain.errors import WrongParameter
from shoal.domain.fields import Kind
from shoal.domain.patch import NewComment
from shoal.domain.reference import References

LONGEST = 1_000_000


class CommentBody(DemandingBody):
    """`id` is the item's, or, where a comment is deleted, the comment's."""

    id: Digits
    projectUUId: ProjectId | None = None
    project_uuid: ProjectId | None = None
    projectId: ProjectId | None = None
    type: str | None = None

    @property
    def project(self) -> str:
        project = self.projectUUId or self.project_uuid or self.projectId
        if not project:
            raise MissingParameter("projectUUId")
        return project


class AddComment(CommentBody, kw_only=True):
    """`innerText` has the comment in clear, `notes` percent-encoded; the former wins."""

    notes: str | None = None
    innerText: str | None = None

    @property
    def text(self) -> str:
        text = self.innerText if self.innerText and self.innerText.strip() else _decoded(self.notes or "")
        if not text.strip():
            raise MissingParameter("notes")
        if "\0" in text:
            raise WrongParameter("notes", "the character NUL cannot be stored")
        if len(text) > LONGEST:
            raise WrongParameter("notes", f"at most {LONGEST} characters, not {len(text)}")
        return text


class EditComment(AddComment, kw_only=True):
    noteId: Digits


class ListedComment(Answer):
    """Both times are text."""

    id: int
    comment: str
    created_time: str | None
    timestamp: str
    user: CommentUser | None


class CommentList(Answer):
    comments: list[ListedComment]
    total: int


class Success(Answer):
    status: str = "success"


@get("/v4/projects/{project_id:str}/issues/{issue_id:str}/comments")
async def list_issue_comments_v4(
    db: TheDatabase, actor: TheActor, item: TheItem, params: Parameters[ItemPage]
) -> CommentList:
    """Comments, the newest first."""
    params.check()
    return listed(await comments.list_newest(db, actor, item, limit=params.limit, offset=params.offset))


@post("/v2/issues/update-issue-notes", status_code=200)
async def update_scrum_issue_notes(
    db: TheDatabase, actor: TheActor, payload: Payload[AddComment]
) -> Result[CommentedItem]:
    """Comment on a work item."""
    text = payload.text
    project = await rules.project(db, actor, payload.project)
    item = ref(payload.id, project.id, "id")
    await comments.add(db, actor, item, NewComment(text))
    return commented(await issues.get(db, actor, item), org_id=actor.org_id, text=text)


@post("/v2/workitem/issue-note", status_code=200)
async def update_scrum_my_issue_notes(
    db: TheDatabase, actor: TheActor, payload: Payload[EditComment]
) -> Result[Success]:
    """Change a comment of one's own."""
    text, comment_id = payload.text, number("noteId", payload.noteId)
    project = await rules.project(db, actor, payload.project)
    await comments.edit(db, actor, ref(payload.id, project.id, "id"), comment_id, NewComment(text))
    return Result(result=Success())


@delete("/v2/workitem/issue-note", status_code=200)
async def delete_scrum_my_issue_notes(
    db: TheDatabase, actor: TheActor, payload: Payload[CommentBody]
) -> Result[Success]:
    """Delete a comment of one's own."""
    comment_id = number("id", payload.id)
    project = await rules.project(db, actor, payload.project)
    item = await comments.locate_issue(db, actor, comment_id)
    await comments.delete(db, actor, item._replace(within=project.id), comment_id)
    return Result(result=Success())


def _decoded(notes: str) -> str:
    """What is not the encoding of a text is the text itself."""
    try:
        return unquote(notes, errors="strict")
    except UnicodeDecodeError:
        return notes


def listed(page: Page) -> CommentList:
    return CommentList(comments=[_comment(one, page.references) for one in page.comments], total=page.total)


def _comment(one: Comment, known: References) -> ListedComment:
    author = known.find(Kind.USER, one.author_id)
    return ListedComment(
        id=one.id,
        comment=one.text,
        created_time=moment(one.created_at),
        timestamp=str(millis(one.created_at)),
        user=comment_user(author) if author else None,
    )
