"""The fields of an issue: what kind of value each holds, what people call it, where it is stored, and whether an edit
may touch it.

The standard fields are the table below: a row here, with its column in a migration, is all that a new one needs.
Custom fields are rows of the database that become the same `Field`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a value is. A reference is stored as the id of the thing, a duration as minutes of work."""

    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    USER = "user"
    TYPE = "type"
    PRIORITY = "priority"
    STATUS = "status"
    RESOLUTION = "resolution"
    SEVERITY = "severity"
    AREA = "area"
    QUEUE = "queue"
    COMPONENT = "component"
    VERSION = "version"
    SPRINT = "sprint"
    PROJECT = "project"
    ISSUE = "issue"
    URI = "uri"
    BOOLEAN = "boolean"


CATALOGUE_KINDS = frozenset({Kind.TYPE, Kind.STATUS, Kind.PRIORITY, Kind.RESOLUTION, Kind.SEVERITY})
QUEUE_KINDS = frozenset({Kind.COMPONENT, Kind.VERSION, Kind.AREA})
"""Kinds whose values may belong to one queue, so that a name means another thing in each."""
REFERENCE_KINDS = CATALOGUE_KINDS | QUEUE_KINDS | {Kind.USER, Kind.QUEUE, Kind.SPRINT, Kind.PROJECT, Kind.ISSUE}
NUMBER_KINDS = frozenset({Kind.INTEGER, Kind.FLOAT, Kind.DURATION})


LANGUAGES = ("en", "ru", "zh")

Limits = tuple[float, float]
LIMITS: Mapping[Kind, Limits] = {
    Kind.INTEGER: (-(2**53), 2**53),  # beyond it JSON readers in other languages lose digits
    Kind.FLOAT: (-1e15, 1e15),
    Kind.DURATION: (0, 2**31 - 1),
}
"""The least and the largest number of each kind, unless the field has limits of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an issue.

    `name` is the domain's word, and the key of the changelog; a custom field's is `custom.<id>`.
    `column` is the column that holds it, None for a custom field; of the table `issue`, or with `is_apart` of
    `issue_text`, where long text lies. `names` are those that people give it, by language; `limits` the least and the
    largest number that it takes, if they are others than those of its kind.
    """

    name: str
    kind: Kind
    column: str | None = None
    is_list: bool = False
    is_editable: bool = True
    is_clearable: bool = True
    is_apart: bool = False
    names: Mapping[str, str] | None = field(default=None, compare=False)
    limits: Limits | None = None
    # of custom fields only
    id: int | None = None
    key: str | None = None
    queue_id: int | None = None
    description: str = ""
    options: tuple[str, ...] | None = None
    position: int = 0
    version: int = 1

    @property
    def is_custom(self) -> bool:
        return self.id is not None

    @property
    def is_reference(self) -> bool:
        return self.kind in REFERENCE_KINDS

    @property
    def bounds(self) -> Limits:
        """The least and the largest number that it takes."""
        return self.limits or LIMITS[self.kind]


def custom_name(field_id: int) -> str:
    """The name of the custom field with this id."""
    return f"custom.{field_id}"


def custom_id(name: str) -> int | None:
    """The id of the custom field of this name; None if it is a standard field's."""
    head, _, digits = name.partition(".")
    return int(digits) if head == "custom" and digits.isdecimal() else None


def by_name(name: str) -> Field:
    """The standard field of this name; for `custom.<id>` a field of which only the id is known."""
    return STANDARD.get(name) or Field(name, Kind.TEXT, id=custom_id(name))


def _field(
    name: str,
    kind: Kind,
    called: tuple[str, str, str],
    column: str = "",
    *,
    many: bool = False,
    edit: bool = True,
    clear: bool = True,
    apart: bool = False,
    limits: Limits | None = None,
) -> Field:
    return Field(
        name,
        kind,
        column or name,
        is_list=many,
        is_editable=edit,
        is_clearable=clear and edit,
        is_apart=apart,
        names=dict(zip(LANGUAGES, called, strict=True)),
        limits=limits,
    )


