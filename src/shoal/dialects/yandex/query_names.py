"""The names that the query language has for fields: the ids of the wire, and the names in English and Russian."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.domain.fields import STANDARD

NAMES: Mapping[str, tuple[str, ...]] = {
    **{
        field.name: tuple(field.names[language] for language in ("en", "ru"))
        for field in STANDARD.values()
        if field.names
    },
    # what this wire calls otherwise, or by more words
    "summary": ("Summary", "Название", "Заголовок", "Задача"),
    "description": ("Description", "Описание"),
    "type": ("Type", "Тип", "issueType"),
    "priority": ("Priority", "Приоритет"),
    "status": ("Status", "Статус"),
    "status_category": ("Status Type", "Тип статуса", "Категория статуса"),
    "resolution": ("Resolution", "Резолюция", "Решение"),
    "queue": ("Queue", "Очередь"),
    "key": ("Key", "Ключ"),
    "assignee": ("Assignee", "Исполнитель"),
    "followers": ("Followers", "Follower", "Наблюдатели", "Наблюдатель"),
    "access": ("Access", "Доступ"),
    "tags": ("Tags", "Tag", "Теги", "Тег"),
    "components": ("Components", "Component", "Компоненты", "Компонент"),
    "fix_versions": ("Fix Version", "Fix Versions", "Исправить в версиях", "Исправлено в версиях"),
    "affected_versions": ("Affected Version", "Affected Versions", "Обнаружено в версиях", "Затронутые версии"),
    "sprints": ("Sprint", "Sprints", "Спринт", "Спринты"),
    "parent": ("Parent", "Is Subtask For", "Родительская задача", "Родитель", "Подзадача для"),
    "children": ("Is Parent Task For", "Родительская задача для"),
    "epic": ("Epic", "Has Epic", "Эпик"),
    "epic_issues": ("Is Epic Of", "Эпик для"),
    "projects": ("Project", "Projects", "Проект", "Проекты"),
    "deadline": ("Deadline", "Дедлайн", "Срок"),
    "start": ("Start Date", "Start", "Дата начала", "Начало"),
    "end": ("End Date", "End", "Дата завершения", "Окончание"),
    "story_points": ("Story Points", "Стори поинты"),
    "estimation": ("Estimation", "Estimate", "Оценка"),
    "original_estimation": ("Original Estimate", "Original Estimation", "Первоначальная оценка"),
    "severity": ("Severity", "Серьёзность", "Серьезность"),
    "area": ("Area", "Область"),
    "developer": ("Developer", "Разработчик"),
    "done_ratio": ("Done Ratio", "Готово"),
    "spent": ("Time Spent", "Spent", "Затрачено времени", "Затраченное время"),
    "votes": ("Votes", "Голоса", "Количество голосов"),
    "version": ("Version",),
    "author": ("Author", "Created By", "Автор"),
    "updated_by": ("Modifier", "Updated By", "Автор изменения", "Кем изменено", "Изменил"),
    "resolver": ("Resolver", "Resolved By", "Решил", "Кто решил"),
    "created_at": ("Created", "Created At", "Создано", "Создана", "Дата создания"),
    "updated_at": ("Updated", "Update", "Updated At", "Обновлено", "Обновлена", "Изменено", "Дата обновления"),
    "resolved_at": ("Resolved", "Resolved At", "Решено", "Решена", "Дата решения"),
    "status_since": ("Status Start Time", "Время начала статуса"),
    "last_comment_at": ("Last comment", "Last Comment Updated At", "Последний комментарий"),
    # what is not a field of an issue
    "comment": ("Comment", "Comments", "Комментарий", "Комментарии"),
    "comment_author": ("Comment Author", "Автор комментария"),
    "history": ("History", "История"),
    "related": ("Related", "Связанные", "Участник"),
    "linked_to": ("Linked to", "Links", "Связано с", "Связана с", "Связи"),
    "relates": ("Relates", "Связанные задачи"),
    "depends_on": ("Depends on", "Зависит от", "Блокируется"),
    "is_dependent_by": ("Is Dependent By", "Blocks", "Блокер для", "Блокирует"),
    "duplicates": ("Duplicates", "Дублирует"),
    "is_duplicated_by": ("Is Duplicated By", "Дублируется"),
    "clones": ("Clone", "Original", "Клон", "Оригинал"),
    "linked_queue": (
        "Have Links To Queue",
        "Block Queue",
        "Depend On Queue",
        "Duplicate Queue",
        "Relate To Queue",
        "Subtask Queue",
        "Parent Queue",
    ),
    "queue_lead": ("Queue Owner", "Queue Lead", "Владелец очереди"),
    "component_lead": ("Component Owner", "Component Lead", "Владелец компонента"),
    "previous_queue": ("Old Queue", "Previous Queue", "Старая очередь", "Прежняя очередь"),
    "favorited_by": ("Favorited by", "В избранном у"),
    "voted_by": ("Voted by", "Голосовал", "Проголосовали"),
    "saved_filter": ("Filter", "Фильтр"),
    "pending_reply_from": ("Pending Reply From", "Нужен ответ пользователя", "Ожидается ответ от"),
    "sprint_in_progress_by_board": ("Sprint In Progress By Board", "Активный спринт по доске"),
    "sprints_by_board": ("Sprints By Board", "Спринты по доске"),
}


def fold(name: str) -> str:
    """A name without what does not tell it from another: case, blanks, and the dots of ё."""
    return "".join(name.casefold().split()).replace("ё", "е")


FIELDS: Mapping[str, str] = {fold(name): field for field, names in NAMES.items() for name in names}
"""Folded name -> domain name. The ids of the wire (fixVersions, createdBy) fold to the same as the English names."""

SORT_BY = frozenset(fold(name) for name in ("Sort by", "Сортировать по", "Сортировка"))

LONGEST = max(len(name.split()) for names in NAMES.values() for name in names)
"""The words of the longest name."""
