"""What people call the standard fields, in each language."""

from __future__ import annotations

from collections.abc import Mapping


def _names(en: str, ru: str, zh: str) -> Mapping[str, str]:
    return {"en": en, "ru": ru, "zh": zh}


NAMES: Mapping[str, Mapping[str, str]] = {
    "summary": _names("Summary", "Задача", "标题"),
    "description": _names("Description", "Описание", "描述"),
    "type": _names("Type", "Тип", "类型"),
    "priority": _names("Priority", "Приоритет", "优先级"),
    "assignee": _names("Assignee", "Исполнитель", "负责人"),
    "followers": _names("Followers", "Наблюдатели", "关注者"),
    "access": _names("Access", "Доступ", "访问权限"),
    "tags": _names("Tags", "Теги", "标签"),
    "components": _names("Components", "Компоненты", "组件"),
    "fix_versions": _names("Fix version", "Исправить в версиях", "修复版本"),
    "affected_versions": _names("Affected version", "Найдено в версиях", "影响版本"),
    "sprints": _names("Sprint", "Спринт", "迭代"),
    "projects": _names("Project", "Проект", "项目"),
    "parent": _names("Parent issue", "Родительская задача", "父任务"),
    "epic": _names("Epic", "Эпик", "史诗"),
    "deadline": _names("Deadline", "Дедлайн", "截止日期"),
    "start": _names("Start date", "Начало", "开始日期"),
    "end": _names("End date", "Завершение", "结束日期"),
    "story_points": _names("Story points", "Story Points", "故事点"),
    "estimation": _names("Estimate", "Оценка", "剩余工时"),
    "original_estimation": _names("Original estimate", "Первоначальная оценка", "预计工时"),
    "resolution": _names("Resolution", "Резолюция", "解决结果"),
    "severity": _names("Severity", "Серьёзность", "严重程度"),
    "area": _names("Area", "Область", "领域"),
    "developer": _names("Developer", "Разработчик", "开发人员"),
    "done_ratio": _names("Done, %", "Готово, %", "完成度"),
    "spent": _names("Time spent", "Затрачено времени", "实际工时"),
    "status": _names("Status", "Статус", "状态"),
    "queue": _names("Queue", "Очередь", "队列"),
    "key": _names("Key", "Ключ", "编号"),
    "version": _names("Version of the record", "Версия записи", "记录版本"),
    "votes": _names("Votes", "Голоса", "投票数"),
    "author": _names("Author", "Автор", "创建者"),
    "updated_by": _names("Modifier", "Изменил", "修改者"),
    "resolver": _names("Resolver", "Решил", "解决者"),
    "created_at": _names("Created", "Создано", "创建时间"),
    "updated_at": _names("Updated", "Обновлено", "更新时间"),
    "resolved_at": _names("Resolved", "Решено", "解决时间"),
    "status_since": _names("In status since", "Начало статуса", "状态开始时间"),
    "last_comment_at": _names("Last comment", "Последний комментарий", "最后评论时间"),
}
"""By domain name; every standard field is here."""