STANDARD: Mapping[str, Field] = {
    standard.name: standard
    for standard in (
        _field("summary", Kind.STRING, ("Summary", "Задача", "标题"), clear=False),
        _field("description", Kind.TEXT, ("Description", "Описание", "描述"), apart=True),
        _field("type", Kind.TYPE, ("Type", "Тип", "类型"), "type_id", clear=False),
        _field("priority", Kind.PRIORITY, ("Priority", "Приоритет", "优先级"), "priority_id", clear=False),
        _field("assignee", Kind.USER, ("Assignee", "Исполнитель", "负责人"), "assignee_id"),
        _field("followers", Kind.USER, ("Followers", "Наблюдатели", "关注者"), many=True),
        _field("access", Kind.USER, ("Access", "Доступ", "访问权限"), many=True),
        _field("tags", Kind.STRING, ("Tags", "Теги", "标签"), many=True),
        _field("components", Kind.COMPONENT, ("Components", "Компоненты", "组件"), many=True),
        _field("fix_versions", Kind.VERSION, ("Fix version", "Исправить в версиях", "修复版本"), many=True),
        _field("affected_versions", Kind.VERSION, ("Affected version", "Найдено в версиях", "影响版本"), many=True),
        _field("sprints", Kind.SPRINT, ("Sprint", "Спринт", "迭代"), many=True),
        _field("projects", Kind.PROJECT, ("Project", "Проект", "项目"), many=True),
        _field("parent", Kind.ISSUE, ("Parent issue", "Родительская задача", "父任务"), "parent_id"),
        _field("epic", Kind.ISSUE, ("Epic", "Эпик", "史诗"), "epic_id"),
        _field("deadline", Kind.DATE, ("Deadline", "Дедлайн", "截止日期")),
        _field("start", Kind.DATE, ("Start date", "Начало", "开始日期"), "start_date"),
        _field("end", Kind.DATE, ("End date", "Завершение", "结束日期"), "end_date"),
        _field("story_points", Kind.FLOAT, ("Story points", "Story Points", "故事点")),
        _field("estimation", Kind.DURATION, ("Estimate", "Оценка", "剩余工时")),
        _field("original_estimation", Kind.DURATION, ("Original estimate", "Первоначальная оценка", "预计工时")),
        _field("resolution", Kind.RESOLUTION, ("Resolution", "Резолюция", "解决结果"), "resolution_id"),
        _field("severity", Kind.SEVERITY, ("Severity", "Серьёзность", "严重程度"), "severity_id"),
        _field("area", Kind.AREA, ("Area", "Область", "领域"), "area_id"),
        _field("developer", Kind.USER, ("Developer", "Разработчик", "开发人员"), "developer_id"),
        _field("done_ratio", Kind.INTEGER, ("Done, %", "Готово, %", "完成度"), limits=(0, 100)),
        _field("spent", Kind.DURATION, ("Time spent", "Затрачено времени", "实际工时")),
        # what only Shoal itself writes
        _field("status", Kind.STATUS, ("Status", "Статус", "状态"), "status_id", edit=False),
        _field("queue", Kind.QUEUE, ("Queue", "Очередь", "队列"), "queue_id", edit=False),
        _field("key", Kind.STRING, ("Key", "Ключ", "编号"), "number", edit=False),
        _field("version", Kind.INTEGER, ("Version of the record", "Версия записи", "记录版本"), edit=False),
        _field("votes", Kind.INTEGER, ("Votes", "Голоса", "投票数"), edit=False),
        _field("author", Kind.USER, ("Author", "Автор", "创建者"), "author_id", edit=False),
        _field("updated_by", Kind.USER, ("Modifier", "Изменил", "修改者"), edit=False),
        _field("resolver", Kind.USER, ("Resolver", "Решил", "解决者"), "resolver_id", edit=False),
        _field("created_at", Kind.DATETIME, ("Created", "Создано", "创建时间"), edit=False),
        _field("updated_at", Kind.DATETIME, ("Updated", "Обновлено", "更新时间"), edit=False),
        _field("resolved_at", Kind.DATETIME, ("Resolved", "Решено", "解决时间"), edit=False),
        _field("status_since", Kind.DATETIME, ("In status since", "Начало статуса", "状态开始时间"), edit=False),
        _field("last_comment_at", Kind.DATETIME, ("Last comment", "Последний комментарий", "最后评论时间"), edit=False),
    )
}
"""Every standard field by its name."""
