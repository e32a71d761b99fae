"""Comments.

The document has the text twice: percent-encoded in `notes`, and in clear in `innerText`. Older clients know neither
`innerText` nor `projectUUId`, send the id as a number, and text in clear in `notes`.
"""

from __future__ import annotations

from urllib.parse import unquote

from litestar import delete, get, post

from shoal.actions import comments, issues
from shoal.actions.comments import CommentPage
from shoal.dialects.codearts import ids, rules
from shoal.dialects.codearts.bodies import DemandingBody, Digits, ItemPage, ProjectId, number
from shoal.dialects.codearts.dependencies import Parameters, Payload, TheActor, TheDatabase, TheItem
from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.issue_answers import PlacedItem, numbered_project, placed_item, story_point
from shoal.dialects.codearts.issue_edits import ref
from shoal.dialects.codearts.values import (
    Answer,
    CommentUser,
    Named,
    NumberedAccountUser,
    Result,
    comment_user,
    day,
    millis,
    moment,
    named,
)
from shoal.domain.comment import Comment
from shoal.domain.errors import WrongParameter
from shoal.domain.fields import Kind
from shoal.domain.found import Found
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
            raise WrongParameter("notes", "nul")
        if len(text) > LONGEST:
            raise WrongParameter("notes", "too_long", most=LONGEST, length=len(text))
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


class RoledUser(NumberedAccountUser):
    """Roles belong to members, not to items."""

    role_id: None = None
    role_name: None = None
    role_code: None = None


class DetailProject(Answer):
    id: int
    identifier: str
    name: str
    project_type: str = "scrum"


class ItemDetail(PlacedItem):
    subject: str
    description: str
    inner_text: str
    project: DetailProject | None
    parent_issue: Named | None
    assigned_to: RoledUser | None
    author: RoledUser | None
    developer: RoledUser | None
    assigned_cc_user: list[RoledUser]
    start_date: str | None
    end_time: str | None
    created_on: str | None
    updated_on: str | None
    closed_time: str | None
    story_point: Named | None
    custom_fields: tuple[()] = ()
    custom_value_new: None = None
    release_dev: None = None
    find_release_dev: None = None
    env: None = None
    accessories_list: tuple[()] = ()


class CommentedItem(Answer):
    issue: ItemDetail


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


def listed(page: CommentPage) -> CommentList:
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


def commented(found: Found, *, org_id: int, text: str) -> Result[CommentedItem]:
    one, known = found.issue, found.references
    queue = known.find(Kind.QUEUE, one.queue_id)
    issue = ItemDetail(
        **placed_item(one, known),
        subject=one.summary,
        description=one.description,
        inner_text=text,
        project=DetailProject(**numbered_project(queue)) if queue else None,
        parent_issue=named(known, Kind.ISSUE, one.parent_id),
        assigned_to=_roled_user(known, one.assignee_id, org_id),
        author=_roled_user(known, one.author_id, org_id),
        developer=_roled_user(known, one.developer_id, org_id),
        assigned_cc_user=[user for id_ in one.followers if (user := _roled_user(known, id_, org_id)) is not None],
        start_date=day(one.start_date),
        end_time=day(one.end_date),
        created_on=moment(one.created_at),
        updated_on=moment(one.updated_at),
        closed_time=moment(one.resolved_at),
        story_point=story_point(one.story_points),
    )
    return Result(result=CommentedItem(issue=issue))


def _roled_user(known: References, user_id: int | None, org_id: int) -> RoledUser | None:
    one = known.find(Kind.USER, user_id)
    if one is None:
        return None
    return RoledUser(
        user_num_id=one.id,
        user_id=ids.user(one.id),
        user_name=one.key,
        nick_name=one.name("en"),
        domain_id=ids.domain(org_id),
        domain_name=None,
    )
