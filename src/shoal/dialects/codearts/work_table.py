"""Work items of all projects: what is looked for, and the rows that are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import post

from shoal.dialects.codearts import bodies, ids, query, searching
from shoal.dialects.codearts.bodies import Body, Interval, Numbers
from shoal.dialects.codearts.dependencies import Payload, TheActor, TheDatabase
from shoal.dialects.codearts.issue_answers import AnyItem, any_item, module_of, numbered_project
from shoal.dialects.codearts.query import PageOffset, PageQuery, PageSize
from shoal.dialects.codearts.tables import PRIORITIES, STATUSES, TRACKERS
from shoal.dialects.codearts.values import Answer, Named, day, moment, named
from shoal.dialects.http import LISTS
from shoal.dialects.idempotency import READING
from shoal.domain.fields import Kind
from shoal.domain.found import Found
from shoal.domain.issue import Issue
from shoal.domain.query import Condition, Id, Literal, Operand, Point, Term
from shoal.domain.reference import References


class WorkTableQuery(Body):
    """What is looked for in all projects; several ids come in one text, with commas between."""

    offset: PageOffset | None = None
    limit: PageSize | None = None
    subject: str | None = None
    created_on: Interval | None = None
    updated_on: Interval | None = None
    closed_on: Interval | None = None
    start_date: Interval | None = None
    due_date: Interval | None = None
    tracker_id: Numbers | None = None
    status_id: Numbers | None = None
    author_id: Numbers | None = None
    developer_id: Numbers | None = None
    priority_id: Numbers | None = None


class Subject(Answer):
    id: int
    subject: str


class RowProject(Answer):
    id: int
    identifier: str
    name: str
    type: str = "scrum"


class RowModule(Named, frozen=True):
    path_name: str


class RowUser(Answer):
    id: int
    identifier: str
    name: str | None


class Row(AnyItem):
    subject: str
    parent_issue_id: int | None
    parent_issue: Subject | None
    project: RowProject | None
    module: RowModule | None
    assigned_to: RowUser | None
    author: RowUser | None
    developer: RowUser | None
    closeder: RowUser | None
    deleted: bool
    closed_flag: int
    created_on: str | None
    updated_on: str | None
    due_date: str | None
    is_watcher: bool = False
    order: Named = Named(0, "0")
    position: int = 0
    release_dev: None = None
    find_release_dev: None = None


class WorkTable(Answer):
    issue_list: list[Row]
    total: int


@post("/v4/issues", status_code=200, opt=READING, request_max_body_size=LISTS)
async def search_issues(db: TheDatabase, actor: TheActor, payload: Payload[WorkTableQuery]) -> WorkTable:
    """Work items of all projects."""
    return shown(await searching.page(db, actor, asked(payload)))


# --- what is asked -------------------------------------------------------------------------------------------------

WORK_TABLE: Mapping[str, tuple[str, Callable[[int], Point]]] = {
    "tracker_id": ("type", query.by_number(TRACKERS)),
    "status_id": ("status", query.by_number(STATUSES)),
    "author_id": ("author", Id),
    "developer_id": ("developer", Id),
    "priority_id": ("priority", query.by_number(PRIORITIES)),
}
DATES: Mapping[str, str] = {
    "created_on": "created_at",
    "updated_on": "updated_at",
    "closed_on": "resolved_at",
    "start_date": "start",
    "due_date": "end",
}


def asked(body: WorkTableQuery) -> PageQuery:
    terms: list[Term] = []
    for name, (field, read) in WORK_TABLE.items():
        if numbers := bodies.numbers(name, getattr(body, name)):
            terms.append(query.among(field, [read(number) for number in numbers]))
    for name, field in DATES.items():
        terms += query.within(field, name, getattr(body, name))
    if body.subject:
        terms.append(Condition("summary", (Operand(Literal(body.subject)),)))
    return query.page(terms, body.limit, body.offset)


# --- what is answered ----------------------------------------------------------------------------------------------


def shown(found: Found) -> WorkTable:
    return WorkTable(issue_list=[_row(one, found.references) for one in found.issues], total=found.total)


def _row(one: Issue, known: References) -> Row:
    parent, module = named(known, Kind.ISSUE, one.parent_id), module_of(one, known)
    queue = known.find(Kind.QUEUE, one.queue_id)
    return Row(
        **any_item(one, known),
        subject=one.summary,
        parent_issue_id=one.parent_id,
        parent_issue=Subject(id=parent.id, subject=parent.name) if parent else None,
        project=RowProject(**numbered_project(queue)) if queue else None,
        module=RowModule(id=module.id, name=module.name, path_name=module.name) if module else None,
        assigned_to=_row_user(known, one.assignee_id),
        author=_row_user(known, one.author_id),
        developer=_row_user(known, one.developer_id),
        closeder=_row_user(known, one.resolver_id),
        deleted=one.deleted_at is not None,
        closed_flag=int(one.resolved_at is not None),
        created_on=moment(one.created_at),
        updated_on=moment(one.updated_at),
        due_date=day(one.end_date),
    )


def _row_user(known: References, user_id: int | None) -> RowUser | None:
    one = known.find(Kind.USER, user_id)
    return None if one is None else RowUser(id=one.id, identifier=ids.user(one.id), name=one.key)
